package io.kaon.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CommandConfigTest {
    private static final String PORT = "quarkus.management.port";

    @AfterEach
    void forgets() {
        System.clearProperty(PORT);
    }

    /// The program brings a file of its own, which says 9000.
    @Test
    void tellsWhatWasSetFromWhatTheProgramBrings() {
        assertThat(CommandConfig.read().getOptionalValue(PORT, String.class)).contains("9000");
        assertThat(CommandConfig.configured().apply(PORT)).isEmpty();
        System.setProperty(PORT, "9000");
        assertThat(CommandConfig.configured().apply(PORT)).contains("9000");
    }
}
