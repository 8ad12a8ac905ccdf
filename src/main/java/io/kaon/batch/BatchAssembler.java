package io.kaon.batch;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The queue of one model and its rules: pure, given a time. No threads, no clock, no locks; who uses it has those.
///
/// Requests go in by [#offer] and come out by [#next], first come, first served: the oldest, and with it
/// those behind it that merge with it. Those that ask something else keep their places. Requests whose
/// callers have left are dropped on the way, and those whose deadline has passed come out of [#takeExpired],
/// so neither costs a run.
final class BatchAssembler {
    /// More that do not merge are not looked through in the search for one that does.
    private static final int MOST_SKIPPED = 64;

    /// A batch above this size would gain nothing from being larger.
    private static final long MOST_BYTES = 16 << 20;

    private final int bound;
    private final Predicate<InferenceRequest> merges;
    private final boolean widens;
    private final Deque<InferenceRequest> waiting = new ArrayDeque<>();
    private final List<InferenceRequest> expired = new ArrayList<>();

    /// Requests that run together.
    ///
    /// @param isFull whether another that was there, or might have come, would not have fitted
    record Assembled(List<InferenceRequest> requests, boolean isFull) {}

    /// @param bound requests that may wait
    /// @param merges whether a request may run with others at all
    /// @param widens whether it may run with those whose rows [InputPadding] makes equally large
    BatchAssembler(int bound, Predicate<InferenceRequest> merges, boolean widens) {
        this.bound = bound;
        this.merges = merges;
        this.widens = widens;
    }

    /// Whether the request was taken; false when the queue is full of requests whose callers still wait.
    boolean offer(InferenceRequest request, long now) {
        if (waiting.size() >= bound) {
            dropTheDead(now);
            if (waiting.size() >= bound) {
                return false;
            }
        }
        waiting.addLast(request);
        return true;
    }

    /// Lets go of a request whose caller has left, if it still waits.
    void remove(InferenceRequest request) {
        waiting.removeFirstOccurrence(request);
    }

    /// What is to run next; no requests when nothing waits.
    ///
    /// @param mostRows of the batch; a single request may have more
    /// @param affordable whether a run on so many elements may happen where the batch is to run; not asked
    ///     about the first request
    Assembled next(long now, int mostRows, LongPredicate affordable) {
        InferenceRequest first = first(now);
        if (first == null) {
            return new Assembled(List.of(), false);
        }
        if (!merges.test(first)) {
            return new Assembled(List.of(first), false);
        }
        if (waiting.isEmpty()) {
            return new Assembled(List.of(first), first.rows() >= mostRows);
        }
        List<InferenceRequest> batch = new ArrayList<>();
        batch.add(first);
        return new Assembled(batch, fill(batch, now, mostRows, affordable));
    }

    private @Nullable InferenceRequest first(long now) {
        while (true) {
            InferenceRequest first = waiting.pollFirst();
            if (first == null || isAlive(first, now)) {
                return first;
            }
        }
    }

    private boolean fill(List<InferenceRequest> batch, long now, int mostRows, LongPredicate affordable) {
        InferenceRequest first = batch.getFirst();
        int rows = first.rows();
        BatchSize size = new BatchSize(first, widens);
        int skipped = 0;
        Iterator<InferenceRequest> rest = waiting.iterator();
        while (rest.hasNext() && skipped < MOST_SKIPPED && rows < mostRows) {
            InferenceRequest next = rest.next();
            if (!isAlive(next, now)) {
                rest.remove();
            } else if (!first.mergesWith(next, widens)) {
                skipped++;
            } else {
                size.add(next);
                if (next.rows() > mostRows - rows || size.bytes() > MOST_BYTES || !affordable.test(size.elements())) {
                    return true;
                }
                rest.remove();
                batch.add(next);
                rows += next.rows();
            }
        }
        return rows >= mostRows;
    }

    /// Whether a batch of so many rows is there, of requests like the oldest.
    boolean isFull(int mostRows) {
        InferenceRequest first = waiting.peekFirst();
        if (first == null) {
            return false;
        }
        if (!merges.test(first)) {
            return true;
        }
        int rows = 0;
        for (InferenceRequest request : waiting) {
            rows += first.mergesWith(request, widens) ? request.rows() : 0;
            if (rows >= mostRows) {
                return true;
            }
        }
        return false;
    }

    /// Requests found late since the last call; the caller tells them so.
    List<InferenceRequest> takeExpired() {
        if (expired.isEmpty()) {
            return List.of();
        }
        List<InferenceRequest> removed = List.copyOf(expired);
        expired.clear();
        return removed;
    }

    /// Whether as many wait as may, those included that have left.
    boolean isFull() {
        return waiting.size() >= bound;
    }

    /// What to tell a caller whose request finds no room.
    ServingException full() {
        return new ServingException(
                ErrorKind.OVERLOADED, "the queue of this model is full: " + bound + " requests wait; try again later");
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }

    /// The one that waits longest.
    ///
    /// @throws java.util.NoSuchElementException when nothing waits
    InferenceRequest oldest() {
        return waiting.getFirst();
    }

    private void dropTheDead(long now) {
        waiting.removeIf(request -> !isAlive(request, now));
    }

    private boolean isAlive(InferenceRequest request, long now) {
        if (request.isAbandoned()) {
            return false;
        }
        if (request.deadline().hasPassed(now)) {
            expired.add(request);
            return false;
        }
        return true;
    }
}
