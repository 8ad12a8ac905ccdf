package io.kaon.serving;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Lets so many large requests be worked on at once as the heap holds.
///
/// A body of six megabytes can take a hundred while it becomes tensors, and the tensors an answer. How much depends
/// on what is in it, so it is estimated from its size, and a request that does not fit waits: first come, first
/// served, holding nothing but the body, which is counted elsewhere. Requests that have been let in need nothing more
/// from here, so none waits for another that waits.
///
/// Safe for use by all threads. Nothing here blocks.
public final class WorkingMemory {
    private final long capacity;
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private long used;

    private record Entry(long weight, CompletableFuture<Share> admitted) {}

    /// @param capacity bytes, at least one
    public WorkingMemory(long capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a capacity of " + capacity + " bytes lets no request in");
        }
        this.capacity = capacity;
    }

    /// Bytes.
    public long capacity() {
        return capacity;
    }

    /// Asks to be let in.
    ///
    /// @param weight bytes that the work is expected to take; more than the capacity is taken for all of it
    /// @return completes, on the thread that made room, when there is room; cancelled by a caller that no
    ///     longer waits. The share must be closed
    public CompletableFuture<Share> enter(long weight) {
        Entry entry = new Entry(Math.min(capacity, weight), new CompletableFuture<>());
        synchronized (waiting) {
            waiting.addLast(entry);
        }
        // What waits for the future, and the body with it, would stay until its turn came.
        CompletableFuture<?> _ = entry.admitted.whenComplete((share, _) -> {
            if (share == null) {
                leave(entry);
            }
        });
        admit();
        return entry.admitted;
    }

    /// Requests that wait to be let in.
    int waiting() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    private void leave(Entry entry) {
        synchronized (waiting) {
            waiting.removeFirstOccurrence(entry);
        }
        admit();
    }

    private void admit() {
        while (true) {
            Entry next = next();
            if (next == null) {
                return;
            }
            Share share = new Share(next.weight);
            if (!next.admitted.complete(share)) {
                share.giveBack();
            }
        }
    }

    private @Nullable Entry next() {
        synchronized (waiting) {
            Entry first = waiting.peekFirst();
            if (first == null || first.weight > capacity - used) {
                return null;
            }
            used += first.weight;
            return waiting.removeFirst();
        }
    }

    /// What a request was let in with.
    public final class Share implements AutoCloseable {
        private final long weight;
        private final AtomicBoolean given = new AtomicBoolean();

        private Share(long weight) {
            this.weight = weight;
        }

        private void giveBack() {
            if (given.compareAndSet(false, true)) {
                synchronized (waiting) {
                    used -= weight;
                }
            }
        }

        /// Makes room for others; a second call does nothing.
        @Override
        public void close() {
            giveBack();
            admit();
        }
    }
}
