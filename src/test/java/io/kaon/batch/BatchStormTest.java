package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.LeakInspector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// An engine that throws anything, Errors too, or does not come back until it is told to; a listener that throws;
/// callers that leave or whose event loop has ended. Every request is answered once all the same, and every
/// thread lives on.
@ExtendWith(LeakInspector.class)
@Timeout(120)
final class BatchStormTest {
    private static final int CLIENTS = 8;
    private static final int EACH = 2_000;
    private static final int LANES = 2;

    private final AtomicInteger thrown = new AtomicInteger();
    private final AtomicInteger hung = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger wrong = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();

    @Test
    void answersEveryRequestOnceAndKeepsEveryThread() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
        timer.setRemoveOnCancelPolicy(true);
        try (RunWatch watch = new RunWatch(System::nanoTime, Duration.ofMillis(50), this::thread);
                Lanes lanes =
                        new Lanes(LANES, this::thread, 1, this::thread, new Lanes.Relief(2, timer, System::nanoTime));
                ExecutorService loops = Executors.newFixedThreadPool(2);
                ExecutorService background = Executors.newSingleThreadExecutor();
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            Batcher batcher = new Batcher(
                    "storm/1",
                    (_, inputs, _, cancellation) -> run(random, inputs, cancellation),
                    BatchingPolicy.defaults(),
                    new BatchThreads(lanes, timer, background, watch),
                    RunClock.of(System::nanoTime),
                    _ -> throwNowAndThen(random, 50));
            batcher.prove(List.of(FakeEngine.SIGNATURE));
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                Random own = new Random(seed + client);
                running.add(clients.submit(() -> ask(batcher, loops, own)));
            }
            for (Future<?> client : running) {
                Object _ = client.get(100, TimeUnit.SECONDS);
            }
            batcher.close();
            assertThat(threads.subList(0, LANES + 2)).allMatch(Thread::isAlive);
        } finally {
            timer.shutdownNow();
        }
        System.out.printf(
                "answered %d, failed %d, thrown %d, hung %d%n", answered.get(), failed.get(), thrown.get(), hung.get());
        assertThat(answered.get() + failed.get()).isEqualTo(CLIENTS * EACH);
        assertThat(wrong).hasValue(0);
        assertThat(thrown.get()).isPositive();
        assertThat(hung.get()).isPositive();
        assertThat(answered.get()).isGreaterThan(CLIENTS * EACH / 2);
    }

    private synchronized Thread thread(Runnable run) {
        Thread thread = new Thread(run);
        threads.add(thread);
        return thread;
    }

    private void ask(Batcher batcher, ExecutorService loop, Random random) {
        int window = 16;
        List<CompletableFuture<NamedTensors>> open = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            float x = 1 + random.nextInt(1000);
            AtomicInteger told = new AtomicInteger();
            InferenceRequest request = new InferenceRequest(
                    FakeEngine.SIGNATURE,
                    FakeEngine.input(x),
                    Set.of(),
                    random.nextInt(10) == 0
                            ? Deadline.after(System.nanoTime(), Duration.ofMillis(random.nextInt(20)))
                            : Deadline.NEVER,
                    task -> {
                        if (random.nextInt(100) == 0) {
                            throw new IllegalStateException("this loop has ended");
                        }
                        loop.execute(task);
                    });
            CompletableFuture<NamedTensors> result = batcher.submit(request);
            open.add(result.whenComplete((outputs, failure) -> {
                if (told.incrementAndGet() > 1) {
                    wrong.incrementAndGet();
                } else if (failure != null) {
                    failed.incrementAndGet();
                } else {
                    answered.incrementAndGet();
                    wrong.addAndGet(FakeEngine.output(outputs)[0] == x ? 0 : 1);
                }
            }));
            if (random.nextInt(50) == 0) {
                result.cancel(false);
            }
            if (open.size() == window) {
                awaitAll(open);
            }
        }
        awaitAll(open);
    }

    private static void awaitAll(List<CompletableFuture<NamedTensors>> open) {
        for (CompletableFuture<NamedTensors> result : open) {
            CompletableFuture<?> ended = result.handle((_, _) -> true);
            assertThat(ended.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo(true);
        }
        open.clear();
    }

    private NamedTensors run(Random random, NamedTensors inputs, Cancellation cancellation) {
        throwNowAndThen(random, 20);
        if (random.nextInt(300) == 0) {
            hang(cancellation);
        }
        return NamedTensors.of("y", FakeEngine.tensor(FakeEngine.values(inputs, "x")));
    }

    /// Until the run is ended, as an endless loop in an engine does.
    private void hang(Cancellation cancellation) {
        hung.incrementAndGet();
        CountDownLatch end = new CountDownLatch(1);
        cancellation.arm(end::countDown);
        try {
            assertThat(end.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            cancellation.disarm();
        }
        throw Cancellation.ended(null);
    }

    private void throwNowAndThen(Random random, int seldom) {
        if (random.nextInt(seldom) != 0) {
            return;
        }
        thrown.incrementAndGet();
        switch (random.nextInt(6)) {
            case 0 -> throw new ServingException(ErrorKind.INVALID_REQUEST, "storm");
            case 1 -> throw new IllegalStateException("storm");
            case 2 -> throw new OutOfMemoryError("storm");
            case 3 -> throw new StackOverflowError("storm");
            case 4 -> throw new NoClassDefFoundError("storm");
            default -> throw new AssertionError("storm");
        }
    }
}
