package io.kaon.lifecycle;

import java.nio.file.Path;
import java.time.Duration;

/// What the operator may set about watching and loading.
///
/// @param pollInterval between two looks at the stores; zero for one look at start and one whenever the declaration is
///     replaced, negative for the latter only
/// @param loadThreads versions that are loaded at the same time; each takes its share of memory
/// @param intraOp how many threads share an operator
/// @param cache where versions are copied to that may change while they are served; made when it is needed
public record LifecycleSettings(Duration pollInterval, int loadThreads, IntraOp intraOp, Path cache) {
    public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofSeconds(1);

    public LifecycleSettings {
        if (loadThreads < 1) {
            throw new IllegalArgumentException(loadThreads + " load threads");
        }
    }
}
