package io.kaon.app.log;

import io.smallrye.config.WithDefault;

/// `kaon.log.*`: the log. Its levels and files are the framework's, `quarkus.log.*`.
public interface LogConfig {
    /// How events are written. `application.properties` refers to this option by its name, because the framework makes
    /// the log before anything of Kaon's.
    @WithDefault("text")
    LogFormat format();
}
