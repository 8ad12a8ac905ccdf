package io.kaon.ops;

import java.time.Duration;
import java.util.OptionalLong;

/// Lets one line in a minute into the log, and counts those that it holds back. For lines of which clients choose how
/// many there are. Safe for use by all threads.
public final class LogLimit {
    private static final long PAUSE = Duration.ofMinutes(1).toNanos();

    private boolean logged;
    private long loggedAt;
    private long heldBack;

    /// Asks for one line.
    ///
    /// @param now nanoseconds, as [System#nanoTime()]
    /// @return how many lines have been held back since the last one; empty if this one is held back too
    public synchronized OptionalLong pass(long now) {
        if (logged && now - loggedAt < PAUSE) {
            heldBack++;
            return OptionalLong.empty();
        }
        OptionalLong before = OptionalLong.of(heldBack);
        logged = true;
        loggedAt = now;
        heldBack = 0;
        return before;
    }
}
