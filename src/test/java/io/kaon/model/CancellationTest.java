package io.kaon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class CancellationTest {
    private final AtomicInteger ends = new AtomicInteger();
    private final Cancellation cancellation = new Cancellation(Long.MAX_VALUE);

    @Test
    void endsTheCallInProgressOnce() {
        cancellation.arm(ends::incrementAndGet);
        assertThat(cancellation.isCancelled()).isFalse();
        assertThat(cancellation.cancel()).isTrue();
        assertThat(cancellation.cancel()).isFalse();
        cancellation.disarm();
        assertThat(cancellation.isCancelled()).isTrue();
        assertThat(ends).hasValue(1);
    }

    @Test
    void letsNoCallBeginAfterwards() {
        cancellation.arm(ends::incrementAndGet);
        cancellation.disarm();
        assertThat(cancellation.cancel()).isTrue();
        assertThatThrownBy(() -> cancellation.arm(ends::incrementAndGet))
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED));
        assertThat(ends).hasValue(0);
    }

    @Test
    void neverIsNeverCancelled() {
        Cancellation.NEVER.arm(ends::incrementAndGet);
        assertThat(Cancellation.NEVER.cancel()).isFalse();
        assertThat(Cancellation.NEVER.isCancelled()).isFalse();
        Cancellation.NEVER.disarm();
        Cancellation.NEVER.arm(ends::incrementAndGet);
        assertThat(Cancellation.NEVER.limitNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(ends).hasValue(0);
    }

    @Test
    void refusesARunThatMayTakeNoTime() {
        assertThatThrownBy(() -> new Cancellation(0)).isInstanceOf(IllegalArgumentException.class);
    }

    /// What ends a call belongs to a thread's next call too, as with ONNX Runtime's options of a run.
    @Test
    void doesNotReachTheNextCallOfTheSameThread() throws Exception {
        int runs = 20_000;
        AtomicBoolean inCall = new AtomicBoolean();
        AtomicInteger outside = new AtomicInteger();
        Runnable terminate = () -> {
            if (!inCall.get()) {
                outside.incrementAndGet();
            }
        };
        try (ExecutorService canceller = Executors.newSingleThreadExecutor()) {
            for (int i = 0; i < runs; i++) {
                Cancellation own = new Cancellation(1);
                Future<Boolean> cancelled = canceller.submit(own::cancel);
                inCall.set(true);
                try {
                    own.arm(terminate);
                    Thread.onSpinWait();
                    own.disarm();
                } catch (ServingException _) {
                    // Cancelled before it began.
                }
                inCall.set(false);
                if (i % 8 == 0) {
                    assertThat(cancelled.get()).isTrue();
                }
            }
        }
        assertThat(outside).hasValue(0);
    }
}
