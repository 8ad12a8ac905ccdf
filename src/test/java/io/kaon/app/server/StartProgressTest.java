package io.kaon.app.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.app.terminal.ProgressBar;
import io.kaon.storage.Progress;
import io.kaon.storage.Transfer;
import io.kaon.testkit.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class StartProgressTest {
    private static final int MIB = 1 << 20;

    private final ManualClock clock = new ManualClock();
    private final List<Progress> underWay = new ArrayList<>();
    private final ByteArrayOutputStream drawn = new ByteArrayOutputStream();
    private final StartProgress start = new StartProgress(() -> underWay, new PrintStream(drawn, true, UTF_8));

    @Test
    void addsUpAllThatIsFetchedAndNeverGoesBack() {
        Transfer one = fetch(100);
        Transfer other = fetch(300);
        one.add(100 * MIB);
        start.draw();
        assertThat(drawn.toString(UTF_8))
                .contains(" 25%  100.0 MiB of 400.0 MiB")
                .endsWith("\r");
        underWay.removeFirst();
        other.add(100 * MIB);
        drawn.reset();
        start.draw();
        assertThat(drawn.toString(UTF_8)).contains(" 50%  200.0 MiB of 400.0 MiB");
    }

    @Test
    void takesTheBarAwayBeforeWhatComesNext() {
        fetch(100);
        start.draw();
        drawn.reset();
        start.end();
        start.draw();
        assertThat(drawn.toString(UTF_8)).isEqualTo(ProgressBar.CLEAR);
    }

    @Test
    void drawsNothingWhereNothingIsFetched() {
        start.draw();
        start.end();
        assertThat(drawn.toString(UTF_8)).isEmpty();
    }

    @Test
    void asksForNoTerminalWhereTheModelsHaveSettledAtOnce() {
        start.follow(CompletableFuture.completedFuture(null), () -> {
            throw new AssertionError("asked");
        });
        assertThat(drawn.toString(UTF_8)).isEmpty();
    }

    private Transfer fetch(long mib) {
        Transfer transfer = new Transfer();
        underWay.add(new Progress(transfer, mib * MIB, clock));
        clock.advance(Duration.ofSeconds(1));
        return transfer;
    }
}
