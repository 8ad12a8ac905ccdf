package io.kaon.app.config;

import io.kaon.config.OptionRanges;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// `kaon.run.*`: runs of all models.
public interface RunConfig {
    /// The longest that a run may take on a lane, where it is ended then; 0 for as long as it takes.
    @WithDefault("60s")
    @WithConverter(OptionRanges.Wait.class)
    Duration timeout();
}
