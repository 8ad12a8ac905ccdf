package io.kaon.app.config;

import io.kaon.config.OptionRanges;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// `kaon.shutdown.*`: stopping.
public interface ShutdownConfig {
    /// How long requests are still taken after the server was asked to stop and says that it is not ready
    /// any more.
    @WithDefault("1s")
    @WithConverter(OptionRanges.Wait.class)
    Duration delay();

    /// How long what is under way may take after that; then the process ends all the same.
    @WithDefault("25s")
    @WithConverter(OptionRanges.Wait.class)
    Duration timeout();
}
