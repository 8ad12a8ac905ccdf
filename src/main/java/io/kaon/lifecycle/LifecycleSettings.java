package io.kaon.lifecycle;

import io.kaon.lifecycle.load.CacheSettings;
import io.kaon.lifecycle.load.SameSignature;
import io.kaon.lifecycle.watch.PollIntervals;
import java.time.Duration;

/// What the operator may set about watching and loading.
///
/// @param pollIntervals between two looks at a model
/// @param loadThreads versions that are loaded at the same time; each takes its share of memory
/// @param fetchThreads versions that are fetched at the same time
/// @param sameSignature whether a version must take and give what the one before did
/// @param cache where versions are copied to
public record LifecycleSettings(
        PollIntervals pollIntervals,
        int loadThreads,
        int fetchThreads,
        CacheSettings cache,
        SameSignature sameSignature) {
    public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofSeconds(1);

    public LifecycleSettings {
        if (loadThreads < 1 || fetchThreads < 1) {
            throw new IllegalArgumentException(loadThreads + " load threads, " + fetchThreads + " fetch threads");
        }
    }
}
