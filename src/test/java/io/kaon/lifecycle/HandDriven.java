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
import io.kaon.engine.EngineSettings;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.EngineOptions;
import io.kaon.lifecycle.declaration.ModelOptions;
import io.kaon.lifecycle.declaration.VersionOptions;
import io.kaon.lifecycle.load.ModelCache;
import io.kaon.lifecycle.load.ModelLoader;
import io.kaon.lifecycle.load.SameSignature;
import io.kaon.lifecycle.load.SessionThreads;
import io.kaon.lifecycle.load.WarmUp;
import io.kaon.lifecycle.reconcile.Event;
import io.kaon.lifecycle.reconcile.Reconciler;
import io.kaon.lifecycle.watch.PollIntervals;
import io.kaon.lifecycle.watch.VersionWatcher;
import io.kaon.model.ModelFiles;
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
public final class HandDriven implements AutoCloseable {
    public static final Location ROOT = Location.parse("memory://models");

    /// Two threads are tried for a heavy model.
    public static final ModelOptions OPTIONS =
            ModelOptions.defaults().withEngine(new EngineOptions(null, EngineSettings.defaults(), 2));

    private static final long MOST_CACHED = 1 << 20;

    public final ManualClock clock = new ManualClock();
    public final MemoryStore store = new MemoryStore();
    public final FakeEngine engine = new FakeEngine(this::takeRunTime);
    public final ManualTimer timer = new ManualTimer(clock);
    public final ManualExecutor loads = new ManualExecutor();
    public final ManualExecutor fetches = new ManualExecutor();
    public final ManualExecutor unloads = new ManualExecutor();
    public final ServingModels serving = new ServingModels(InferenceListener.NONE);
    public final BlockingQueue<Event> inbox = new LinkedBlockingQueue<>();
    public final List<VersionStatus> told = new ArrayList<>();
    /// Thrown at who tells of the next status.
    @Nullable
    public Error tellFails;
    /// Thrown at who asks for a thread that loads.
    @Nullable
    public Error noThread;

    /// Whether fetches wait in [#fetches]; otherwise one is a part of its load.
    public boolean fetchesByHand;

    private boolean fetching;

    /// Bytes that the loader told of while they came.
    public long fetched;

    /// What versions say about themselves.
    public VersionOptions versionOptions = VersionOptions.AS_DECLARED;

    /// What each run takes on the clock.
    public Duration runTime = Duration.ZERO;

    public final DesiredModels desired;
    public final VersionWatcher watcher;
    public final ModelLoader loader;
    private final ModelCache cache;
    public final Reconciler reconciler;
    private final Lanes lanes =
            new Lanes(1, Thread.ofPlatform().name("lane-", 0).factory());

    public HandDriven(Path cache, DesiredModels desired) {
        this(cache, desired, SameSignature.WARN);
    }

    public HandDriven(Path cache, DesiredModels desired, SameSignature sameSignature) {
        this.desired = desired;
        ModelStores stores = new ModelStores(Map.of("memory", store));
        watcher = new VersionWatcher(
                desired,
                stores,
                announcement -> inbox.add(new Event.Announced(announcement)),
                PollIntervals.of(Duration.ofSeconds(1)),
                clock,
                clock,
                Runnable::run,
                VersionWatcher.HANGS,
                ModelFiles.of(FakeEngine.FILE),
                serving::serves);
        this.cache = ModelCache.own(cache, MOST_CACHED, clock);
        loader = new ModelLoader(
                stores,
                List.of(engine),
                this.cache,
                (files, declared) -> versionOptions.of(files, declared),
                this::batcher,
                new SessionThreads(clock, timer),
                new WarmUp(clock, timer),
                serving,
                sameSignature,
                clock,
                timer,
                this::load,
                this::fetch,
                unloads,
                event -> inbox.add(new Event.Told(event)),
                (_, bytes) -> fetched += bytes);
        reconciler = new Reconciler(inbox, loader, serving, clock, this::tell);
        store.makeDirectory(ROOT);
    }

    private void fetch(Runnable task) {
        if (fetchesByHand) {
            fetches.execute(task);
            return;
        }
        fetching = true;
        task.run();
        fetching = false;
    }

    private void takeRunTime() {
        clock.advance(runTime);
    }

    private void load(Runnable task) {
        if (fetching) {
            task.run();
            return;
        }
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

    private Batcher batcher(ModelId id, BatchRun run, BatchingPolicy policy) {
        return new Batcher(
                "m/1",
                run,
                policy,
                new BatchThreads(lanes, timer, _ -> {}, new RunWatch(System::nanoTime, Duration.ofMinutes(1))),
                RunClock.of(clock),
                BatchListener.NONE);
    }

    public static DesiredModel model(String name) {
        return DesiredModel.of(name, ROOT.child(name)).withOptions(OPTIONS);
    }

    public static Location version(String model, long version) {
        return ROOT.child(model).child(Long.toString(version));
    }

    /// Writes a version that was complete long ago.
    public void put(String model, long version, byte[] content) {
        store.setTime(clock.instant().minus(Duration.ofHours(1)));
        store.put(version(model, version).child(FakeEngine.FILE), content);
    }

    public void poll() {
        boolean _ = poll(watcher, clock);
    }

    public static boolean poll(VersionWatcher watcher, ManualClock clock) {
        try {
            return watcher.poll(clock.instant());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    public void tick() {
        reconciler.tick(clock.getAsLong());
    }

    /// Ticks and runs the loaders until nothing more happens by itself.
    public void settle() {
        do {
            tick();
            loads.runAll();
            fetches.runAll();
            unloads.runAll();
        } while (!inbox.isEmpty() || loads.waiting() > 0);
    }

    /// Polls until the files of versions that serve have been looked at again.
    public void pollUntilServingVersionsAreDescribed() {
        for (int i = 0; i < VersionWatcher.LOOKS_WHILE_SERVING; i++) {
            poll();
        }
        settle();
    }

    public void pollAndSettle() {
        poll();
        settle();
    }

    public void advance(Duration time) {
        clock.advance(time);
    }

    public ServedModel served(String model) {
        return Objects.requireNonNull(serving.models().get(model), model);
    }

    /// The statuses as text, newest first, such as `2 AVAILABLE`, `1 END: broken`.
    public List<String> statuses(String model) {
        return serving.statuses(model).stream()
                .map(status -> status.id().version() + " " + status.phase()
                        + (status.error() == null ? "" : ": " + status.error().getMessage()))
                .toList();
    }

    public ModelLease lease(String model) {
        return serving.lease(model, VersionSelector.LATEST);
    }

    /// What the leased version adds to 0.5.
    public static float answer(ModelLease lease) {
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
        cache.close();
        lanes.close();
    }
}
