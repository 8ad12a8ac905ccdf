package io.kaon.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/// Keeps what it is given until the test runs it. Stands for an event loop or a pool.
public final class ManualExecutor implements Executor {
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public synchronized void execute(Runnable task) {
        tasks.add(task);
    }

    public synchronized int waiting() {
        return tasks.size();
    }

    /// Runs the first task on the calling thread.
    public void runNext() {
        Runnable task;
        synchronized (this) {
            task = tasks.removeFirst();
        }
        task.run();
    }

    /// Runs tasks until there are none, those that tasks add too.
    public void runAll() {
        while (waiting() > 0) {
            runNext();
        }
    }
}
