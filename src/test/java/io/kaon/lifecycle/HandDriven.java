package io.kaon.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.batch.BatchListener;
import io.kaon.batch.BatchRun;
import io.kaon.batch.BatchThreads;
import io.kaon.batch.Batcher;
import io.kaon.batch.BatchingPolicy;
import io.kaon.batch.Deadline;
import io.kaon.batch.Lanes;
import io.kaon.batch.RunClock;
import io.kaon.batch.RunWatch;
import io.kaon.lifecycle.LifecycleSettings.SameSignature;
import io.kaon.model.ModelId;
import io.kaon.model.VersionSelector;
import io.kaon.model.VersionStatus;
import io.kaon.serving.InferenceListener;
import io.kaon.serving.ModelLease;
import io.kaon.serving.ServedModel;
import io.kaon.serving.ServingModels;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStores;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.ManualClock;
import io.kaon.testkit.ManualExecutor;
import io.kaon.testkit.ManualTimer;
import io.kaon.testkit.MemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// The whole control path with no thread of its own: the test polls, ticks, and runs the loaders.
final class HandDriven implements AutoCloseable {
    static final Location ROOT = Location.parse("memory://models");

    private static final Duration WARM_UP = Duration.ofSeconds(5);

    final ManualClock clock = new ManualClock();
    final MemoryStore store = new MemoryStore();
    final FakeEngine engine = new FakeEngine();
    final ManualTimer timer = new ManualTimer(clock);
    final ManualExecutor loads = new ManualExecutor();
    final ManualExecutor unloads = new ManualExecutor();
    final ServingModels serving = new ServingModels(InferenceListener.NONE);
    final BlockingQueue<Event> inbox = new LinkedBlockingQueue<>();
    final List<VersionStatus> told = new ArrayList<>();
    /// Thrown at who tells of the next status.
    @Nullable
    Error tellFails;
    /// Thrown at who asks for a thread that loads.
    @Nullable
    Error noThread;

    final DesiredModels desired;
    final VersionWatcher watcher;
    final ModelLoader loader;
    final Reconciler reconciler;
    private final Lanes lanes =
            new Lanes(1, Thread.ofPlatform().name("lane-", 0).factory());

    HandDriven(Path cache, DesiredModels desired) {
        this(cache, desired, SameSignature.WARN);
    }

    HandDriven(Path cache, DesiredModels desired, SameSignature sameSignature) {
        this.desired = desired;
        ModelStores stores = new ModelStores(Map.of("memory", store));
        watcher = new VersionWatcher(
                desired,
                stores,
                inbox::add,
                Duration.ofSeconds(1),
                clock,
                clock,
                Runnable::run,
                Looks.BOUND,
                Set.of(FakeEngine.FILE));
        loader = new ModelLoader(
                stores,
                List.of(engine),
                new ModelCache(cache),
                this::batcher,
                new SessionThreads(IntraOp.asSet(), WARM_UP, clock, timer),
                new WarmUp(WARM_UP, clock, timer),
                serving,
                sameSignature,
                clock,
                timer,
                this::load,
                unloads,
                inbox::add);
        reconciler = new Reconciler(inbox, loader, serving, clock, this::tell);
        store.makeDirectory(ROOT);
    }

    private void load(Runnable task) {
        Error failure = noThread;
        if (failure != null) {
            noThread = null;
            throw failure;
        }
        loads.execute(task);
    }

    private void tell(VersionStatus status) {
        told.add(status);
        Error failure = tellFails;
        if (failure != null) {
            tellFails = null;
            throw failure;
        }
    }

    private Batcher batcher(ModelId id, Path files, BatchRun run, BatchingPolicy policy) {
        return new Batcher(
                "m/1",
                run,
                policy,
                new BatchThreads(lanes, timer, _ -> {}, new RunWatch(System::nanoTime, Duration.ofMinutes(1))),
                RunClock.of(clock),
                BatchListener.NONE);
    }

    static DesiredModel model(String name) {
        return DesiredModel.of(name, ROOT.child(name));
    }

    static Location version(String model, long version) {
        return ROOT.child(model).child(Long.toString(version));
    }

    /// Writes a version that was complete long ago.
    void put(String model, long version, byte[] content) {
        store.setTime(clock.instant().minus(Duration.ofHours(1)));
        store.put(version(model, version).child(FakeEngine.FILE), content);
    }

    void poll() {
        boolean _ = poll(watcher, clock);
    }

    static boolean poll(VersionWatcher watcher, ManualClock clock) {
        try {
            return watcher.poll(clock.instant());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    void tick() {
        reconciler.tick(clock.getAsLong());
    }

    /// Ticks and runs the loaders until nothing more happens by itself.
    void settle() {
        do {
            tick();
            loads.runAll();
            unloads.runAll();
        } while (!inbox.isEmpty());
    }

    void pollAndSettle() {
        poll();
        settle();
    }

    void advance(Duration time) {
        clock.advance(time);
    }

    ServedModel served(String model) {
        return Objects.requireNonNull(serving.models().get(model), model);
    }

    /// The statuses as text, newest first, such as `2 AVAILABLE`, `1 END: broken`.
    List<String> statuses(String model) {
        return serving.statuses(model).stream()
                .map(status -> status.id().version() + " " + status.phase()
                        + (status.error() == null ? "" : ": " + status.error().getMessage()))
                .toList();
    }

    ModelLease lease(String model) {
        return serving.lease(model, VersionSelector.LATEST);
    }

    /// What the leased version adds to 0.5.
    static float answer(ModelLease lease) {
        return FakeEngine.output(lease.infer(
                                FakeEngine.SIGNATURE, FakeEngine.input(0.5f), Set.of(), Deadline.NEVER, Runnable::run)
                        .join())[0]
                - 0.5f;
    }

    /// Unloads everything.
    @Override
    public void close() {
        serving.refuseLeases();
        inbox.add(new Event.Stop());
        settle();
        assertThat(reconciler.stopped()).isCompleted();
        lanes.close();
    }
}
