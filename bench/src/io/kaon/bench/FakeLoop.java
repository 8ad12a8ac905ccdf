package io.kaon.bench;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;

/// An event loop that the benchmark turns by hand. Like a real one it makes no garbage of its own.
final class FakeLoop implements Executor {
    private final BlockingQueue<Runnable> tasks = new ArrayBlockingQueue<>(256);

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /// Runs what there is to run now: the end of a tick.
    void endTick() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /// Waits for one task and runs it.
    void runNext() throws InterruptedException {
        tasks.take().run();
    }
}
