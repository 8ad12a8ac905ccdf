package io.kaon.ops;

import io.kaon.config.OptionRanges;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// `kaon.health.*`: what the management port answers orchestrators.
public interface HealthConfig {
    /// Which models must have served once before the server is ready for the first time: all that are declared by
    /// name and one of a folder's, any one, or none.
    @WithDefault("all")
    InitialModels.When ready();

    /// How long an event loop, the version watcher or the reconciler may stand still before the server counts
    /// as dead.
    @WithDefault("30s")
    @WithConverter(OptionRanges.Patience.class)
    Duration liveBound();
}
