package io.kaon.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.ManualClock;
import io.kaon.testkit.ManualExecutor;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HeartbeatsTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    private final ManualClock clock = new ManualClock();
    private final Heartbeats heartbeats = new Heartbeats(BOUND, clock);
    private final ManualExecutor loop = new ManualExecutor();

    @Test
    void namesAThreadThatKeepsItsTaskWaitingForLongerThanTheBound() {
        heartbeats.watch("loop", loop);
        heartbeats.watch("other", Runnable::run);
        clock.advance(BOUND);
        assertThat(heartbeats.standing()).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(heartbeats.standing()).containsExactly("loop");
        loop.runAll();
        assertThat(heartbeats.standing()).isEmpty();
    }

    @Test
    void givesAThreadOneTaskAtATime() {
        heartbeats.watch("loop", loop);
        assertThat(heartbeats.standing()).isEmpty();
        assertThat(heartbeats.standing()).isEmpty();
        assertThat(loop.waiting()).isEqualTo(1);
    }

    @Test
    void takesAThreadThatWasNotAskedForLongForAlive() {
        heartbeats.watch("loop", loop);
        loop.runAll();
        clock.advance(Duration.ofDays(1));
        assertThat(heartbeats.standing()).isEmpty();
    }

    @Test
    void namesAThreadThatHasEnded() {
        heartbeats.watch("ended", _ -> {
            throw new IllegalStateException("it has ended");
        });
        clock.advance(BOUND.plusMillis(1));
        assertThat(heartbeats.standing()).containsExactly("ended");
    }
}
