package io.kaon.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConfigProblemsTest {
    private static List<String> problems(String option, String value) {
        return ConfigProblems.explain(catchThrowable(() -> new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(Map.of(option, value), "test", 100))
                .withMapping(ServerConfig.class)
                .build()));
    }

    @Test
    void aValueThatIsNoneOfAListIsToldWithTheList() {
        assertThat(problems("kaon.log.format", "yaml"))
                .containsExactly("kaon.log.format=yaml: expected one of json,text");
    }

    @Test
    void anUnknownOptionIsToldWithTheNearestOrWithWhereAllStand() {
        assertThat(problems("kaon.btach.lanes", "1"))
                .containsExactly("unknown option kaon.btach.lanes: did you mean kaon.batch.lanes?");
        assertThat(problems("kaon.bogus", "1"))
                .containsExactly("unknown option kaon.bogus; docs/options.md has all options");
    }

    @Test
    void aFileThatCannotBeReadIsToldWithTheReason() {
        assertThat(ConfigProblems.explain(new IllegalStateException(new NoSuchFileException("/tls/tls.crt"))))
                .containsExactly("/tls/tls.crt: there is no such file");
        assertThat(ConfigProblems.explain(new IllegalStateException(new AccessDeniedException("/tls/tls.key"))))
                .singleElement()
                .asString()
                .startsWith("/tls/tls.key: permission denied: user ");
    }
}
