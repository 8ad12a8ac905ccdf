package io.kaon.lifecycle;

import io.kaon.lifecycle.declaration.IntraOp;
import io.kaon.lifecycle.load.CacheSettings;
import io.kaon.lifecycle.load.SameSignature;
import io.kaon.lifecycle.watch.PollIntervals;
import java.time.Duration;

/// What the operator may set about watching and loading.
///
/// @param pollIntervals between two looks at a model
/// @param loadThreads versions that are loaded at the same time; each takes its share of memory
/// @param fetchThreads versions that are fetched at the same time
/// @param intraOp how many threads share an operator
/// @param warmUp the longest that the first runs of a version may take which no client has asked for; zero for none
/// @param sameSignature whether a version must take and give what the one before did
/// @param cache where versions are copied to
public record LifecycleSettings(
        PollIntervals pollIntervals,
        int loadThreads,
        int fetchThreads,
        IntraOp intraOp,
        CacheSettings cache,
        Duration warmUp,
        SameSignature sameSignature) {
    public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofSeconds(1);

    public LifecycleSettings {
        if (warmUp.isNegative()) {
            throw new IllegalArgumentException("a warm-up of " + warmUp);
        }
        if (loadThreads < 1 || fetchThreads < 1) {
            throw new IllegalArgumentException(loadThreads + " load threads, " + fetchThreads + " fetch threads");
        }
    }
}
