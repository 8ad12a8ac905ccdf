package io.kaon.engine;

import java.util.Set;

/// What the operator may set about a session.
///
/// @param intraOpThreads threads that share one operator; 1 keeps a run on the thread that asked for it
/// @param interOpThreads threads that run independent operators at the same time
/// @param savedModelTags which of a SavedModel's graphs to load: the one that has exactly these tags
public record EngineSettings(int intraOpThreads, int interOpThreads, Set<String> savedModelTags) {
    /// The tag of graphs that are meant for serving.
    public static final Set<String> SERVE = Set.of("serve");

    public EngineSettings {
        savedModelTags = Set.copyOf(savedModelTags);
        if (intraOpThreads < 1 || interOpThreads < 1) {
            throw new IllegalArgumentException("threads: " + intraOpThreads + ", " + interOpThreads);
        }
    }

    /// The same, but so many threads share one operator.
    public EngineSettings withIntraOpThreads(int threads) {
        return new EngineSettings(threads, interOpThreads, savedModelTags);
    }

    /// Whether a run stays on the thread that asked for it.
    public boolean isOnCaller() {
        return intraOpThreads == 1 && interOpThreads == 1;
    }

    /// One thread each: concurrency comes from requests.
    public static EngineSettings defaults() {
        return new EngineSettings(1, 1, SERVE);
    }
}
