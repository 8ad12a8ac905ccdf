package io.kaon.batch;

import java.time.Duration;

/// The moment after which the caller no longer waits for an answer, on the clock of [System#nanoTime()].
///
/// @param nanos that moment; [Long#MAX_VALUE] for never
public record Deadline(long nanos) {
    public static final Deadline NEVER = new Deadline(Long.MAX_VALUE);

    /// Waits longer than this outlive the process, and sums with them would not fit the clock.
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    /// @param now the present, in nanoseconds
    /// @param wait of any length: protocols let clients ask for millennia
    public static Deadline after(long now, Duration wait) {
        if (wait.compareTo(FOR_EVER) >= 0) {
            return NEVER;
        }
        long moment = now + wait.toNanos();
        // Long.MAX_VALUE means never; the clock's origin is arbitrary, so it can be hit by chance.
        return new Deadline(moment == Long.MAX_VALUE ? moment - 1 : moment);
    }

    public boolean isNever() {
        return nanos == Long.MAX_VALUE;
    }

    public boolean hasPassed(long now) {
        return !isNever() && nanos - now <= 0;
    }

    /// Nanoseconds from `now`; negative when it has passed. Only for deadlines that come.
    public long remaining(long now) {
        return nanos - now;
    }
}
