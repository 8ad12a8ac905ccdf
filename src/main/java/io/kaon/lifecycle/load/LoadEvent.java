package io.kaon.lifecycle.load;

import io.kaon.model.ModelId;
import io.kaon.model.ServingException;
import org.jspecify.annotations.Nullable;

/// What came of a load or an unload. The loader tells, and changes nothing by itself.
public sealed interface LoadEvent {
    ModelId id();

    /// The version is being fetched.
    ///
    /// @param progress how far it is, for people; null when the fetch has ended
    record Fetching(ModelId id, @Nullable String progress) implements LoadEvent {}

    /// The version is loaded and is being warmed up.
    record WarmUpBegan(ModelId id, String engine) implements LoadEvent {}

    record Loaded(ModelId id, LoadedVersion loaded) implements LoadEvent {}

    record LoadFailed(ModelId id, ServingException cause) implements LoadEvent {}

    /// The last lease has come home and the session is closed.
    record Closed(ModelId id) implements LoadEvent {}
}
