package io.kaon.lifecycle;

import io.kaon.engine.Engine;
import io.kaon.model.VersionStatus;
import io.kaon.serving.ServingModels;
import io.kaon.storage.ModelStores;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// The control path as one thing that can be started and stopped: owns its threads and puts its parts together.
///
/// Threads: the watcher (virtual), the reconciler, the loaders (platform, few) and the unloaders (platform, as
/// many as there are versions on their way out, usually none).
///
/// [#start] and [#close] are called by any thread, once each; a second close waits for the first.
public final class Lifecycle implements AutoCloseable {
    private static final Duration LONGEST_POLL = Duration.ofSeconds(1);

    private final BlockingQueue<Event> inbox = new LinkedBlockingQueue<>();
    private final ServingModels serving;
    private final VersionWatcher watcher;
    private final ModelLoader loader;
    private final Reconciler reconciler;
    private final ExecutorService loads;
    private final ExecutorService unloads;
    private final Thread reconciling;
    private final boolean looksAtStart;
    private final Thread watching;
    private boolean closed;

    /// @param engines in the order in which they are asked whether they recognise a directory
    /// @param batchers makes the batcher of one version around its session's run
    /// @param clock nanoseconds, as [System#nanoTime()]
    /// @param listener told of each status that is new or has changed, after the snapshot that holds it was
    ///     published; on the reconciler's thread, so it must not block
    public Lifecycle(
            DesiredModels desired,
            ModelStores stores,
            List<Engine> engines,
            Batchers batchers,
            ServingModels serving,
            LifecycleSettings settings,
            InstantSource wallClock,
            LongSupplier clock,
            Consumer<? super VersionStatus> listener) {
        this.serving = serving;
        this.looksAtStart = !settings.pollInterval().isNegative();
        this.loads = loaders(settings.loadThreads());
        this.unloads = Executors.newCachedThreadPool(named("unload-"));
        this.watcher = new VersionWatcher(
                desired,
                stores,
                inbox::add,
                settings.pollInterval(),
                wallClock,
                Thread::startVirtualThread,
                engines.stream()
                        .flatMap(engine -> engine.modelFiles().stream())
                        .collect(Collectors.toUnmodifiableSet()));
        this.watching = Thread.ofVirtual().name("version-watcher").unstarted(watcher);
        this.loader = new ModelLoader(
                stores,
                engines,
                new ModelCache(settings.cache()),
                batchers,
                new SessionThreads(settings.intraOp(), clock),
                clock,
                loads,
                unloads,
                inbox::add);
        this.reconciler = new Reconciler(inbox, loader, serving, clock, listener);
        this.reconciling = Thread.ofPlatform().name("reconciler").unstarted(reconciler);
    }

    /// All there from the beginning, so that whoever sets their niceness sees them all.
    private static ExecutorService loaders(int count) {
        ThreadPoolExecutor loaders =
                new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named("load-"));
        int _ = loaders.prestartAllCoreThreads();
        return loaders;
    }

    /// Counts by itself, because counting with [Thread.Builder] takes classes that the JVM makes in each start.
    private static ThreadFactory named(String prefix) {
        AtomicInteger next = new AtomicInteger();
        return run -> Thread.ofPlatform().name(prefix + next.getAndIncrement()).unstarted(run);
    }

    public synchronized void start() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        reconciling.start();
        if (!looksAtStart) {
            // Nothing is wanted, and nothing is waited for, until somebody replaces the declaration.
            inbox.add(new Event.Announced(Map.of()));
        }
        watching.start();
    }

    /// Completes, on the reconciler's thread, when every initial model either serves or has failed its first
    /// attempt.
    /// Not at all if the server is stopped before that.
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
        loads.close();
        unloads.close();
    }
}
