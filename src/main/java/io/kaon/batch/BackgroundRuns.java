package io.kaon.batch;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/// Runs of one version that no client waits for: probes and audits. They happen on a thread of their own, one at
/// a time, and are counted, so that no session is closed under them. Safe for use by all threads.
final class BackgroundRuns {
    private static final Logger LOG = Logger.getLogger(BackgroundRuns.class);

    private final Executor thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private int running;
    private boolean closed;

    /// @param thread a platform thread: what runs there calls the engine
    BackgroundRuns(Executor thread) {
        this.thread = thread;
    }

    /// Does the work later, or not at all if the version is unloaded before.
    void submit(Runnable work) {
        try {
            thread.execute(() -> {
                if (begin()) {
                    try {
                        work.run();
                    } catch (RuntimeException | Error bug) {
                        LOG.error("a run in the background met an unexpected failure", bug);
                    } finally {
                        end();
                    }
                }
            });
        } catch (RejectedExecutionException _) {
            // The server stops.
        }
    }

    /// Whether [#close] has been called.
    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private boolean begin() {
        lock.lock();
        try {
            running += closed ? 0 : 1;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            running--;
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Begins nothing more, and waits for what runs.
    void close() {
        lock.lock();
        try {
            closed = true;
            while (running > 0) {
                idle.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
