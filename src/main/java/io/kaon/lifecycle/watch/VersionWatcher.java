package io.kaon.lifecycle.watch;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.ModelFolder;
import io.kaon.model.ModelFiles;
import io.kaon.model.ModelId;
import io.kaon.storage.ModelStores;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/// Looks into the stores again and again and announces which versions ought to be loaded.
///
/// Each poll announces the whole wanted state, so an announcement that is lost or repeated does no harm, and the
/// watcher need not know what became of the last one. It remembers what the last look at each model found
/// ([Watched]), which names it found in the folder, and which problems it has logged.
///
/// A base that cannot be read says nothing about what ought to be loaded: it is announced as such. A base that is
/// there and empty says that nothing ought to be.
///
/// ## Slow stores
///
/// Each model is looked at when its own time has come, on other threads, for a listing in an object store is
/// mostly waiting, and one in a network file system whose server is away may hang for ever. A poll waits shortly
/// for the looks that it began, so that one announcement has them all; where a place was slow before, it does not
/// wait. What comes later wakes the watcher and is announced then. A look that hangs is announced as unreadable
/// after a while.
///
/// [#poll] does the work and is called by one thread at a time: the watcher's own, which only turns the crank, or
/// a test.
public final class VersionWatcher implements Runnable {
    /// How soon to look again while something is being written.
    public static final Duration SOON = Watched.SOON;

    /// The files of a version that serves are looked at again at one look of so many.
    public static final int LOOKS_WHILE_SERVING = StableVersions.LOOKS_WHILE_SERVING;

    /// How long a look may take before it counts as one that hangs.
    public static final Duration HANGS = Duration.ofSeconds(3);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(VersionWatcher.class);

    private final DesiredModels desired;
    private final ModelStores stores;
    private final Consumer<? super Announcement> inbox;
    private final PollIntervals intervals;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Executor io;
    private final Duration bound;
    private final ModelFiles modelFiles;
    private final Predicate<ModelId> serves;
    private final FolderLook folder;

    private final Map<String, Watched> watched = new TreeMap<>();
    private Map<String, String> logged = Map.of();

    private final Semaphore wake = new Semaphore(0);
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private volatile boolean asked;
    private volatile boolean returned;
    private volatile boolean stopped;

    /// @param nanos the clock of the pauses between polls
    /// @param io threads that may hang: reading a directory keeps its thread, and even the carrier of a virtual
    ///     one
    /// @param bound how long a look may take before it counts as one that hangs
    /// @param modelFiles those that make a directory a model's even if it holds no versions
    /// @param serves whether a version serves: then there is no need to look whether it is complete. Asked by
    ///     any thread
    public VersionWatcher(
            DesiredModels desired,
            ModelStores stores,
            Consumer<? super Announcement> inbox,
            PollIntervals intervals,
            InstantSource clock,
            LongSupplier nanos,
            Executor io,
            Duration bound,
            ModelFiles modelFiles,
            Predicate<ModelId> serves) {
        this.desired = desired;
        this.stores = stores;
        this.inbox = inbox;
        this.intervals = intervals;
        this.clock = clock;
        this.nanos = nanos;
        this.io = io;
        this.bound = bound;
        this.modelFiles = modelFiles;
        this.serves = serves;
        this.folder = new FolderLook(stores, io, nanos);
        desired.onReplace(this::lookAtAll);
    }

    /// Polls without waiting for the next time.
    private void lookAtAll() {
        asked = true;
        wake.release();
    }

    /// Runs a short task on the watcher's thread, between two polls.
    public void execute(Runnable task) {
        tasks.add(task);
        wake.release();
    }

