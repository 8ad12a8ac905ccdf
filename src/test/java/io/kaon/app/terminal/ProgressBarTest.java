package io.kaon.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.storage.ProgressReading;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ProgressBarTest {
    private static final long MIB = 1 << 20;

    @Test
    void drawsBytesPercentRateAndTheTimeThatIsLeft() {
        assertThat(ProgressBar.of(reading(50, 100, 5, Duration.ZERO)))
                .isEqualTo("[############------------]  50%  50.0 MiB of 100.0 MiB  5.0 MiB/s  10 s left");
        assertThat(ProgressBar.of(reading(0, 100, 0, Duration.ZERO)))
                .isEqualTo("[------------------------]   0%  0 B of 100.0 MiB  0 B/s");
        assertThat(ProgressBar.of(reading(100, 100, 5, Duration.ofMinutes(1))))
                .isEqualTo("[########################] 100%  100.0 MiB of 100.0 MiB  5.0 MiB/s");
    }

    @Test
    void saysInsteadOfARateThatNothingComes() {
        assertThat(ProgressBar.of(reading(50, 100, 5, Duration.ofSeconds(9)))).endsWith("100.0 MiB  no byte for 9 s");
    }

    @Test
    void writesLongTimesInTheirTwoLargestUnits() {
        assertThat(ProgressBar.of(reading(0, 1000, 5, Duration.ZERO))).endsWith("  3 min 20 s left");
        assertThat(ProgressBar.of(reading(0, 100_000, 5, Duration.ZERO))).endsWith("  5 h 33 min left");
    }

    private static ProgressReading reading(long done, long total, long rate, Duration still) {
        return new ProgressReading(done * MIB, done * MIB, total * MIB, rate * MIB, Duration.ofSeconds(1), still);
    }
}
