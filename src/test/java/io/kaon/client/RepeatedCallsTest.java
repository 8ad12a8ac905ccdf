package io.kaon.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RepeatedCallsTest {
    @Test
    void countsAnswersAndFailuresByWhatCameOfThem() {
        AtomicInteger calls = new AtomicInteger();
        AtomicLong clock = new AtomicLong();
        RepeatedCalls result = run(
                100,
                1,
                () -> {
                    clock.addAndGet(1_000_000);
                    if (calls.incrementAndGet() % 10 == 0) {
                        throw new ClientFailure("503", "busy", null);
                    }
                },
                clock);
        assertThat(result.failures()).isEqualTo(Map.of("503", 10));
        assertThat(result.times().count()).isEqualTo(90);
        assertThat(result.times().millis(1)).isEqualTo(1);
        assertThat(result.rate()).isEqualTo(900);
    }

    @Test
    void callsFromAsManyAsAreAskedForAtTheSameTime() {
        CountDownLatch together = new CountDownLatch(8);
        RepeatedCalls result = run(
                8,
                8,
                () -> {
                    together.countDown();
                    try {
                        together.await();
                    } catch (InterruptedException interrupted) {
                        throw new AssertionError(interrupted);
                    }
                },
                new AtomicLong());
        assertThat(result.times().count()).isEqualTo(8);
    }

    private static RepeatedCalls run(int calls, int connections, Runnable call, AtomicLong clock) {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            return RepeatedCalls.of(calls, connections, call, callers, clock::get);
        }
    }
}
