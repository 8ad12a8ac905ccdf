package io.kaon.lifecycle;

import io.kaon.model.ModelId;
import io.kaon.model.ServingException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// What the reconciler is told. Others post, only the reconciler acts.
sealed interface Event {
    /// The whole wanted state, by model name. What is not in it is not wanted.
    ///
    /// @param settled to be completed when this has been carried out; the same for all polls of one declaration
    record Announced(Map<String, AspiredModel> models, CompletableFuture<Void> settled) implements Event {
        /// For a state that no caller waits for.
        Announced(Map<String, AspiredModel> models) {
            this(models, new CompletableFuture<>());
        }

        public Announced {
            models = Map.copyOf(models);
        }
    }

    /// The version is loaded and is being warmed up.
    record WarmUpBegan(ModelId id, String engine) implements Event {}

    record Loaded(ModelId id, LoadedVersion loaded) implements Event {}

    record LoadFailed(ModelId id, ServingException cause) implements Event {}

    /// The last lease has come home and the session is closed.
    record Closed(ModelId id) implements Event {}

    /// A short task for the reconciler's thread.
    record Task(Runnable task) implements Event {}

    /// Unload everything and load nothing more.
    record Stop() implements Event {}
}
