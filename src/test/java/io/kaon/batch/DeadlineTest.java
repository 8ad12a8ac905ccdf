package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DeadlineTest {
    @Test
    void passesAtItsMoment() {
        Deadline deadline = Deadline.after(100, Duration.ofNanos(10));
        assertThat(deadline.hasPassed(109)).isFalse();
        assertThat(deadline.remaining(109)).isEqualTo(1);
        assertThat(deadline.hasPassed(110)).isTrue();
    }

    @Test
    void survivesTheClocksOverflow() {
        long now = Long.MAX_VALUE - 5;
        Deadline deadline = Deadline.after(now, Duration.ofNanos(10));
        assertThat(deadline.hasPassed(now)).isFalse();
        assertThat(deadline.hasPassed(now + 9)).isFalse();
        assertThat(deadline.hasPassed(now + 10)).isTrue();
    }

    @Test
    void neverComesForWaitsThatFitNoClock() {
        assertThat(Deadline.after(1, Duration.ofHours(99_999_999)).isNever()).isTrue();
        assertThat(Deadline.NEVER.hasPassed(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void isNotTakenForNeverByChance() {
        Deadline deadline = Deadline.after(Long.MAX_VALUE - 10, Duration.ofNanos(10));
        assertThat(deadline.isNever()).isFalse();
        assertThat(deadline.hasPassed(Long.MAX_VALUE)).isTrue();
    }
}
