package io.kaon.lifecycle.watch;

import io.kaon.storage.Location;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One place that is looked at again and again, one look at a time. A look that has not returned goes on by itself: no
/// other begins at the same place until it returns.
///
/// Used by one thread at a time; the looks run on threads of the executor.
///
/// @param <T> what a look finds
final class Look<T> {
    private final Executor io;
    private @Nullable Task<T> underWay;
    private long began;
    /// Whether the last look returned while it was waited for. So is a place that was never looked at.
    private boolean prompt = true;

    /// @param io threads that may hang
    Look(Executor io) {
        this.io = io;
    }

    private record Task<T>(Object subject, Location at, Supplier<T> search, CompletableFuture<T> answer)
            implements Runnable {
        @Override
        public void run() {
            try {
                answer.complete(search.get());
            } catch (RuntimeException | Error failure) {
                answer.completeExceptionally(failure);
            }
        }

        @Override
        public String toString() {
            return "the look into " + at;
        }
    }

    /// Begins a look, unless one at the same place has not been taken.
    ///
    /// @param subject what the look is for: what was found for another subject is no answer
    /// @param now nanoseconds
    /// @return what completes when it has returned; null if it did not begin
    @Nullable
    CompletableFuture<T> begin(Object subject, Location at, Supplier<T> search, long now) {
        if (isUnderWayAt(at)) {
            return null;
        }
        Task<T> task = new Task<>(subject, at, search, new CompletableFuture<>());
        underWay = task;
        began = now;
        try {
            io.execute(task);
        } catch (RuntimeException | Error noThread) {
            task.answer.completeExceptionally(noThread);
        }
        return task.answer;
    }

    /// Whether a look at this place has not been taken.
    boolean isUnderWayAt(Location at) {
        Task<T> task = underWay;
        return task != null && task.at.equals(at);
    }

    boolean isUnderWay() {
        return underWay != null;
    }

    /// Nanoseconds until the look that is under way counts as one that hangs.
    long untilHanging(long now, Duration bound) {
        return bound.toNanos() - (now - began);
    }

    /// Whether waiting for this place is worth while.
    boolean isPrompt() {
        return prompt;
    }

    /// The look that has begun was waited for.
    void waited() {
        Task<T> task = underWay;
        prompt = task == null || task.answer.isDone();
    }

    /// What the look has found; null if it has not returned, or was for another subject.
    ///
    /// @throws CompletionException with what the look threw
    @Nullable
    T take(Object subject) {
        Task<T> task = underWay;
        if (task == null || !task.answer.isDone()) {
            return null;
        }
        underWay = null;
        return task.subject.equals(subject) ? task.answer.join() : null;
    }
}
