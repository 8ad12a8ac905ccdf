package io.kaon.testkit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Holds the bytes of one connection to a rate. A single thread calls it.
final class Pace {
    private long due = System.nanoTime();

    /// Returns when so many more bytes are due. What a pause saved is made up for by 20 ms at most.
    void await(int bytes, long bytesPerSecond) {
        due = Math.max(due, System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(20))
                + TimeUnit.SECONDS.toNanos(bytes) / bytesPerSecond;
        for (long left = due - System.nanoTime();
                left > 0 && !Thread.currentThread().isInterrupted();
                left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
