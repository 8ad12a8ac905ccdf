package io.kaon.engine;

import java.time.Duration;
import java.util.Set;

/// What the operator may set about a session.
///
/// @param intraOpThreads threads that share one operator; 1 keeps a run on the thread that asked for it
/// @param interOpThreads threads that run independent operators at the same time
/// @param savedModelTags which of a SavedModel's graphs to load: the one that has exactly these tags
/// @param device where runs are computed
/// @param longestRun after which a run is ended, for engines that must know it when they load; zero for never
/// @param providers what computes operators there
public record EngineSettings(
        int intraOpThreads,
        int interOpThreads,
        Set<String> savedModelTags,
        Device device,
        Duration longestRun,
        ProviderSettings providers) {
    /// The tag of graphs that are meant for serving.
    public static final Set<String> SERVE = Set.of("serve");

    public EngineSettings {
        savedModelTags = Set.copyOf(savedModelTags);
        if (intraOpThreads < 1 || interOpThreads < 1) {
            throw new IllegalArgumentException("threads: " + intraOpThreads + ", " + interOpThreads);
        }
        if (longestRun.isNegative()) {
            throw new IllegalArgumentException("a run of " + longestRun);
        }
    }

    /// One thread each: concurrency comes from requests.
    public static EngineSettings defaults() {
        return new EngineSettings(1, 1, SERVE, Device.AUTO, Duration.ZERO, ProviderSettings.defaults());
    }

    /// The same, but so many threads share one operator.
    public EngineSettings withIntraOpThreads(int threads) {
        return new EngineSettings(threads, interOpThreads, savedModelTags, device, longestRun, providers);
    }

    /// The same, but so many threads run operators that do not need each other.
    public EngineSettings withInterOpThreads(int threads) {
        return new EngineSettings(intraOpThreads, threads, savedModelTags, device, longestRun, providers);
    }

    /// The same, with another of a SavedModel's graphs.
    public EngineSettings withSavedModelTags(Set<String> tags) {
        return new EngineSettings(intraOpThreads, interOpThreads, tags, device, longestRun, providers);
    }

    /// The same, computed elsewhere.
    public EngineSettings withDevice(Device other) {
        return new EngineSettings(intraOpThreads, interOpThreads, savedModelTags, other, longestRun, providers);
    }

    /// The same, with another longest time of a run.
    public EngineSettings withLongestRun(Duration longest) {
        return new EngineSettings(intraOpThreads, interOpThreads, savedModelTags, device, longest, providers);
    }

    /// The same, with other providers.
    public EngineSettings withProviders(ProviderSettings others) {
        return new EngineSettings(intraOpThreads, interOpThreads, savedModelTags, device, longestRun, others);
    }

    /// Whether a run stays on the thread that asked for it.
    public boolean isOnCaller() {
        return intraOpThreads == 1 && interOpThreads == 1;
    }
}
