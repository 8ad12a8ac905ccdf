package io.kaon.engine;

/// What the operator may set about a session.
///
/// @param intraOpThreads threads that share one operator; 1 keeps a run on the thread that asked for it
/// @param interOpThreads threads that run independent operators at the same time
public record EngineSettings(int intraOpThreads, int interOpThreads) {
    public EngineSettings {
        if (intraOpThreads < 1 || interOpThreads < 1) {
            throw new IllegalArgumentException("threads: " + intraOpThreads + ", " + interOpThreads);
        }
    }

    /// One thread each: concurrency comes from requests.
    public static EngineSettings defaults() {
        return new EngineSettings(1, 1);
    }
}
