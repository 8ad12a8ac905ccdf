package io.kaon.storage.remote;

import java.io.IOException;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Makes requests again that failed for a reason that passes, a few times, with pauses that double. For stores
/// whose client library does so by itself only without an end, or in a way of its own for each protocol, and is
/// told to try once.
///
/// An interrupt ends it. Safe for use by several threads.
public final class Attempts {
    private final int most;
    private final Duration firstPause;
    private final DoubleSupplier random;
    private final Predicate<Exception> passes;

    /// @param most requests, with the first one
    /// @param firstPause at most; at least half of it
    /// @param random from 0 to 1, so that requests which failed together are not made again together
    /// @param passes whether a failure is worth asking again
    public Attempts(int most, Duration firstPause, DoubleSupplier random, Predicate<Exception> passes) {
        this.most = most;
        this.firstPause = firstPause;
        this.random = random;
        this.passes = passes;
    }

    /// A request, from asking to the last byte of its answer.
    @FunctionalInterface
    public interface Request<T extends @Nullable Object> {
        T make() throws IOException;
    }

    /// @throws IOException of the last attempt, as what the request throws besides
    public <T extends @Nullable Object> T of(Request<T> request) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return request.make();
            } catch (IOException | RuntimeException failure) {
                if (attempt == most
                        || Thread.currentThread().isInterrupted()
                        || !passes.test(failure)
                        || !isOver(attempt)) {
                    throw failure;
                }
            }
        }
    }

    /// Waits.
    ///
    /// @return false if it was interrupted
    private boolean isOver(int attempt) {
        long longest = firstPause.toMillis() << (attempt - 1);
        try {
            Thread.sleep(Math.round(longest * (1 + random.getAsDouble()) / 2));
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