    /// Polls until [#stop].
    @Override
    public void run() {
        if (intervals.looksAtStart()) {
            asked = true;
        }
        long left = Long.MAX_VALUE;
        long last = nanos.getAsLong();
        try {
            while (!stopped) {
                boolean all = asked;
                boolean due = left < Long.MAX_VALUE && left - (nanos.getAsLong() - last) <= 0;
                if (all || due || returned) {
                    asked = false;
                    returned = false;
                    left = pollOrLog(all);
                    last = nanos.getAsLong();
                }
                runTasks();
                await(left, last);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// A look has returned that no poll waits for.
    private void returned() {
        returned = true;
        wake.release();
    }

    private void await(long left, long last) throws InterruptedException {
        if (asked || stopped || returned || !tasks.isEmpty()) {
            int _ = wake.drainPermits();
        } else if (left < Long.MAX_VALUE) {
            boolean _ = wake.tryAcquire(left - (nanos.getAsLong() - last), TimeUnit.NANOSECONDS);
        } else {
            wake.acquire();
        }
    }

    /// @return nanoseconds until the next poll; [Long#MAX_VALUE] if none is to come by itself
    private long pollOrLog(boolean all) throws InterruptedException {
        try {
            boolean _ = poll(clock.instant(), all);
            return untilNext();
        } catch (RuntimeException | Error failure) {
            // Whatever it is, all models are without new versions if this thread ends.
            LOG.error("looking for versions failed; it is tried again", failure);
            return AFTER_FAILURE.toNanos();
        }
    }

    private long untilNext() {
        long now = nanos.getAsLong();
        long next = folder.untilDue(now, bound);
        for (Watched model : watched.values()) {
            next = Math.min(next, model.untilDue(now, bound));
        }
        return next;
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /// No more polls after the one that is under way.
    public void stop() {
        stopped = true;
        wake.release();
    }

    /// Looks at everything once and announces it.
    ///
    /// @return whether something is being written, so that the next poll should come soon
    public boolean poll(Instant now) throws InterruptedException {
        return poll(now, true);
    }

    /// @param all whether to look at everything, or only at what is due
    private boolean poll(Instant now, boolean all) throws InterruptedException {
        DesiredModels.Pending pending = desired.pending();
        DesiredModels.Declaration declared = pending.declaration();
        Map<String, String> problems = new TreeMap<>();
        Map<String, DesiredModel> models = new TreeMap<>();
        Set<String> mayBeNone = new HashSet<>();
        boolean complete = true;
        ModelFolder modelsInFolder = declared.folder();
        if (modelsInFolder != null) {
            complete = look(modelsInFolder, all, problems);
            for (String name : folder.names(this::isModel)) {
                models.put(name, modelsInFolder.model(name));
                mayBeNone.add(name);
            }
        }
        for (DesiredModel model : declared.models()) {
            models.put(model.name(), model);
            mayBeNone.remove(model.name());
        }
        look(models, mayBeNone, now, all);

        Map<String, AspiredModel> aspired = new TreeMap<>();
        boolean unsettled = false;
        long at = nanos.getAsLong();
        for (Map.Entry<String, Watched> entry : watched.entrySet()) {
            String name = entry.getKey();
            Watched model = entry.getValue();
            AspiredModel found = model.aspired(at, bound);
            if (found != null) {
                aspired.put(name, found);
                String problem = found.finding().problem();
                if (problem != null) {
                    problems.put("model `" + name + "`", problem);
                }
            } else {
                complete &= model.isKnown(at, bound);
                String trouble = model.trouble(at, bound);
                if (trouble != null) {
                    problems.put("folder entry `" + name + "`", trouble);
                }
            }
            unsettled |= model.isUnsettled();
        }
        log(problems);
        inbox.accept(new Announcement(aspired, complete, pending.settled()));
        return unsettled;
    }

    private boolean isModel(String name) {
        Watched model = watched.get(name);
        return model != null && model.isModel();
    }

    /// @return whether it is known which directories there are, or that it will not be known soon
    private boolean look(ModelFolder models, boolean all, Map<String, String> problems) throws InterruptedException {
        Duration interval = intervals.of(models.location().scheme());
        CompletableFuture<?> fresh = folder.begin(models.location(), all, interval, nanos.getAsLong(), this::returned);
        if (fresh != null) {
            await(List.of(fresh));
            folder.waited();
        }
        String problem = folder.take(nanos.getAsLong(), bound);
        if (problem != null) {
            problems.put("folder " + models.location(), problem);
        }
        return folder.isKnown() || problem != null;
    }

    private void look(Map<String, DesiredModel> models, Set<String> mayBeNone, Instant now, boolean all)
            throws InterruptedException {
        watched.keySet().retainAll(models.keySet());
        List<CompletableFuture<?>> fresh = new ArrayList<>();
        List<Watched> waiting = new ArrayList<>();
        for (DesiredModel declared : models.values()) {
            long at = nanos.getAsLong();
            Watched model = watched.computeIfAbsent(
                    declared.name(),
                    _ -> new Watched(declared, io, nanos, () -> new ModelLook(stores, modelFiles, serves), at));
            model.declare(declared, mayBeNone.contains(declared.name()), at);
            if (all || model.isDue(at)) {
                CompletableFuture<?> answer = model.begin(now, at, interval(declared), this::returned);
                if (answer != null) {
                    fresh.add(answer);
                    waiting.add(model);
                }
            }
        }
        await(fresh);
        waiting.forEach(Watched::waited);
        long at = nanos.getAsLong();
        watched.forEach((name, model) -> model.take(at));
    }

    private Duration interval(DesiredModel model) {
        return intervals.of(model.base().scheme());
    }

    /// Waits for looks, and no longer than a moment. Those that take longer wake the watcher when they return.
    private void await(List<CompletableFuture<?>> fresh) throws InterruptedException {
        try {
            Void _ = CompletableFuture.allOf(fresh.toArray(CompletableFuture<?>[]::new))
                    .get(Look.PROMPT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException _) {
            // Each says by itself what became of it.
            for (CompletableFuture<?> look : fresh) {
                if (!look.isDone()) {
                    CompletableFuture<?> _ = look.whenComplete((_, _) -> returned());
                }
            }
        }
    }

    /// A problem is worth a line when it appears, when it changes and when it is over.
    private void log(Map<String, String> problems) {
        problems.forEach((where, problem) -> {
            if (!problem.equals(logged.get(where))) {
                LOG.warnf("%s: %s", where, problem);
            }
        });
        for (String where : logged.keySet()) {
            if (!problems.containsKey(where)) {
                LOG.infof("%s: in order again", where);
            }
        }
        logged = problems;
    }
}
