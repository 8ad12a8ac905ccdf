package io.kaon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// With real processes: shells, whose `read` waits for as long as nothing is written to them.
@Timeout(30)
final class ChildrenTest {
    private static final Path HERE = Path.of(".");

    @TempDir
    private Path logs;

    private Children children;

    @BeforeEach
    void begin() throws IOException {
        children = new Children(logs);
    }

    @AfterEach
    void end() {
        children.close();
    }

    @Test
    void givesBackWhatACommandWrote() {
        assertThat(children.run("say", HERE, Duration.ofSeconds(20), shell("echo one; echo two >&2")))
                .isEqualTo("one\ntwo\n");
    }

    @Test
    void saysWhatAFailedCommandWrote() {
        assertThatIllegalStateException()
                .isThrownBy(() -> children.run("say", HERE, Duration.ofSeconds(20), shell("echo why; exit 3")))
                .withMessageContaining("ended with 3; it said:\nwhy");
    }

    @Test
    void endsACommandThatTakesTooLong() {
        assertThatIllegalStateException()
                .isThrownBy(() -> children.run("wait", HERE, Duration.ZERO, shell("read never")))
                .withMessage("wait took longer than 0 s");
    }

    @Test
    void waitsUntilAServerSaysThatItIsReady() {
        Process server = children.startServer("server", HERE, "ready", shell("echo starting; echo ready; read never"));
        assertThat(server.isAlive()).isTrue();
    }

    @Test
    void saysWhatAServerWroteThatEndedInsteadOfStarting() {
        assertThatIllegalStateException()
                .isThrownBy(() -> children.startServer("server", HERE, "ready", shell("echo port taken; exit 1")))
                .withMessage("server did not start; it said:\nport taken\n");
    }

    @Test
    void leavesNoneBehind() {
        Process server = children.startServer("server", HERE, "ready", shell("echo ready; read never"));
        children.close();
        assertThat(server.onExit()).succeedsWithin(Duration.ofSeconds(20));
    }

    @Test
    void looksAgainUntilSomethingHappens() {
        AtomicInteger looks = new AtomicInteger();
        assertThat(Children.happens(Duration.ofSeconds(20), () -> looks.incrementAndGet() == 3))
                .isTrue();
        assertThat(looks).hasValue(3);
    }

    @Test
    void looksOnceWhenThereIsNoTime() {
        assertThat(Children.happens(Duration.ZERO, () -> true)).isTrue();
        assertThat(Children.happens(Duration.ZERO, () -> false)).isFalse();
    }

    private static List<String> shell(String script) {
        return List.of("sh", "-c", script);
    }
}
