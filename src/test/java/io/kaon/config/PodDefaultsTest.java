package io.kaon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PodDefaultsTest {
    @Test
    void leaveTheServerTimeForAllItsSteps() {
        PodDefaults pod = PodDefaults.STANDARD;
        assertThat(pod.terminationGrace())
                .isGreaterThan(pod.preStop()
                        .plus(ServerDefaults.STANDARD.shutdownDelay())
                        .plus(ServerDefaults.STANDARD.shutdownTimeout()));
    }

    /// What the build generates, on top of which the documents are written.
    @Test
    void areWhatTheBaseSays() throws IOException {
        PodDefaults pod = PodDefaults.STANDARD;
        assertThat(Files.readString(Path.of("kubernetes/base/kubernetes.yml")))
                .containsPattern("readinessProbe:\\s+failureThreshold: " + pod.readinessFailures() + "\\s")
                .containsPattern("path: " + ServerDefaults.STANDARD.readyPath() + "\\s+port: "
                        + ServerDefaults.STANDARD.managementPort()
                        + "\\s+scheme: HTTP\\s+initialDelaySeconds: 0\\s+periodSeconds: "
                        + pod.readinessPeriod().toSeconds() + "\\s");
    }

    @Test
    void refuseAGracePeriodInWhichTheServerWouldBeKilled() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new PodDefaults(second, 3, Duration.ofSeconds(5), Duration.ofSeconds(30)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "expected a grace period of more than the 31 s that the server's own steps may take, got 30 s");
    }
}
