package io.kaon.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.batch.Deadline;
import io.kaon.model.VersionSelector;
import io.kaon.tensor.NamedTensors;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.FakeModels;
import io.kaon.testkit.LeakInspector;
import io.kaon.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Many borrow while one swaps as fast as it can. The sessions tell when they are run after or during their close, and
/// each answer says which version gave it.
@ExtendWith(LeakInspector.class)
@Timeout(60)
final class LeaseStressTest {
    private static final Duration LENGTH = Duration.ofMillis(700);
    private static final int BORROWERS = 4;

    @Test
    void neverLendsAClosedVersion() throws InterruptedException {
        long seed = System.nanoTime();
        System.out.println("LeaseStressTest seed " + seed);
        FakeModels models = new FakeModels(new ManualClock());
        ServingModels serving = new ServingModels(InferenceListener.NONE);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong answers = new AtomicLong();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

        LoadedModel current = models.version("m", 1);
        publish(serving, current);
        List<Thread> borrowers = new ArrayList<>();
        for (int i = 0; i < BORROWERS; i++) {
            Random random = new Random(seed + i);
            borrowers.add(Thread.ofPlatform().start(() -> {
                try {
                    while (!stop.get()) {
                        borrow(serving, random);
                        answers.incrementAndGet();
                    }
                } catch (RuntimeException | AssertionError failure) {
                    failures.add(failure);
                }
            }));
        }

        long end = System.nanoTime() + LENGTH.toNanos();
        long swaps = 1;
        while (System.nanoTime() - end < 0 && failures.isEmpty()) {
            LoadedModel next = models.version("m", ++swaps);
            publish(serving, next);
            current.drain().join();
            current.close();
            current = next;
        }
        stop.set(true);
        for (Thread borrower : borrowers) {
            borrower.join();
        }
        serving.publish(Snapshot.EMPTY);
        current.drain().join();
        current.close();
        models.close();
        System.out.println("LeaseStressTest " + answers + " answers, " + swaps + " versions");
        assertThat(failures).as("seed %d", seed).isEmpty();
        assertThat(swaps).isGreaterThan(10);
        assertThat(answers.get()).isGreaterThan(100);
    }

    /// One request of four leaves before its answer, which then arrives under no lease.
    private static void borrow(ServingModels serving, Random random) {
        try (ModelLease lease = serving.lease("m", VersionSelector.LATEST)) {
            CompletableFuture<NamedTensors> result =
                    lease.infer(FakeEngine.SIGNATURE, FakeEngine.input(0.5f), Set.of(), Deadline.NEVER, Runnable::run);
            if (random.nextInt(4) != 0) {
                assertThat(FakeEngine.output(result.join()))
                        .containsExactly((float) lease.id().version() + 0.5f);
            }
        }
    }

    private static void publish(ServingModels serving, LoadedModel model) {
        serving.publish(new Snapshot(Map.of(
                "m", new ServedModel(new TreeMap<>(Map.of(model.id().version(), model)), Map.of(), List.of(), null))));
    }
}
