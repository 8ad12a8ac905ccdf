package io.kaon.lifecycle.load;

import java.nio.file.Path;
import java.time.InstantSource;

/// Where versions are copied to that cannot be served from where they are.
///
/// @param parent a folder is made in it, once it is needed
/// @param kept whether the folder outlives the process, for the next one
/// @param mostBytes of all copies together, beyond which those are removed that no version uses
public record CacheSettings(Path parent, boolean kept, long mostBytes) {
    public CacheSettings {
        if (mostBytes < 0) {
            throw new IllegalArgumentException("a cache of " + mostBytes + " bytes");
        }
    }

    /// @param clock tells when a copy was used last
    public ModelCache open(InstantSource clock) {
        return kept ? ModelCache.kept(parent, mostBytes, clock) : ModelCache.own(parent, mostBytes, clock);
    }
}
