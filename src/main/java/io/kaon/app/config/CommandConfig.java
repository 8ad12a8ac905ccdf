package io.kaon.app.config;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.PropertiesConfigSourceLoader;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.config.spi.ConfigSource;

/// The options for commands that run without the framework: what the system properties, the environment and the file of
/// options set, as `serve` reads it.
public final class CommandConfig {
    private static final Path OPTIONS = Path.of("config", "application.properties");

    /// How strong the file is, as for `serve`.
    private static final int OPTIONS_ORDINAL = 260;

    /// How strong the file is that the program brings, which says what holds where nothing else does.
    private static final int BROUGHT_ORDINAL = 250;

    private CommandConfig() {}

    /// As text.
    ///
    /// @throws IllegalArgumentException when the file cannot be read
    public static SmallRyeConfig read() {
        return builder().build();
    }

    /// What those who start the server have set, as text: nothing where only the program's own defaults say something.
    ///
    /// @throws IllegalArgumentException when the file cannot be read
    public static Function<String, Optional<String>> configured() {
        SmallRyeConfig config = read();
        return option -> {
            ConfigValue value = config.getConfigValue(option);
            return value.getSourceOrdinal() > BROUGHT_ORDINAL
                    ? Optional.ofNullable(value.getValue())
                    : Optional.empty();
        };
    }

    /// Kaon's own.
    ///
    /// @throws IllegalArgumentException when the file cannot be read, or an option is wrong or unknown
    public static ServerConfig options() {
        return builder().withMapping(ServerConfig.class).build().getConfigMapping(ServerConfig.class);
    }

    /// Kaon's own as these alone say, whatever this process has.
    ///
    /// @param options by their names
    /// @throws io.smallrye.config.ConfigValidationException when an option is wrong or unknown
    public static ServerConfig only(Map<String, String> options) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(options, "told", ConfigSource.DEFAULT_ORDINAL))
                .withMapping(ServerConfig.class)
                .build()
                .getConfigMapping(ServerConfig.class);
    }

    /// A time as options take it.
    ///
    /// @throws IllegalArgumentException when it is none
    public static Duration duration(String text) {
        try {
            return DurationConverter.parseDuration(text);
        } catch (DateTimeException | IllegalArgumentException wrong) {
            throw new IllegalArgumentException("expected a time such as 10m or 30s, got \"" + text + "\"", wrong);
        }
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
