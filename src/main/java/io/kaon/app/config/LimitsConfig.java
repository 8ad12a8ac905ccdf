package io.kaon.app.config;

import io.kaon.config.OptionRanges;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// `kaon.limits.*`: what requests may cost.
public interface LimitsConfig {
    /// Largest request body or message.
    @WithDefault("2147483639")
    @WithConverter(OptionRanges.Bytes.class)
    MemorySize requestBytes();

    /// What all requests together may hold; by default a quarter of the heap.
    Optional<@WithConverter(OptionRanges.Bytes.class) MemorySize> inFlightBytes();

    /// How long a request body or message may make no progress while it arrives.
    @WithDefault("30s")
    @WithConverter(OptionRanges.Patience.class)
    Duration stall();
}
