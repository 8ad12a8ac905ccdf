package io.kaon.batch;

import java.time.Duration;
import org.jboss.logging.Logger;

/// Whether a model's runs may happen on event loops, as far as its past runs there say. What a run costs is
/// predicted from sizes, and the time of a loop follows from values: it may be short 800 times and then take
/// seconds. So a model whose run had to be ended on an event loop stays away from there, and longer each time.
///
/// Safe for use by all threads.
final class InPlace {
    /// Runs on lanes with which a signature begins whose duration varies.
    private static final int FIRST_ON_LANES = 1000;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(30);

    private static final Logger LOG = Logger.getLogger(InPlace.class);

    private final String model;
    private volatile boolean forbidden;
    private volatile long until;
    private Duration pause = FIRST_PAUSE;
    /// Of signatures with loops or branches. A lost count is as good as one more run.
    private int onLanes;

    /// @param model for log lines
    InPlace(String model) {
        this.model = model;
    }

    /// @param durationVaries whether how long a run takes follows from values
    /// @param now nanoseconds
    boolean allows(boolean durationVaries, long now) {
        if (durationVaries && onLanes < FIRST_ON_LANES) {
            onLanes++;
            return false;
        }
        if (forbidden && now - until >= 0) {
            forbidden = false;
        }
        return !forbidden;
    }

    /// A run has taken too long.
    ///
    /// @param now nanoseconds
    synchronized void forbid(long now) {
        if (forbidden && until - now > 0) {
            // Another event loop has found out at the same time.
            return;
        }
        until = now + pause.toNanos();
        forbidden = true;
        LOG.infof(
                "model=%s a run on an event loop was ended after %d ms, and runs again on a lane, like all its runs for "
                        + "the next %d s",
                model, RunWatch.IN_PLACE.toMillis(), pause.toSeconds());
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }
}
