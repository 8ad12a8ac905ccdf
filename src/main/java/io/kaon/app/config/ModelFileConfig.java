package io.kaon.app.config;

import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// `kaon.model-config.*`: a file with the text form of TensorFlow Serving's `ModelServerConfig`.
public interface ModelFileConfig {
    /// Where it is.
    Optional<String> file();

    /// How often it is looked at for changes; 0 never.
    @WithDefault("0s")
    Duration pollInterval();

    /// Whether a reload over gRPC may put a new label on a version that is not being served yet.
    @WithDefault("false")
    boolean labelsForUnavailable();
}
