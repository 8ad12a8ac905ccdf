package io.kaon.lifecycle.watch;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// The whole wanted state, by model name. What is not in it is not wanted.
///
/// @param settled to be completed when this has been carried out; the same for all polls of one declaration
public record Announcement(Map<String, AspiredModel> models, CompletableFuture<Void> settled) {
    /// For a state that no caller waits for.
    public Announcement(Map<String, AspiredModel> models) {
        this(models, new CompletableFuture<>());
    }

    public Announcement {
        models = Map.copyOf(models);
    }
}
