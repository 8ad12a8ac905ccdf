package io.kaon.batch;

import io.kaon.model.ModelSignature;
import io.kaon.tensor.NamedTensors;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Sees to it that every run has an end.
///
/// ## Why a thread that looks
///
/// A run may be a loop that does not end on the values that one client sends, and the thread that runs it cannot
/// help itself. A timer per run would cost most runs more than they take. So a thread that runs writes down what
/// it runs, which is one write to memory, and one thread looks at all of them every [#LOOK]. When a look finds no
/// run in progress, the thread stands still, and the next run wakes it: at most once per [#LOOK], and a server without
/// requests does nothing.
///
/// ## What ends a run
///
/// * In place, on an event loop, a run may take [#IN_PLACE]. It is expected to take a hundredth of that; what
///   does not is run again on a lane.
/// * On a lane it may take as long as the operator allows.
/// * Anywhere it ends when its last caller has left or has been told that the deadline has passed.
///
/// How soon a native call ends that is told to is the engine's: between two operators, in most.
///
/// Safe for use by all threads.
public final class RunWatch implements AutoCloseable {
    /// Of runs on an event loop, whose other connections wait meanwhile.
    static final Duration IN_PLACE = Duration.ofMillis(20);

    private static final Duration LOOK = Duration.ofMillis(10);

    private static final Logger LOG = Logger.getLogger(RunWatch.class);

    private final LongSupplier clock;
    private final long limitNanos;
    private final List<Place> places = new CopyOnWriteArrayList<>();
    private final ThreadLocal<Place> own = ThreadLocal.withInitial(this::place);
    private final @Nullable Thread thread;
    private volatile boolean standsStill;
    private volatile boolean stopped;

    /// Where one thread writes down what it runs.
    private static final class Place {
        private volatile @Nullable WatchedRun run;
    }

    /// @param clock nanoseconds
    /// @param limit the longest that a run may take on a lane; zero for as long as it takes
    /// @param threads makes the thread that looks
    public RunWatch(LongSupplier clock, Duration limit, ThreadFactory threads) {
        this.clock = clock;
        this.limitNanos = nanos(limit);
        this.thread = threads.newThread(this::watch);
        thread.start();
    }

    /// Without a thread: looks when it is told to, by [#look].
    public RunWatch(LongSupplier clock, Duration limit) {
        this.clock = clock;
        this.limitNanos = nanos(limit);
        this.thread = null;
    }

    private static long nanos(Duration limit) {
        return limit.isPositive() ? limit.toNanos() : Long.MAX_VALUE;
    }

    private Place place() {
        Place place = new Place();
        places.add(place);
        return place;
    }

    /// The longest that a run may take on a lane.
    long limitNanos() {
        return limitNanos;
    }

    /// Makes a run on the calling thread, under watch. Throws what the engine throws.
    NamedTensors run(
            BatchRun engine, ModelSignature signature, NamedTensors inputs, Set<String> wanted, WatchedRun watched) {
        begins(watched);
        try {
            return engine.run(signature, inputs, wanted, watched.cancellation());
        } finally {
            ends();
        }
    }

    /// The calling thread begins this run. Followed by [#ends], whatever happens.
    void begins(WatchedRun run) {
        own.get().run = run;
        if (standsStill) {
            LockSupport.unpark(thread);
        }
    }

    /// The calling thread has ended its run.
    void ends() {
        own.get().run = null;
    }

    /// Looks at all runs in progress, and ends those whose time is up.
    ///
    /// @return whether there was one
    public boolean look() {
        boolean found = false;
        for (Place place : places) {
            WatchedRun run = place.run;
            if (run != null) {
                found = true;
                run.look(clock.getAsLong());
            }
        }
        return found;
    }

    private void watch() {
        while (!stopped) {
            try {
                awaitRun();
            } catch (RuntimeException | Error bug) {
                // Without this thread no run would have an end.
                LOG.error("the run watch met an unexpected failure", bug);
            }
            // What has only just begun has not taken too long.
            LockSupport.parkNanos(this, LOOK.toNanos());
        }
    }

    /// Whether the thread waits to be woken.
    boolean standsStill() {
        return standsStill;
    }

    /// Looks at the runs in progress, or waits for one.
    private void awaitRun() {
        standsStill = true;
        // What began before that was written does not wake this thread, but is found.
        if (!look() && !stopped) {
            LockSupport.park(this);
        }
        standsStill = false;
    }

    /// Ends the thread; runs have no end by themselves any more.
    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
    }
}
