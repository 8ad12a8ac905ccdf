package io.kaon.ops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Whether the threads still work on which everything depends: event loops, the version watcher, the reconciler.
/// Each is given a task that does nothing whenever liveness is asked for, unless it has one already. One that has
/// not run its task for longer than a bound stands still, and the log says where.
///
/// Who never asks pays nothing. Lanes and loads are not among these threads: what runs on them has an end of its own,
/// and others go on beside it.
///
/// Safe for use by all threads.
public final class Heartbeats {
    private static final Logger LOG = Logger.getLogger(Heartbeats.class);

    private final long bound;
    private final LongSupplier clock;
    private final List<Worker> workers = new ArrayList<>();

    /// @param bound how long a thread may keep a task waiting
    /// @param clock nanoseconds
    public Heartbeats(Duration bound, LongSupplier clock) {
        this.bound = bound.toNanos();
        this.clock = clock;
    }

    /// One more thread to watch.
    ///
    /// @param tasks runs short tasks on that thread, and no other
    public synchronized void watch(String name, Executor tasks) {
        Worker worker = new Worker(name, tasks);
        workers.add(worker);
        worker.ask(clock.getAsLong());
    }

    /// Names of the threads that stand still.
    public synchronized List<String> standing() {
        long now = clock.getAsLong();
        List<String> standing = new ArrayList<>();
        for (Worker worker : workers) {
            if (!worker.waits) {
                worker.ask(now);
            } else if (now - worker.asked > bound) {
                standing.add(worker.name);
                worker.tell();
            }
        }
        return standing;
    }

    private static final class Worker {
        private final String name;
        private final Executor tasks;
        private long asked;
        private boolean told;
        private volatile boolean waits;
        private volatile @Nullable Thread thread;

        Worker(String name, Executor tasks) {
            this.name = name;
            this.tasks = tasks;
        }

        void ask(long now) {
            if (told) {
                LOG.infof("thread %s goes on", name);
            }
            told = false;
            asked = now;
            waits = true;
            try {
                tasks.execute(this::answer);
            } catch (RuntimeException ended) {
                // It takes no more tasks, so it will not run this one either.
                LOG.debugf(ended, "thread %s takes no tasks", name);
            }
        }

        private void answer() {
            thread = Thread.currentThread();
            waits = false;
        }

        void tell() {
            if (told) {
                return;
            }
            told = true;
            Thread stuck = thread;
            LOG.errorf(
                    "thread %s stands still; /q/health/live fails until it goes on. It stands%s", name, stack(stuck));
        }

        private static String stack(@Nullable Thread thread) {
            if (thread == null) {
                return " where it began: it has never run a task";
            }
            if (!thread.isAlive()) {
                return " nowhere: it has ended";
            }
            return Arrays.stream(thread.getStackTrace())
                    .map(frame -> "\n\tat " + frame)
                    .collect(Collectors.joining());
        }
    }
}
