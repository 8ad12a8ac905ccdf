package io.kaon.lifecycle.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.storage.Location;
import io.kaon.testkit.ManualClock;
import io.kaon.testkit.ManualExecutor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LookTest {
    private static final Location HERE = Location.parse("memory://here");
    private static final Location THERE = Location.parse("memory://there");

    private final ManualClock clock = new ManualClock();
    private final ManualExecutor io = new ManualExecutor();
    private final Look<String> look = new Look<>(io, clock);

    @Test
    void beginsNoOtherAtAPlaceBeforeTheFirstIsTaken() {
        assertThat(begin("a", HERE, Duration.ZERO)).isNotNull();
        assertThat(begin("a", HERE, Duration.ZERO)).isNull();
        assertThat(begin("a", THERE, Duration.ZERO)).as("elsewhere").isNotNull();
    }

    @Test
    void isNotWorthWaitingForAfterItTookLongAndIsAgainWhenItIsQuick() {
        CompletableFuture<String> _ = begin("a", HERE, Look.PROMPT.plusNanos(1));
        assertThat(look.isPrompt()).isTrue();
        io.runAll();
        assertThat(look.take("a")).isEqualTo("found");
        assertThat(look.isPrompt()).isFalse();
        CompletableFuture<String> _ = begin("a", HERE, Look.PROMPT);
        io.runAll();
        assertThat(look.take("a")).isEqualTo("found");
        assertThat(look.isPrompt()).isTrue();
    }

    @Test
    void isNotWorthWaitingForAfterItHasNotReturnedInTime() {
        CompletableFuture<String> _ = begin("a", HERE, Duration.ZERO);
        look.waited();
        assertThat(look.isPrompt()).isFalse();
    }

    @Test
    void givesNoAnswerForAnotherSubject() {
        CompletableFuture<String> _ = begin("a", HERE, Duration.ZERO);
        io.runAll();
        assertThat(look.take("b")).isNull();
        assertThat(look.isUnderWay()).isFalse();
    }

    private @Nullable CompletableFuture<String> begin(String subject, Location at, Duration takes) {
        return look.begin(
                subject,
                at,
                () -> {
                    clock.advance(takes);
                    return "found";
                },
                clock.getAsLong());
    }
}
