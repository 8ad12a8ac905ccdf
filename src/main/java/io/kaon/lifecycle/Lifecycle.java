package io.kaon.lifecycle;

import io.kaon.engine.Engine;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.VersionOptions;
import io.kaon.lifecycle.load.Batchers;
import io.kaon.lifecycle.load.ElasticPool;
import io.kaon.lifecycle.load.FetchListener;
import io.kaon.lifecycle.load.ModelCache;
import io.kaon.lifecycle.load.ModelLoader;
import io.kaon.lifecycle.load.SessionThreads;
import io.kaon.lifecycle.load.WarmUp;
import io.kaon.lifecycle.reconcile.Event;
import io.kaon.lifecycle.reconcile.Reconciler;
import io.kaon.lifecycle.watch.Announcement;
import io.kaon.lifecycle.watch.VersionWatcher;
import io.kaon.model.VersionStatus;
import io.kaon.serving.ServingModels;
import io.kaon.storage.ModelStores;
import io.kaon.storage.Progress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The control path as one thing that can be started and stopped: owns its threads and puts its parts together.
///
/// Threads: the watcher (virtual), those that look into stores for it (platform, few), the reconciler, the loaders
/// (platform, few) and the unloaders (platform, as many as there are versions on their way out, usually none). One more
/// looks, or loads, for each look or load that hangs.
///
/// [#start] and [#close] are called by any thread, once each; a second close waits for the first.
public final class Lifecycle implements AutoCloseable {
    private static final Duration LONGEST_POLL = Duration.ofSeconds(1);

    /// A load that takes longer, or a fetch that stands still for longer, no longer keeps others waiting.
    private static final Duration LONGEST_LOAD = Duration.ofSeconds(30);

    private static final Duration UNTIL_SWEEP = Duration.ofSeconds(2);

    private static final int LOOK_THREADS = 8;

    private final BlockingQueue<Event> inbox = new LinkedBlockingQueue<>();
    private final ServingModels serving;
    private final VersionWatcher watcher;
    private final ModelCache cache;
    private final ScheduledExecutorService timer;
    private final ModelLoader loader;
    private final Reconciler reconciler;
    private final ElasticPool looks;
    private final ElasticPool loads;
    private final ElasticPool fetches;
    private final ExecutorService unloads;
    private final Thread reconciling;
    private final boolean looksAtStart;
    private final Thread watching;
    private boolean closed;

    /// @param engines in the order in which they are asked whether they recognise a directory
    /// @param versionOptions reads what versions say about themselves
    /// @param batchers makes the batcher of one version around its session's run
    /// @param clock nanoseconds, as [System#nanoTime()]
    /// @param timer ends runs and looks after work that hangs; must outlive this
    /// @param listener told of each status that is new or has changed, after the snapshot that holds it was
    ///     published; on the reconciler's thread, so it must not block
    /// @param fetched told of bytes that come from stores
    public Lifecycle(
            DesiredModels desired,
            ModelStores stores,
            List<Engine> engines,
            VersionOptions versionOptions,
            Batchers batchers,
            ServingModels serving,
            LifecycleSettings settings,
            InstantSource wallClock,
            LongSupplier clock,
            ScheduledExecutorService timer,
            Consumer<? super VersionStatus> listener,
            FetchListener fetched) {
        this.serving = serving;
        this.looksAtStart = settings.pollIntervals().looksAtStart();
        this.looks = new ElasticPool(LOOK_THREADS, daemons("look-"), VersionWatcher.HANGS, timer);
        this.loads = new ElasticPool(settings.loadThreads(), named("load-"), LONGEST_LOAD, timer);
        loads.startAll();
        this.fetches = new ElasticPool(settings.fetchThreads(), daemons("fetch-"), LONGEST_LOAD, timer);
        this.unloads = Executors.newCachedThreadPool(named("unload-"));
        this.watcher = new VersionWatcher(
                desired,
                stores,
                announcement -> inbox.add(new Event.Announced(announcement)),
                settings.pollIntervals(),
                wallClock,
                clock,
                looks,
                VersionWatcher.HANGS,
                Engine.filesOf(engines),
                serving::serves);
        this.watching = Thread.ofVirtual().name("version-watcher").unstarted(watcher);
        this.cache = settings.cache().open(wallClock);
        this.timer = timer;
        this.loader = new ModelLoader(
                stores,
                engines,
                cache,
                versionOptions,
                batchers,
                new SessionThreads(clock, timer),
                new WarmUp(clock, timer),
                serving,
                settings.sameSignature(),
                clock,
                timer,
                loads,
                fetches,
                unloads,
                event -> inbox.add(new Event.Told(event)),
                fetched);
        this.reconciler = new Reconciler(inbox, loader, serving, clock, listener);
        this.reconciling = Thread.ofPlatform().name("reconciler").unstarted(reconciler);
    }

    /// Counts by itself, because counting with [Thread.Builder] takes classes that the JVM makes in each start.
    private static ThreadFactory named(String prefix) {
        AtomicInteger next = new AtomicInteger();
        return run -> Thread.ofPlatform().name(prefix + next.getAndIncrement()).unstarted(run);
    }

    /// For threads that may hang when the process is to end.
    private static ThreadFactory daemons(String prefix) {
        AtomicInteger next = new AtomicInteger();
        return run -> Thread.ofPlatform()
                .name(prefix + next.getAndIncrement())
                .daemon()
                .unstarted(run);
    }

    /// The threads of which there is one, by name, each as an executor that runs short tasks on it.
    public Map<String, Executor> workers() {
        return Map.of("version-watcher", watcher::execute, "reconciler", task -> inbox.add(new Event.Task(task)));
    }

    public synchronized void start() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        reconciling.start();
        if (!looksAtStart) {
            // Nothing is wanted, and nothing is waited for, until the declaration is replaced.
            inbox.add(new Event.Announced(new Announcement(Map.of())));
        }
        watching.start();
        // Later, and not by who loads: a start has better things to do, and a load that needs room sweeps by itself.
        ScheduledFuture<?> _ =
                timer.schedule(() -> unloads.execute(cache::sweep), UNTIL_SWEEP.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// How far those versions have come that are being fetched now.
    public List<Progress> fetching() {
        return loader.fetching();
    }

    /// Completes, on the reconciler's thread, when every initial model either serves or has failed its first
    /// attempt. Not at all if the server is stopped before that.
    public CompletableFuture<Void> settled() {
        return reconciler.settled().copy();
    }

    /// Stops for good: no more polls, loads and leases; waits, without limit, for a load that is under way and for
    /// every lease and run, closes all sessions and ends the threads. The lanes must outlive this.
    ///
    /// If the calling thread is interrupted, it waits no longer; the rest goes on without it.
    @Override
    public synchronized void close() {
        closed = true;
        serving.refuseLeases();
        watcher.stop();
        loader.refuse();
        try {
            if (reconciling.getState() != Thread.State.NEW) {
                inbox.add(new Event.Stop());
                reconciling.join();
            }
            if (watching.isAlive()) {
                // It ends by itself after its poll. A store that hangs must not keep the server from stopping.
                boolean _ = watching.join(LONGEST_POLL);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return;
        }
        looks.abandon();
        fetches.abandon();
        loads.close();
        unloads.close();
        cache.close();
    }
}
