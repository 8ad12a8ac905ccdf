package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

final class BatchGainTest {
    private final BatchGain gain = new BatchGain();

    @Test
    void triesMoreRowsAsLongAsTheyPay() {
        // A fixed cost that every run pays, and a little per row.
        learn(rows -> 10_000 + 10L * rows, 2000);
        assertThat(gain.mostRows()).isGreaterThanOrEqualTo(1023);
    }

    @Test
    void stopsWhereMoreRowsCostAsMuchMore() {
        learn(rows -> rows <= 16 ? 1000 + 100L * rows : 200L * rows, 2000);
        assertThat(gain.mostRows()).isBetween(15, 31);
    }

    @Test
    void mergesNothingWhereNothingIsGained() {
        learn(rows -> 1_000_000L * rows, 200);
        assertThat(gain.mostRows()).isEqualTo(1);
    }

    @Test
    void looksAgainNowAndThen() {
        learn(rows -> 1_000_000L * rows, 200);
        learn(rows -> 1_000_000, 6000);
        assertThat(gain.mostRows()).isGreaterThan(63);
    }

    @Test
    void forgivesASlowStartAndAPause() {
        for (int rows : new int[] {1, 3, 7, 15}) {
            gain.record(rows, rows, 100_000_000);
            for (int i = 0; i < 10; i++) {
                gain.record(rows, rows, 10_000 + 10L * rows);
            }
        }
        gain.record(3, 3, 1_000_000_000);
        assertThat(gain.mostRows()).isGreaterThanOrEqualTo(15);
    }

    /// As many rows are run as pay, or one: not every tick brings many.
    private void learn(IntToLongFunction nanos, int runs) {
        for (int i = 0; i < runs; i++) {
            int rows = i % 3 == 0 ? 1 : gain.mostRows();
            gain.record(rows, rows * 10L, nanos.applyAsLong(rows));
        }
    }
}
