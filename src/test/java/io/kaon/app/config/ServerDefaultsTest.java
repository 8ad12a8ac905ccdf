package io.kaon.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.config.ServerDefaults;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every place that says by itself what [ServerDefaults] says.
final class ServerDefaultsTest {
    private static final ServerDefaults DEFAULTS = ServerDefaults.STANDARD;

    @Test
    void areWhatTheOptionsDeclare() {
        ServerConfig options = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(ServerConfig.class)
                .build()
                .getConfigMapping(ServerConfig.class);
        assertThat(options.grpc().port()).isEqualTo(DEFAULTS.grpcPort());
        assertThat(options.shutdown().delay()).isEqualTo(DEFAULTS.shutdownDelay());
        assertThat(options.shutdown().timeout()).isEqualTo(DEFAULTS.shutdownTimeout());
    }

    @Test
    void areWhatTheFrameworkIsTold() throws IOException {
        Properties told = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            told.load(file);
        }
        assertThat(told)
                .containsEntry("quarkus.http.port", Integer.toString(DEFAULTS.restPort()))
                .containsEntry("quarkus.management.port", Integer.toString(DEFAULTS.managementPort()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native"})
    void areThePortsOfTheImages(String file) throws IOException {
        assertThat(Pattern.compile("^EXPOSE (.*)$", Pattern.MULTILINE)
                        .matcher(Files.readString(Path.of(file)))
                        .results()
                        .map(MatchResult::group))
                .containsExactly(
                        "EXPOSE " + DEFAULTS.grpcPort() + " " + DEFAULTS.restPort() + " " + DEFAULTS.managementPort());
    }

    @Test
    void areThePathsThatTheDocumentationNames() throws IOException {
        assertThat(Files.readString(Path.of("docs/operations.md")))
                .contains(
                        "On the management port (" + DEFAULTS.managementPort() + ")",
                        "| `" + DEFAULTS.startedPath() + "` |",
                        "| `" + DEFAULTS.readyPath() + "` |",
                        "| `" + DEFAULTS.livePath() + "` |");
    }
}
