package io.kaon.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.batch.BatchListener;
import io.kaon.batch.BatchThreads;
import io.kaon.batch.Batcher;
import io.kaon.batch.BatchingPolicy;
import io.kaon.batch.Deadline;
import io.kaon.batch.Lanes;
import io.kaon.batch.Merging;
import io.kaon.batch.RunClock;
import io.kaon.batch.RunWatch;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.ModelOptions;
import io.kaon.lifecycle.declaration.VersionOptions;
import io.kaon.lifecycle.load.CacheSettings;
import io.kaon.lifecycle.load.FetchListener;
import io.kaon.lifecycle.load.SameSignature;
import io.kaon.lifecycle.watch.PollIntervals;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.model.VersionSelector;
import io.kaon.serving.InferenceListener;
import io.kaon.serving.ModelLease;
import io.kaon.serving.ServingModels;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStores;
import io.kaon.tensor.NamedTensors;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.LeakInspector;
import io.kaon.testkit.MemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The whole control path under a storm: versions come, break, go and return while clients ask all the time.
/// Not one request may fail while a version ought to serve, and no session may be used after its close.
@ExtendWith(LeakInspector.class)
@Timeout(60)
final class SwapStormTest {
    private static final Duration LENGTH = Duration.ofSeconds(2);
    private static final Location BASE = Location.parse("memory://models/m");
    private static final int CLIENTS = 3;

    private final MemoryStore store = new MemoryStore();
    private final ServingModels serving = new ServingModels(InferenceListener.NONE);
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong loads = new AtomicLong();
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

    @Test
    void noRequestFailsWhileVersionsComeAndGo(@TempDir Path cache) throws Exception {
        long seed = System.nanoTime();
        System.out.println("SwapStormTest seed " + seed);
        Lanes lanes = new Lanes(2, Thread.ofPlatform().name("lane-", 0).factory());
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
        timer.setRemoveOnCancelPolicy(true);
        put(1, FakeEngine.adds(1));
        try (Lifecycle lifecycle = new Lifecycle(
                DesiredModels.of(onLanes()),
                new ModelStores(Map.of("memory", store)),
                List.of(new FakeEngine()),
                VersionOptions.AS_DECLARED,
                (_, run, policy) -> new Batcher(
                        "m/1",
                        run,
                        policy,
                        new BatchThreads(lanes, timer, _ -> {}, new RunWatch(System::nanoTime, Duration.ofMinutes(1))),
                        RunClock.of(System::nanoTime),
                        BatchListener.NONE),
                serving,
                new LifecycleSettings(
                        PollIntervals.of(Duration.ofMillis(1)),
                        2,
                        2,
                        new CacheSettings(cache, false, 1 << 20),
                        SameSignature.WARN),
                InstantSource.system(),
                System::nanoTime,
                timer,
                status -> loads.incrementAndGet(),
                FetchListener.NONE)) {
            lifecycle.start();
            lifecycle.settled().get(20, TimeUnit.SECONDS);
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(seed + i);
                clients.add(Thread.ofPlatform().start(() -> ask(random)));
            }
            blow(new Random(seed - 1));
            stop.set(true);
            for (Thread client : clients) {
                client.join();
            }
        }
        lanes.close();
        timer.shutdownNow();
        System.out.println("SwapStormTest " + answers + " answers, " + loads + " changes of status");
        assertThat(failures).as("seed %d", seed).isEmpty();
        assertThat(answers.get()).isGreaterThan(100);
        assertThat(loads.get()).isGreaterThan(50);
    }

    /// Runs in place end before their caller leaves; those on lanes may outlive him, and are the harder case.
    private static DesiredModel onLanes() {
        return new DesiredModel(
                "m",
                BASE,
                ModelOptions.defaults().withBatching(new BatchingPolicy(1000, Duration.ZERO, Merging.DEFAULT)),
                Map.of());
    }

    /// Versions 1 to 9 appear, broken now and then, and vanish. Version 1 always stays and always loads.
    private void blow(Random random) {
        long end = System.nanoTime() + LENGTH.toNanos();
        Set<Long> present = new TreeSet<>();
        while (System.nanoTime() - end < 0 && failures.isEmpty()) {
            long version = random.nextLong(2, 10);
            if (present.remove(version)) {
                store.remove(BASE.child(Long.toString(version)));
            } else {
                put(version, random.nextInt(4) == 0 ? FakeEngine.broken("at times") : FakeEngine.adds((int) version));
                present.add(version);
            }
            // A pause of some microseconds, so that polls see states of every kind.
            long until = System.nanoTime() + random.nextInt(4_000_000);
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
        }
    }

    private void ask(Random random) {
        try {
            while (!stop.get()) {
                ask(random, serving);
            }
        } catch (RuntimeException | AssertionError failure) {
            failures.add(failure);
        }
    }

    private void ask(Random random, ServingModels serving) {
        try (ModelLease lease = serving.lease("m", selector(random))) {
            CompletableFuture<NamedTensors> result =
                    lease.infer(FakeEngine.SIGNATURE, FakeEngine.input(0.5f), Set.of(), Deadline.NEVER, Runnable::run);
            if (random.nextInt(4) == 0) {
                result.cancel(false);
                return;
            }
            assertThat(FakeEngine.output(result.join()))
                    .containsExactly((float) lease.id().version() + 0.5f);
            answers.incrementAndGet();
        } catch (ServingException failure) {
            // Only who asks for a certain version may hear that it is not there.
            assertThat(failure.kind()).isEqualTo(ErrorKind.VERSION_NOT_FOUND);
            assertThat(failure).hasMessageContaining("does not serve version");
        }
    }

    private static VersionSelector selector(Random random) {
        return random.nextInt(3) == 0 ? new VersionSelector.Exact(random.nextLong(2, 10)) : VersionSelector.LATEST;
    }

    private void put(long version, byte[] content) {
        store.setTime(InstantSource.system().instant().minus(Duration.ofHours(1)));
        store.put(BASE.child(Long.toString(version)).child(FakeEngine.FILE), content);
    }
}
