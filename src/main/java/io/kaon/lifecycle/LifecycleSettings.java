package io.kaon.lifecycle;

import io.kaon.lifecycle.declaration.IntraOp;
import io.kaon.lifecycle.load.SameSignature;
import java.nio.file.Path;
import java.time.Duration;

/// What the operator may set about watching and loading.
///
/// @param pollInterval between two looks at the stores; zero for one look at start and one whenever the declaration is
///     replaced, negative for the latter only
/// @param loadThreads versions that are loaded at the same time; each takes its share of memory
/// @param intraOp how many threads share an operator
/// @param warmUp the longest that the first runs of a version may take which no client has asked for; zero for none
/// @param sameSignature whether a version must take and give what the one before did
/// @param cache where a directory for versions is made that may change while they are served, once it is needed
public record LifecycleSettings(
        Duration pollInterval,
        int loadThreads,
        IntraOp intraOp,
        Path cache,
        Duration warmUp,
        SameSignature sameSignature) {
    public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofSeconds(1);

    public LifecycleSettings {
        if (warmUp.isNegative()) {
            throw new IllegalArgumentException("a warm-up of " + warmUp);
        }
        if (loadThreads < 1) {
            throw new IllegalArgumentException(loadThreads + " load threads");
        }
    }
}
