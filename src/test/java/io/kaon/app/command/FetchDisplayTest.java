package io.kaon.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.storage.Progress;
import io.kaon.storage.Transfer;
import io.kaon.testkit.ManualClock;
import io.kaon.testkit.ManualTimer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FetchDisplayTest {
    private static final int MIB = 1 << 20;

    private final ManualClock clock = new ManualClock();
    private final ManualTimer timer = new ManualTimer(clock);
    private final StringWriter text = new StringWriter();
    private final Transfer transfer = new Transfer();

    @Test
    void drawsABarAgainAndAgainOnATerminalAndLeavesItsLineAtTheEnd() {
        try (FetchDisplay _ = begin(true)) {
            transfer.add(25 * MIB);
            pass(Duration.ofMillis(200));
            pass(Duration.ofMillis(200));
            transfer.add(75 * MIB);
        }
        String[] drawn = text.toString().split("\r\033\\[K", -1);
        assertThat(drawn).hasSize(4);
        assertThat(drawn[1]).contains(" 25% ", "125.0 MiB/s").doesNotContain("\n");
        assertThat(drawn[2]).contains(" 25% ", "62.5 MiB/s").doesNotContain("\n");
        assertThat(drawn[3]).contains(" 100% ").endsWith("\n");
    }

    @Test
    void writesALineEveryFewSecondsElsewhere() {
        try (FetchDisplay _ = begin(false)) {
            transfer.add(25 * MIB);
            pass(Duration.ofSeconds(4));
            assertThat(text.toString()).isEmpty();
            pass(Duration.ofSeconds(1));
            transfer.add(5 * MIB);
            pass(Duration.ofSeconds(5));
        }
        assertThat(text.toString().lines())
                .containsExactly("25.0 MiB of 100.0 MiB (25%), 5.0 MiB/s", "30.0 MiB of 100.0 MiB (30%), 3.0 MiB/s");
    }

    @Test
    void showsNothingOfACopyThatIsShortAndNothingAfterTheEnd() {
        for (boolean terminal : new boolean[] {true, false}) {
            try (FetchDisplay _ = begin(terminal)) {
                pass(Duration.ofMillis(100));
            }
            pass(Duration.ofMinutes(1));
        }
        assertThat(text.toString()).isEmpty();
        assertThat(timer.pending()).isZero();
    }

    private FetchDisplay begin(boolean terminal) {
        return FetchDisplay.begin(
                new Progress(transfer, 100 * MIB, clock), terminal, new PrintWriter(text, true), timer);
    }

    private void pass(Duration time) {
        clock.advance(time);
        timer.runDue();
    }
}
