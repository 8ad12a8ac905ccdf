package io.kaon.lifecycle.watch;

import io.kaon.storage.Location;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// Looks into stores, side by side and each under a name, for which the caller waits no longer than a bound. A
/// look that has not returned by then goes on by itself: no other begins at the same place under its name until
/// it returns, and what it found is then the next answer.
///
/// Used by one thread at a time; the looks run on threads of the executor.
///
/// @param <T> what a look finds
public final class Looks<T> {
    /// How long to wait for all looks together.
    public static final Duration BOUND = Duration.ofSeconds(3);

    private final Executor io;
    private final Duration bound;
    private final Runnable returned;
    private final Map<String, Look<T>> looks = new HashMap<>();
    /// Those that began after the last [#await].
    private final List<Look<T>> fresh = new ArrayList<>();

    /// @param io threads that may hang
    /// @param returned called when a look returns that was not waited for to its end; by the thread that looked, so
    ///     it must not block
    public Looks(Executor io, Duration bound, Runnable returned) {
        this.io = io;
        this.bound = bound;
        this.returned = returned;
    }

    /// @param subject what the look is for: what was found for another subject is no answer
    private record Look<T>(Object subject, Location at, Supplier<T> search, CompletableFuture<T> answer)
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

    /// Whether a look of this name has not returned.
    boolean isUnderWay(String name) {
        Look<T> look = looks.get(name);
        return look != null && !look.answer.isDone();
    }

    /// Begins a look, unless one at the same place has not returned, or has returned late with an answer for the
    /// same subject.
    ///
    /// @return whether it began
    boolean begin(String name, Object subject, Location at, Supplier<T> search) {
        Look<T> before = looks.get(name);
        if (before != null && (before.answer.isDone() ? before.subject.equals(subject) : before.at.equals(at))) {
            return false;
        }
        Look<T> look = new Look<>(subject, at, search, new CompletableFuture<>());
        looks.put(name, look);
        fresh.add(look);
        try {
            io.execute(look);
        } catch (RuntimeException | Error noThread) {
            look.answer.completeExceptionally(noThread);
        }
        return true;
    }

    /// Waits for the looks that have begun since the last call, for all of them together no longer than the bound.
    void await() throws InterruptedException {
        try {
            CompletableFuture<Void> all =
                    CompletableFuture.allOf(fresh.stream().map(Look::answer).toArray(CompletableFuture<?>[]::new));
            Void _ = all.get(bound.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException _) {
            // Each says by itself what became of it.
            for (Look<T> look : fresh) {
                CompletableFuture<T> _ = look.answer.whenComplete((_, _) -> returned.run());
            }
        } finally {
            fresh.clear();
        }
    }

    /// What the look of this name has found; empty if it has not returned.
    ///
    /// @throws java.util.concurrent.CompletionException with what the look threw
    Optional<T> take(String name) {
        Look<T> look = looks.get(name);
        if (look == null || !look.answer.isDone()) {
            return Optional.empty();
        }
        looks.remove(name);
        return Optional.of(look.answer.join());
    }

    /// Forgets the looks of other names; what they find is of no use any more.
    void retain(Set<String> names) {
        looks.keySet().retainAll(names);
    }
}
