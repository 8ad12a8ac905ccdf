package io.kaon.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.ManualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProgressTest {
    private static final int MIB = 1 << 20;

    private final ManualClock clock = new ManualClock();
    private final Transfer transfer = new Transfer();

    @Test
    void tellsDoneTotalPercentAndRate() {
        Progress progress = new Progress(transfer, 40 * MIB, clock);
        assertThat(progress.read().text()).isEqualTo("0 B of 40.0 MiB (0%), 0 B/s");
        transfer.add(10 * MIB);
        clock.advance(Duration.ofSeconds(2));
        ProgressReading reading = progress.read();
        assertThat(reading.text()).isEqualTo("10.0 MiB of 40.0 MiB (25%), 5.0 MiB/s");
        assertThat(reading.remaining()).contains(Duration.ofSeconds(6));
    }

    @Test
    void countsOnlyWhatIsCopiedInTheRate() {
        Progress progress = new Progress(transfer, 40 * MIB, clock);
        transfer.found(30 * MIB);
        transfer.add(5 * MIB);
        clock.advance(Duration.ofSeconds(1));
        assertThat(progress.read().text()).isEqualTo("35.0 MiB of 40.0 MiB (87%), 5.0 MiB/s");
        transfer.add(5 * MIB);
        clock.advance(Duration.ofSeconds(1));
        assertThat(progress.read().summary()).isEqualTo("10.0 MiB in 2.0 s (5.0 MiB/s), 30.0 MiB were there already");
    }

    /// A copy that was fast an hour ago and is slow now is slow.
    @Test
    void makesTheRateOfTheLastSeconds() {
        Progress progress = new Progress(transfer, 4000L * MIB, clock);
        transfer.add(1000 * MIB);
        for (int second = 0; second < 20; second++) {
            transfer.add(MIB);
            clock.advance(Duration.ofSeconds(1));
            ProgressReading _ = progress.read();
        }
        assertThat(progress.read().pace()).isEqualTo("1.0 MiB/s");
        assertThat(progress.read().summary()).isEqualTo("1020.0 MiB in 20.0 s (51.0 MiB/s)");
    }

    @Test
    void keepsItsRateHoweverSeldomItIsLookedAt() {
        Progress progress = new Progress(transfer, 4000L * MIB, clock);
        for (int minute = 0; minute < 3; minute++) {
            transfer.add(600 * MIB);
            clock.advance(Duration.ofMinutes(1));
            assertThat(progress.read().pace()).isEqualTo("10.0 MiB/s");
        }
    }

    @Test
    void saysForHowLongNoByteHasCome() {
        Progress progress = new Progress(transfer, 10, clock);
        transfer.add(5);
        clock.advance(Duration.ofSeconds(1));
        assertThat(progress.read().standsStill()).isFalse();
        clock.advance(Duration.ofSeconds(12));
        ProgressReading still = progress.read();
        assertThat(still.text()).isEqualTo("5 B of 10 B (50%), no byte for 12 s");
        assertThat(still.remaining()).isEmpty();
        transfer.add(1);
        assertThat(progress.read().standsStill()).isFalse();
    }

    @Test
    void standsNotStillWhenAllIsThere() {
        Progress progress = new Progress(transfer, 5, clock);
        transfer.found(5);
        assertThat(progress.read().done()).isEqualTo(5);
        clock.advance(Duration.ofMinutes(1));
        assertThat(progress.read().standsStill()).isFalse();
        assertThat(progress.read().percent()).isEqualTo(100);
    }

    @Test
    void saysAHundredPercentOnlyWhenAllIsThere() {
        Progress progress = new Progress(transfer, 10_000, clock);
        transfer.add(9_999);
        assertThat(progress.read().percent()).isEqualTo(99);
        transfer.add(1);
        assertThat(progress.read().percent()).isEqualTo(100);
        assertThat(new Progress(new Transfer(), 0, clock).read().percent()).isEqualTo(100);
    }

    @Test
    void addsUpCopiesThatGoOnTogether() {
        ProgressReading one = new ProgressReading(1, 1, 10, 3, Duration.ofSeconds(9), Duration.ofSeconds(8));
        ProgressReading other = new ProgressReading(4, 2, 10, 2, Duration.ofSeconds(2), Duration.ZERO);
        assertThat(ProgressReading.together(List.of(one, other)))
                .isEqualTo(new ProgressReading(5, 3, 20, 5, Duration.ofSeconds(9), Duration.ZERO));
    }
}
