package io.kaon.lifecycle.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A fixed number of threads for work that may never return, such as reading a directory of a server that has gone, or
/// running a model that does not end. A task that takes longer than it should keeps its thread, but another thread
/// takes its place until it returns, and a line says where it stands. So tasks that hang never keep the others waiting
/// for longer than that time.
///
/// A task that tells how far it has come ([Advancing]) is overdue only when it has stood still for that time.
///
/// A thread that hangs cannot be ended. There are as many of them as there are tasks that hang.
public final class ElasticPool implements Executor, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ElasticPool.class);

    /// Frames of a stack trace that say where a task stands.
    private static final int FRAMES = 12;

    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService timer;
    private final Duration patience;
    private int size;

    /// @param size tasks that run at the same time, not counting those that are overdue
    /// @param patience how long a task may take before another thread takes its place
    /// @param timer looks after that
    public ElasticPool(int size, ThreadFactory factory, Duration patience, ScheduledExecutorService timer) {
        this.size = size;
        this.threads = new ThreadPoolExecutor(size, size, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        this.patience = patience;
        this.timer = timer;
    }

    /// Starts all threads, so that all are there when their niceness is set.
    public void startAll() {
        int _ = threads.prestartAllCoreThreads();
    }

    /// A task that may take long and shows that it goes on.
    interface Advancing extends Runnable {
        /// Grows while the task goes on; asked by another thread.
        long progress();
    }

    /// @param task says by its `toString` what it does
    @Override
    public void execute(Runnable task) {
        threads.execute(() -> run(task));
    }

    private void run(Runnable task) {
        Place place = new Place(task, Thread.currentThread());
        place.watch();
        try {
            task.run();
        } catch (RuntimeException | Error bug) {
            LOG.errorf(bug, "%s met an unexpected failure", task);
        } finally {
            place.returned();
        }
    }

    private synchronized void resize(int by) {
        size += by;
        // The core must never be larger than the most.
        if (by > 0) {
            threads.setMaximumPoolSize(size);
            threads.setCorePoolSize(size);
        } else {
            threads.setCorePoolSize(size);
            threads.setMaximumPoolSize(size);
        }
    }

    /// Waits, without limit, for the tasks that run and those that wait.
    @Override
    public void close() {
        threads.close();
    }

    /// No more tasks; those that hang are left to themselves.
    public void abandon() {
        threads.shutdown();
    }

    /// What a task takes of the pool.
    private final class Place {
        private final Runnable task;
        private final Thread thread;
        private @Nullable ScheduledFuture<?> alarm;
        private long progress;
        private boolean lent;
        private boolean returned;

        Place(Runnable task, Thread thread) {
            this.task = task;
            this.thread = thread;
        }

        synchronized void watch() {
            if (!returned) {
                alarm = timer.schedule(this::look, patience.toNanos(), TimeUnit.NANOSECONDS);
            }
        }

        private synchronized void look() {
            long now = task instanceof Advancing advancing ? advancing.progress() : progress;
            if (now > progress) {
                progress = now;
                watch();
            } else if (!returned) {
                lend();
            }
        }

        private void lend() {
            lent = true;
            resize(1);
            LOG.warnf(
                    "%s has not returned for %d ms; other work goes on without it. It stands%s",
                    task, patience.toMillis(), stack(thread));
        }

        synchronized void returned() {
            returned = true;
            if (alarm != null) {
                boolean _ = alarm.cancel(false);
            }
            if (lent) {
                resize(-1);
                LOG.infof("%s has returned", task);
            }
        }
    }

    private static String stack(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .limit(FRAMES)
                .map(frame -> "\n\tat " + frame)
                .collect(Collectors.joining());
    }
}
