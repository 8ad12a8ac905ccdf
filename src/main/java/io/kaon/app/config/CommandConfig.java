package io.kaon.app.config;

import io.smallrye.config.PropertiesConfigSourceLoader;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;

/// The options for commands that run without the framework: what the system properties, the environment and the file of
/// options set, as `serve` reads it.
public final class CommandConfig {
    private static final Path OPTIONS = Path.of("config", "application.properties");

    /// How strong the file is, as for `serve`.
    private static final int OPTIONS_ORDINAL = 260;

    private CommandConfig() {}

    /// As text.
    ///
    /// @throws IllegalArgumentException when the file cannot be read
    public static SmallRyeConfig read() {
        return builder().build();
    }

    /// Kaon's own.
    ///
    /// @throws IllegalArgumentException when the file cannot be read, or an option is wrong or unknown
    public static ServerConfig options() {
        return builder().withMapping(ServerConfig.class).build().getConfigMapping(ServerConfig.class);
    }

    private static SmallRyeConfigBuilder builder() {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDefaultSources()
                .addDiscoveredSources()
                .addDiscoveredConverters()
                .withSources(PropertiesConfigSourceLoader.inFileSystem(
                        OPTIONS.toUri().toString(), OPTIONS_ORDINAL, CommandConfig.class.getClassLoader()));
    }
}
