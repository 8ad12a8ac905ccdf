package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RunTimerTest {
    private long now;
    private long worked;
    private boolean processorIsKnown = true;
    private final RunClock clock = new RunClock(() -> now, () -> processorIsKnown ? worked : -1);

    @Test
    void countsWorkAndNotWaiting() {
        assertThat(took(true, 100_000, 90_000, 5_000_000)).isEqualTo(90_000);
    }

    @Test
    void doesNotAskTheSystemAboutVeryShortRuns() {
        assertThat(new RunTimer(clock, true).processor(RunTimer.EXACT_NANOS - 1))
                .isNegative();
        assertThat(took(true, 5_000, 1, 6_000)).isEqualTo(6_000);
    }

    @Test
    void believesLittleOfAShortRunThatTookLong() {
        assertThat(took(true, 5_000, 5_000, 4_000_000)).isBetween(RunTimer.EXACT_NANOS, 3 * RunTimer.EXACT_NANOS);
    }

    @Test
    void believesTheFirstRunOfAll() {
        assertThat(took(true, Long.MAX_VALUE, 1, 100_000_000)).isEqualTo(100_000_000);
    }

    @Test
    void goesByTheOrdinaryClockWhereTheEngineWorksElsewhere() {
        assertThat(took(false, 100_000, 1_000, 5_000_000)).isEqualTo(5_000_000);
        assertThat(took(false, 5_000, 1_000, 5_000_000)).isEqualTo(5_000_000);
    }

    @Test
    void goesByTheOrdinaryClockWhileTheOtherIsUnknown() {
        processorIsKnown = false;
        assertThat(took(true, 100_000, 90_000, 5_000_000)).isEqualTo(5_000_000);
    }

    private long took(boolean onCaller, long expected, long work, long elapsed) {
        RunTimer timer = new RunTimer(clock, onCaller);
        long processor = timer.processor(expected);
        long began = now;
        worked += work;
        now += elapsed;
        return timer.took(expected, began, processor);
    }
}
