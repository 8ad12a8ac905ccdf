package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Predictions only. They come from sizes, so they say nothing of a run whose length follows from values: such
/// a run may be predicted short and take seconds. It is ended on an event loop all the same ([RunWatchTest]),
/// and its model stays away from there ([InPlaceTest]).
final class RunCostTest {
    private final RunCost cost = new RunCost();

    @Test
    void expectsTheWorstWhileNothingIsKnown() {
        assertThat(cost.predict(1)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void believesTheFirstRun() {
        cost.record(8, 1000);
        assertThat(cost.predict(8)).isEqualTo(1000);
        // 8 to 15 elements are one size.
        assertThat(cost.predict(15)).isEqualTo(1000);
    }

    @Test
    void scalesUpToSizesNeverSeen() {
        cost.record(8, 1000);
        assertThat(cost.predict(16)).isEqualTo(2000);
        assertThat(cost.predict(64)).isEqualTo(8000);
        assertThat(cost.predict(1L << 40)).isEqualTo(1000L << 37);
    }

    @Test
    void doesNotOverflow() {
        cost.record(1, 1_000_000_000);
        assertThat(cost.predict(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void takesALargerSizesCostForASmallerOne() {
        cost.record(1024, 5000);
        assertThat(cost.predict(1)).isEqualTo(5000);
        assertThat(cost.predict(0)).isEqualTo(5000);
    }

    @Test
    void takesNoSizeForDearerThanALargerOne() {
        cost.record(1, 2_000_000);
        cost.record(16, 150_000);
        assertThat(cost.predict(1)).isEqualTo(150_000);
        assertThat(cost.predict(2)).isEqualTo(300_000);
    }

    /// A run that was interrupted must not send its model to the lanes. One that is long by itself is ended by
    /// the watch.
    @Test
    void leavesThePredictionWhereItIsForOutliersButNotForSeveralInARow() {
        cost.record(1, 30_000);
        for (int i = 0; i < 1000; i++) {
            cost.record(1, i % 10 == 0 ? 50_000_000 : 30_000);
        }
        assertThat(cost.predict(1)).isLessThan(40_000);
        for (int i = 0; i < 8; i++) {
            cost.record(1, 50_000_000);
        }
        assertThat(cost.predict(1)).isGreaterThan(200_000);
    }

    @Test
    void settlesAboveThreeRunsOfFour() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        cost.record(1, 1000);
        for (int i = 0; i < 10_000; i++) {
            cost.record(1, 10_000 + random.nextInt(10_000));
        }
        assertThat(cost.predict(1)).isBetween(14_000L, 20_000L);
    }

    @Test
    void fallsSlowly() {
        cost.record(1, 1_000_000);
        cost.record(1, 1_000);
        assertThat(cost.predict(1)).isBetween(970_000L, 990_000L);
        for (int i = 0; i < 500; i++) {
            cost.record(1, 1_000);
        }
        assertThat(cost.predict(1)).isLessThan(2_000);
    }

    @Test
    void triesAgainWhatOneDearRunHasRuledOut() {
        cost.record(1, 40_000);
        cost.record(2, 5_000_000);
        int refused = 0;
        while (!cost.allows(2, 800_000)) {
            refused++;
        }
        assertThat(refused).isBetween(1000, 3000);

        cost.record(2, 50_000);
        assertThat(cost.predict(2)).isEqualTo(50_000);
    }

    @Test
    void keepsEstimatesPositiveWhileAnotherThreadDoubtsThem() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        Thread doubting = Thread.ofPlatform().daemon().start(() -> {
            while (!over.get()) {
                boolean _ = cost.allows(2, 1);
            }
        });
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 2_000_000; i++) {
            cost.record(2, i % 2 == 0 ? 9_000_000 : 8_000_000);
            least = Math.min(least, cost.predict(2));
        }
        over.set(true);
        doubting.join();
        assertThat(least).isPositive();
    }

    @Test
    void rulesOutAgainWhatIsDearIndeed() {
        cost.record(2, 8_000_000);
        int allowed = 0;
        for (int i = 0; i < 100_000; i++) {
            if (cost.allows(2, 800_000)) {
                allowed++;
                cost.record(2, 8_000_000);
            }
        }
        assertThat(allowed).isBetween(10, 100);
    }
}
