package io.kaon.lifecycle.load;

import io.kaon.model.ModelId;

/// Told of the bytes of versions that are fetched while they come, by the threads that load and by timers.
@FunctionalInterface
public interface FetchListener {
    FetchListener NONE = (_, _) -> {};

    /// @param bytes that have come since the last call
    void fetched(ModelId id, long bytes);
}
