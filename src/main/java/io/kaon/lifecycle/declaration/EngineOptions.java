package io.kaon.lifecycle.declaration;

import io.kaon.engine.EngineSettings;
import org.jspecify.annotations.Nullable;

/// Which engine runs a model, and how.
///
/// @param name of the engine; null for the first that recognises the files
/// @param settings of the sessions
/// @param mostThreads that are tried for one operator if the model turns out to be heavy; as many as the settings say
///     if that number is not to be questioned
public record EngineOptions(@Nullable String name, EngineSettings settings, int mostThreads) {
    public EngineOptions {
        if (mostThreads < settings.intraOpThreads()) {
            throw new IllegalArgumentException(
                    mostThreads + " threads are tried for an operator: expected at least the "
                            + settings.intraOpThreads() + " of the settings");
        }
    }

    /// Any engine, with default settings that hold for heavy models too.
    public static EngineOptions defaults() {
        return new EngineOptions(null, EngineSettings.defaults(), 1);
    }

    /// The same, with the engine of that name; null for the first that recognises the files.
    public EngineOptions withName(@Nullable String engine) {
        return new EngineOptions(engine, settings, mostThreads);
    }

    /// The same, with other settings of which none is about threads.
    public EngineOptions withSettings(EngineSettings others) {
        return new EngineOptions(name, others, mostThreads);
    }

    /// The same, with so many threads for one operator, whatever a run takes.
    public EngineOptions withThreads(int threads) {
        return new EngineOptions(name, settings.withIntraOpThreads(threads), threads);
    }

    /// Whether more threads may be tried than the settings say.
    public boolean mayTryMore() {
        return mostThreads > settings.intraOpThreads();
    }
}
