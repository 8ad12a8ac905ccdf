package io.kaon.storage.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class AttemptsTest {
    private final Attempts attempts = new Attempts(
            4,
            Duration.ZERO,
            () -> 0,
            failure -> String.valueOf(failure.getMessage()).startsWith("passes"));
    private final AtomicInteger made = new AtomicInteger();

    private int madeUntil(IOException failure) {
        made.set(0);
        assertThat(catchThrowable(() -> attempts.of(() -> {
                    made.incrementAndGet();
                    throw failure;
                })))
                .isSameAs(failure);
        return made.get();
    }

    @Test
    void makesARequestAgainAfterAFailureThatPassesButNotForEver() {
        assertThat(madeUntil(new IOException("passes"))).isEqualTo(4);
    }

    @Test
    void makesARequestOnceThatFailsForGood() {
        assertThat(madeUntil(new IOException("refused"))).isEqualTo(1);
    }

    @Test
    void givesTheAnswerThatComesInTheEnd() throws IOException {
        assertThat(attempts.of(() -> {
                    if (made.incrementAndGet() < 3) {
                        throw new IllegalStateException("passes");
                    }
                    return "answer";
                }))
                .isEqualTo("answer");
    }

    @Test
    void asksNoMoreOnAThreadThatIsInterrupted() {
        Thread.currentThread().interrupt();
        assertThat(madeUntil(new IOException("passes"))).isEqualTo(1);
        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    }

    @Test
    void endsAPauseThatIsInterrupted() {
        Attempts slow = new Attempts(4, Duration.ofHours(1), () -> 1, _ -> {
            Thread.currentThread().interrupt();
            return true;
        });
        assertThat(catchThrowable(() -> slow.of(() -> {
                    throw new IOException("passes");
                })))
                .hasMessage("passes");
        assertThat(Thread.interrupted()).isTrue();
    }
}
