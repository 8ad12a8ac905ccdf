package io.kaon.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.batch.BatchListener;
import io.kaon.batch.BatchThreads;
import io.kaon.batch.Batcher;
import io.kaon.batch.Lanes;
import io.kaon.batch.RunClock;
import io.kaon.batch.RunWatch;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.ModelFolder;
import io.kaon.lifecycle.declaration.VersionOptions;
import io.kaon.lifecycle.load.CacheSettings;
import io.kaon.lifecycle.load.FetchListener;
import io.kaon.lifecycle.load.SameSignature;
import io.kaon.lifecycle.watch.PollIntervals;
import io.kaon.model.ModelFiles;
import io.kaon.model.ModelId;
import io.kaon.model.VersionSelector;
import io.kaon.model.VersionStatus;
import io.kaon.model.VersionStatus.Phase;
import io.kaon.serving.InferenceListener;
import io.kaon.serving.ModelLease;
import io.kaon.serving.ServingModels;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStores;
import io.kaon.storage.file.FileStore;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.LeakInspector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The control path with its own threads, the system's clocks and the file system.
@ExtendWith(LeakInspector.class)
@Timeout(30)
final class LifecycleTest {
    private static final Duration POLL = Duration.ofMillis(20);

    private final Path root;
    private final Path cache;
    private final Lanes lanes =
            new Lanes(1, Thread.ofPlatform().name("lane-", 0).factory());
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final ServingModels serving = new ServingModels(InferenceListener.NONE);
    private final BlockingQueue<VersionStatus> told = new LinkedBlockingQueue<>();
    private final DesiredModels desired;

    LifecycleTest(@TempDir Path root, @TempDir Path cache) {
        this.root = root;
        this.cache = cache;
        this.desired = DesiredModels.of(ModelFolder.of(Location.parse(root.toString())));
    }

    @AfterEach
    void end() {
        lanes.close();
        timer.shutdownNow();
    }

    @Test
    void servesWhatIsThereAndWhatIsRenamedIntoPlace() throws Exception {
        write("m", 1, FakeEngine.adds(1));
        write("broken", 1, FakeEngine.broken("it is cracked"));
        try (Lifecycle lifecycle = lifecycle(POLL)) {
            lifecycle.start();
            lifecycle.settled().get(20, TimeUnit.SECONDS);
            assertThat(answer()).isEqualTo(1);
            assertThat(serving.statuses("broken").getFirst().error()).hasMessage("it is cracked");
            write("m", 2, FakeEngine.adds(2));
            untilTold(1, Phase.END);
            assertThat(answer()).isEqualTo(2);
        }
        try (var left = Files.list(cache)) {
            assertThat(left).as("local files are not copied").isEmpty();
        }
        assertThat(root.resolve("m/1").resolve(FakeEngine.FILE)).exists();
    }

    @Test
    void looksAtOnceAtAReplacedDeclarationThoughItPollsOnlyOnce() throws Exception {
        write("m", 1, FakeEngine.adds(1));
        CompletableFuture<Void> _ = desired.replace(new DesiredModels.Declaration(List.of(), null));
        try (Lifecycle lifecycle = lifecycle(Duration.ZERO)) {
            lifecycle.start();
            lifecycle.settled().get(20, TimeUnit.SECONDS);
            assertThat(serving.names()).isEmpty();
            CompletableFuture<Void> _ = desired.replace(new DesiredModels.Declaration(
                    List.of(DesiredModel.of(
                            "m", Location.parse(root.resolve("m").toString()))),
                    null));
            untilTold(1, Phase.AVAILABLE);
            assertThat(answer()).isEqualTo(1);
        }
    }

    @Test
    void settlesWithNothingWhenItIsNotToLook() throws Exception {
        write("m", 1, FakeEngine.adds(1));
        try (Lifecycle lifecycle = lifecycle(Duration.ofSeconds(-1))) {
            lifecycle.start();
            lifecycle.settled().get(20, TimeUnit.SECONDS);
            assertThat(serving.names()).isEmpty();
        }
    }

    @Test
    void retriesWithoutBeingAsked() throws Exception {
        write("m", 1, FakeEngine.broken("it is cracked"));
        try (Lifecycle lifecycle = lifecycle(Duration.ZERO)) {
            lifecycle.start();
            untilTold(1, Phase.END);
            // Nothing polls any more, so it is the reconciler's own alarm that brings the version back.
            Files.write(root.resolve("m/1").resolve(FakeEngine.FILE), FakeEngine.adds(1));
            untilTold(1, Phase.AVAILABLE);
        }
    }

    @Test
    void closesTwiceAndWithoutHavingStarted() {
        Lifecycle never = lifecycle(POLL);
        never.close();
        never.close();
        Lifecycle started = lifecycle(POLL);
        started.start();
        started.close();
        started.close();
    }

    @Test
    void waitsForLeasesWhenItCloses() throws Exception {
        write("m", 1, FakeEngine.adds(1));
        Lifecycle lifecycle = lifecycle(POLL);
        lifecycle.start();
        lifecycle.settled().get(20, TimeUnit.SECONDS);
        ModelLease lease = serving.lease("m", VersionSelector.LATEST);
        Thread closing = Thread.ofPlatform().start(lifecycle::close);
        untilTold(1, Phase.UNLOADING);
        assertThat(HandDriven.answer(lease)).isEqualTo(1);
        assertThat(FakeEngine.openSessions()).isEqualTo(1);
        assertThat(closing.isAlive()).isTrue();
        lease.close();
        closing.join();
        assertThat(FakeEngine.openSessions()).isZero();
    }

    private Lifecycle lifecycle(Duration poll) {
        return new Lifecycle(
                desired,
                new ModelStores(Map.of(Location.FILE, new FileStore(List.of(), ModelFiles.single("model.onnx")))),
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
                        PollIntervals.of(poll), 2, 2, new CacheSettings(cache, false, 1 << 20), SameSignature.WARN),
                InstantSource.system(),
                System::nanoTime,
                timer,
                told::add,
                FetchListener.NONE);
    }

    /// Elsewhere first, then into place, as the documentation advises.
    private void write(String model, long version, byte[] content) throws IOException {
        Path hidden = Files.createDirectories(root.resolve(model).resolve(".new"));
        Files.write(hidden.resolve(FakeEngine.FILE), content);
        Files.move(hidden, root.resolve(model).resolve(Long.toString(version)), StandardCopyOption.ATOMIC_MOVE);
    }

    private void untilTold(long version, Phase phase) throws InterruptedException {
        VersionStatus status;
        do {
            status = told.take();
        } while (!status.id().equals(new ModelId("m", version)) || status.phase() != phase);
    }

    private float answer() {
        try (ModelLease lease = serving.lease("m", VersionSelector.LATEST)) {
            return HandDriven.answer(lease);
        }
    }
}
