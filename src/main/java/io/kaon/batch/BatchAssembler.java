package io.kaon.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The queue of one model and its rules: pure, given a time. No threads, no clock, no locks; the [Batcher] around it
/// has those.
///
/// Requests go in by [#offer] and come out by [#next], first come, first served. Those that nobody waits for are
/// dropped on the way, and those whose deadline has passed come out of [#takeExpired], so neither costs a run.
final class BatchAssembler {
    private final int bound;
    private final Deque<InferenceRequest> waiting = new ArrayDeque<>();
    private final List<InferenceRequest> expired = new ArrayList<>();

    BatchAssembler(BatchingPolicy policy) {
        this.bound = policy.queueBound();
    }

    /// Whether the request was taken; false when the queue is full of requests that somebody still waits for.
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

    /// What is to run next; null when nothing waits.
    @Nullable
    InferenceRequest next(long now) {
        while (true) {
            InferenceRequest first = waiting.pollFirst();
            if (first == null || isAlive(first, now)) {
                return first;
            }
        }
    }

    /// Requests found late since the last call; the caller tells them so.
    List<InferenceRequest> takeExpired() {
        if (expired.isEmpty()) {
            return List.of();
        }
        List<InferenceRequest> taken = List.copyOf(expired);
        expired.clear();
        return taken;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
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
