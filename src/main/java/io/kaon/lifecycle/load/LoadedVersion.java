package io.kaon.lifecycle.load;

import io.kaon.serving.LoadedModel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What loading a version gives.
///
/// @param copy that is used while it serves; null when its files are read where the store keeps them
/// @param notice what clients of the version that serves should know of this one; null if there is nothing
/// @param loadTime fetching, loading and warming up together
public record LoadedVersion(
        LoadedModel model,
        ModelCache.@Nullable Copy copy,
        @Nullable String notice,
        Duration loadTime) {}
