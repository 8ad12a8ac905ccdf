package io.kaon.lifecycle;

import io.kaon.storage.Location;
import io.kaon.storage.StoredDirectory;

/// A complete version directory in a store.
///
/// @param files what stood in it when it was found complete
record StoredVersion(Location location, StoredDirectory files) {
    /// Whether both are the same files in the same place.
    boolean sameAs(StoredVersion other) {
        return location.equals(other.location) && files.fingerprint() == other.files.fingerprint();
    }
}
