package io.kaon.lifecycle.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.ManualClock;
import io.kaon.testkit.ManualTimer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ElasticPoolTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ManualClock clock = new ManualClock();
    private final ManualTimer timer = new ManualTimer(clock);
    private final CountDownLatch end = new CountDownLatch(1);
    private final ElasticPool pool =
            new ElasticPool(1, Thread.ofPlatform().name("pool-", 0).factory(), PATIENCE, timer);

    @AfterEach
    void close() {
        end.countDown();
        pool.close();
    }

    @Test
    void letsOtherTasksGoOnWhileOneHangs() {
        CompletableFuture<Void> _ = hang();
        CompletableFuture<Void> next = CompletableFuture.runAsync(() -> {}, pool);
        assertThat(next).isNotDone();
        clock.advance(PATIENCE);
        timer.runDue();
        next.join();
        CompletableFuture.runAsync(() -> {}, pool).join();
    }

    @Test
    void runsAsManyTasksAsBeforeWhenTheOneThatHungHasReturned() {
        CompletableFuture<Void> hung = hang();
        clock.advance(PATIENCE);
        timer.runDue();
        end.countDown();
        hung.join();
        CompletableFuture.runAsync(() -> {}, pool).join();
        // The thread calls the alarm off after the task, and so after those who wait for it have been told.
        while (timer.pending() > 0) {
            Thread.onSpinWait();
        }
    }

    /// A fetch may take hours: it is overdue only when nothing comes any more.
    @Test
    void lendsNoPlaceWhileATaskShowsThatItGoesOn() {
        AtomicLong bytes = new AtomicLong();
        CompletableFuture<Void> runs = new CompletableFuture<>();
        pool.execute(new ElasticPool.Advancing() {
            @Override
            public void run() {
                runs.complete(null);
                ElasticPoolTest.this.await();
            }

            @Override
            public long progress() {
                return bytes.get();
            }
        });
        runs.join();
        CompletableFuture<Void> next = CompletableFuture.runAsync(() -> {}, pool);
        for (int i = 0; i < 3; i++) {
            bytes.incrementAndGet();
            clock.advance(PATIENCE);
            timer.runDue();
            assertThat(timer.pending()).as("it is looked at again").isEqualTo(1);
        }
        assertThat(next).isNotDone();
        clock.advance(PATIENCE);
        timer.runDue();
        next.join();
    }

    @Test
    void outlivesATaskThatThrowsAnError() {
        pool.execute(() -> {
            throw new StackOverflowError("made by a test");
        });
        CompletableFuture.runAsync(() -> {}, pool).join();
    }

    /// Returns when the task runs.
    private CompletableFuture<Void> hang() {
        CompletableFuture<Void> runs = new CompletableFuture<>();
        CompletableFuture<Void> hung = CompletableFuture.runAsync(
                () -> {
                    runs.complete(null);
                    await();
                },
                pool);
        runs.join();
        return hung;
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
