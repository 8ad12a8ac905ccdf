package io.kaon.storage.hdfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.HdfsOptions;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Options go before variables, and these before what the machine says.
final class HdfsSettingsTest {
    private static final Map<String, String> VARIABLES =
            Map.of("HADOOP_USER_NAME", "of-the-environment", "HADOOP_CONF_DIR", "/etc/hadoop");

    @Test
    void takesOptionsBeforeTheVariablesOfHadoop() {
        HdfsSettings settings = HdfsOptions.none()
                .with("user", "ann")
                .with("conf-dir", "/conf")
                .with("connections", "3")
                .with("most-files", "4")
                .settings(VARIABLES, "root");
        assertThat(settings).isEqualTo(new HdfsSettings("ann", Path.of("/conf"), 3, 4));
    }

    @Test
    void takesTheVariablesOfHadoopWhereThereAreNoOptions() {
        HdfsSettings settings = HdfsOptions.none().settings(VARIABLES, "root");
        assertThat(settings).isEqualTo(new HdfsSettings("of-the-environment", Path.of("/etc/hadoop"), 32, 100_000));
    }

    @Test
    void isTheUserOfTheServerOtherwise() {
        assertThat(HdfsOptions.none().settings(Map.of("HADOOP_USER_NAME", " "), "bob"))
                .isEqualTo(new HdfsSettings("bob", null, 32, 100_000));
    }

    /// As in a container that runs with a number of a user whom its files do not name.
    @Test
    void hasANameWhereTheMachineHasNone() {
        assertThat(HdfsOptions.none().settings(Map.of(), "?").user()).isEqualTo("kaon");
    }
}
