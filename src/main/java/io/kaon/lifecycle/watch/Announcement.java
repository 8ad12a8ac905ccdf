package io.kaon.lifecycle.watch;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// The whole wanted state, by model name. What is not in it is not wanted.
///
/// @param complete false while it is not known of a directory in the folder whether it is a model, so that one may be
///     missing
/// @param settled to be completed when this has been carried out; the same for all polls of one declaration
public record Announcement(Map<String, AspiredModel> models, boolean complete, CompletableFuture<Void> settled) {
    /// For a state that no caller waits for.
    public Announcement(Map<String, AspiredModel> models) {
        this(models, true, new CompletableFuture<>());
    }

    public Announcement {
        models = Map.copyOf(models);
    }
}
