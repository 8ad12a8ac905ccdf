package io.kaon.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.common.MapBackedConfigSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EffectiveConfigTest {
    private static final String FILE = "file:/srv/config/application.properties";

    @Test
    void listsEveryOptionSortedWithWhereItComesFrom() {
        List<String> lines = lines(config(
                Map.of("kaon.batch.lanes", "4", "quarkus.http.port", "8600"),
                Map.of("KAON_BATCH_LANES", "3", "KAON_BATCH_QUEUE", "7"),
                Map.of("kaon.batch.queue", "8", "kaon.batch.models.m.merge", "off", "quarkus.log.level", "DEBUG")));
        assertThat(lines)
                .isSorted()
                .contains(
                        "kaon.batch.lanes = 4  (command line)",
                        "kaon.batch.queue = 7  (environment)",
                        "kaon.batch.models.m.merge = off  (file /srv/config/application.properties)",
                        "kaon.poll-interval = 1s  (default)",
                        "kaon.model.name =   (default)",
                        "quarkus.http.port = 8600  (command line)",
                        "quarkus.log.level = DEBUG  (file /srv/config/application.properties)");
        for (String option : ConfigProblems.options()) {
            if (!option.contains("*")) {
                assertThat(lines).as(option).anyMatch(line -> line.startsWith(option + " = "));
            }
        }
    }

    @Test
    void masksSecretsAndShowsPathsOfKeys() {
        String text = EffectiveConfig.of(config(
                Map.of(
                        "quarkus.tls.a.key-store.p12.password", "hunter2",
                        "quarkus.tls.a.key-store.pem.0.key", "/etc/tls/key.pem",
                        "quarkus.x.api-key", "hunter3",
                        "quarkus.x.secrets[0]", "hunter4",
                        "quarkus.x.\"secret\"", "hunter5"),
                Map.of("KAON_ADMIN_TOKEN", "hunter1"),
                Map.of()));
        assertThat(text)
                .doesNotContain("hunter")
                .contains("kaon.admin.token = ***  (environment)\n")
                .contains("quarkus.tls.a.key-store.p12.password = ***  (command line)\n")
                .contains("quarkus.tls.a.key-store.pem.0.key = /etc/tls/key.pem  (command line)\n");
    }

    @Test
    void keepsToOneLineEach() {
        assertThat(lines(config(Map.of("kaon.models", "a\nb"), Map.of(), Map.of())))
                .contains("kaon.models = a\\nb  (command line)");
    }

    private static List<String> lines(SmallRyeConfig config) {
        return EffectiveConfig.of(config).lines().toList();
    }

    private static SmallRyeConfig config(
            Map<String, String> commandLine, Map<String, String> environment, Map<String, String> file) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withSources(
                        new MapBackedConfigSource("SysPropConfigSource", commandLine, 400) {},
                        new EnvConfigSource(environment, 300),
                        new PropertiesConfigSource(file, FILE, 260))
                .withMapping(ServerConfig.class)
                .build();
    }
}
