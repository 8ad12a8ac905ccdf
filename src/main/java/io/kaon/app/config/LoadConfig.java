package io.kaon.app.config;

import io.kaon.config.OptionRanges;
import io.kaon.lifecycle.load.SameSignature;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// `kaon.load.*`: loading of versions.
public interface LoadConfig {
    /// Versions that may be loaded at the same time; by default one per processor.
    Optional<@WithConverter(OptionRanges.Count.class) Integer> threads();

    /// Versions that may be fetched at the same time.
    @WithDefault("4")
    @WithConverter(OptionRanges.Count.class)
    int fetches();

    /// Where versions are copied to that come from remote stores, or whose weights stand in files of their own.
    /// What is there outlives the process, for the next one; by default the process makes a folder where the
    /// system has temporary files, and removes it at the end.
    Optional<String> cache();

    /// Of all copies together: beyond that, those are removed that no version uses.
    @WithDefault("10G")
    @WithConverter(OptionRanges.Bytes.class)
    MemorySize cacheBytes();

    /// What becomes of a version with other inputs or outputs than the one that serves: it is announced, or
    /// fails to load, or neither.
    @WithDefault("warn")
    SameSignature sameSignature();

    /// Whether a version runs a few times on zeros before it serves.
    @WithDefault("true")
    boolean warmUp();

    /// How long these runs may take where they do not end; then the version serves without.
    @WithDefault("5s")
    @WithConverter(OptionRanges.Patience.class)
    Duration warmUpTimeout();
}
