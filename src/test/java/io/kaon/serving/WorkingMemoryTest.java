package io.kaon.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class WorkingMemoryTest {
    private final WorkingMemory memory = new WorkingMemory(100);

    @Test
    void letsInARequestThatFitsAtOnce() {
        assertThat(memory.enter(60)).isCompleted();
        assertThat(memory.enter(40)).isCompleted();
        assertThat(memory.enter(1)).isNotCompleted();
    }

    @Test
    void letsInTheNextOnesInTheirOrderWhenARequestLeaves() {
        WorkingMemory.Share first = memory.enter(90).join();
        CompletableFuture<WorkingMemory.Share> large = memory.enter(80);
        CompletableFuture<WorkingMemory.Share> small = memory.enter(5);
        // It would fit, but the one before it must not wait for ever behind small ones.
        assertThat(small).isNotCompleted();
        first.close();
        assertThat(large).isCompleted();
        assertThat(small).isCompleted();
    }

    @Test
    void letsInARequestAloneThatWantsMoreThanThereIs() {
        WorkingMemory.Share all = memory.enter(1_000).join();
        CompletableFuture<WorkingMemory.Share> next = memory.enter(1);
        assertThat(next).isNotCompleted();
        all.close();
        all.close();
        assertThat(next).isCompleted();
    }

    @Test
    void passesOverARequestThatNoLongerWaits() {
        WorkingMemory.Share first = memory.enter(100).join();
        CompletableFuture<WorkingMemory.Share> gone = memory.enter(100);
        CompletableFuture<WorkingMemory.Share> next = memory.enter(100);
        gone.cancel(false);
        first.close();
        assertThat(next).isCompleted();
    }

    /// With the future goes what waits for it: a body.
    @Test
    void forgetsAtOnceARequestThatNoLongerWaits() {
        WorkingMemory.Share first = memory.enter(100).join();
        CompletableFuture<WorkingMemory.Share> gone = memory.enter(100);
        CompletableFuture<WorkingMemory.Share> next = memory.enter(100);
        assertThat(memory.waiting()).isEqualTo(2);
        gone.cancel(false);
        assertThat(memory.waiting()).isEqualTo(1);
        first.close();
        assertThat(next).isCompleted();
        assertThat(memory.waiting()).isZero();
    }

    @Test
    void neverLetsInMoreThanFit() throws Exception {
        AtomicLong inside = new AtomicLong();
        AtomicLong most = new AtomicLong();
        List<Future<?>> visitors = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 20_000; i++) {
                long weight = 1L + i % 60;
                visitors.add(threads.submit(() -> {
                    try (WorkingMemory.Share _ = memory.enter(weight).join()) {
                        most.accumulateAndGet(inside.addAndGet(weight), Math::max);
                        inside.addAndGet(-weight);
                    }
                }));
            }
            for (Future<?> visitor : visitors) {
                visitor.get();
            }
        }
        assertThat(most.get()).isLessThanOrEqualTo(100);
        assertThat(memory.enter(100)).isCompleted();
    }
}
