package io.kaon.storage.remote;

import io.kaon.storage.Location;
import java.time.Instant;

/// One file of a directory in a store, as a listing told of it.
///
/// @param key what the store calls it
/// @param name relative to the directory, with `/` between segments, fit for a path
/// @param size in bytes
/// @param tag what the store gives anew with other content; empty if it gives nothing of the kind
/// @param changed when it was written last; the epoch if the store does not say
public record RemoteFile(String key, String name, long size, String tag, Instant changed) {
    /// Where it is kept.
    ///
    /// @param directory that was listed
    Location in(Location directory) {
        return new Location(directory.scheme(), directory.path() + "/" + name);
    }
}
