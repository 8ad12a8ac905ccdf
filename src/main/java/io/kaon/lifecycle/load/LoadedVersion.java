package io.kaon.lifecycle.load;

import io.kaon.serving.LoadedModel;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What loading a version gives.
///
/// @param copy where the files were copied to; null when they are read where the store keeps them
/// @param notice what clients of the version that serves should know of this one; null if there is nothing
/// @param loadTime fetching, loading and warming up together
public record LoadedVersion(
        LoadedModel model, @Nullable Path copy, @Nullable String notice, Duration loadTime) {}
