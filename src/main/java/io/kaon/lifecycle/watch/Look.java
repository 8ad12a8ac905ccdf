package io.kaon.lifecycle.watch;

import io.kaon.storage.Location;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One place that is looked at again and again, one look at a time. A look that has not returned goes on by itself: no
/// other begins at the same place until it returns.
///
/// Used by one thread at a time; the looks run on threads of the executor.
///
/// @param <T> what a look finds
final class Look<T> {
    /// How long a poll waits for its looks: longer, and the place is slow.
    static final Duration PROMPT = Duration.ofMillis(100);

    private final Executor io;
    private final LongSupplier clock;
    private @Nullable Task<T> underWay;
    private long began;
    /// Whether the last look returned soon. So does a place that was never looked at.
    private boolean prompt = true;

    /// @param io threads that may hang
    /// @param clock nanoseconds
    Look(Executor io, LongSupplier clock) {
        this.io = io;
        this.clock = clock;
    }

    /// @param took nanoseconds; there before the answer is
    private record Task<T>(
            Object subject,
            Location at,
            Supplier<T> search,
            LongSupplier clock,
            AtomicLong took,
            CompletableFuture<T> answer)
            implements Runnable {
        @Override
        public void run() {
            long before = clock.getAsLong();
            T found;
            try {
                found = search.get();
            } catch (RuntimeException | Error failure) {
                took.set(clock.getAsLong() - before);
                answer.completeExceptionally(failure);
                return;
            }
            took.set(clock.getAsLong() - before);
            answer.complete(found);
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
        Task<T> task = new Task<>(subject, at, search, clock, new AtomicLong(), new CompletableFuture<>());
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

    private long untilHanging(long now, Duration bound) {
        return bound.toNanos() - (now - began);
    }

    /// Whether the look that is under way counts as one that hangs.
    boolean hangs(long now, Duration bound) {
        return isUnderWay() && untilHanging(now, bound) <= 0;
    }

    /// What to say of a look that hangs.
    static String hanging(Location at) {
        return "the look into " + at + " has not returned; no other begins until it does";
    }

    /// Nanoseconds until the look that is under way counts as one that hangs, or else until the next one is due;
    /// [Long#MAX_VALUE] if nothing is to come.
    ///
    /// @param comes whether a next one comes by itself
    long untilDue(long now, Duration bound, boolean comes, long due) {
        if (isUnderWay()) {
            return hangs(now, bound) ? Long.MAX_VALUE : untilHanging(now, bound);
        }
        return comes ? Math.max(0, due - now) : Long.MAX_VALUE;
    }

    /// What a poll waits for of a look that has begun: nothing where the place was slow before, and then it is told.
    @Nullable
    CompletableFuture<?> worthWaitingFor(CompletableFuture<?> answer, Runnable returned) {
        if (prompt) {
            return answer;
        }
        CompletableFuture<?> _ = answer.whenComplete((_, _) -> returned.run());
        return null;
    }

    /// Whether waiting for this place is worth while.
    boolean isPrompt() {
        return prompt;
    }

    /// The look that has begun was waited for: if it has not returned, the next one need not be.
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
        prompt = task.took.get() <= PROMPT.toNanos();
        return task.subject.equals(subject) ? task.answer.join() : null;
    }
}
