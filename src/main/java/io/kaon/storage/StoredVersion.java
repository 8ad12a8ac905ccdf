package io.kaon.storage;

/// A complete version directory in a store.
///
/// @param files what stood in it when it was found complete
public record StoredVersion(Location location, StoredDirectory files) {
    /// Whether both are the same files in the same place.
    public boolean sameAs(StoredVersion other) {
        return location.equals(other.location) && files.fingerprint() == other.files.fingerprint();
    }
}
