package io.kaon.batch;

import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.time.Duration;
import java.util.List;

/// A run in progress, as [RunWatch] sees it. Made by the thread that runs, looked at by the one that watches.
final class WatchedRun {
    /// A native call that has been told to end may go on until its operator has returned. Callers wait no longer.
    static final long GRACE_NANOS = Duration.ofSeconds(2).toNanos();

    private final List<InferenceRequest> batch;
    private final long began;
    private final long limitNanos;
    private final Cancellation cancellation;
    private volatile boolean timeIsUp;
    private boolean callersTold;

    /// @param batch whose callers wait for it; empty if no client does
    /// @param began nanoseconds, of the clock that the watch has too
    /// @param limitNanos how long it may take
    WatchedRun(List<InferenceRequest> batch, long began, long limitNanos) {
        this.batch = batch;
        this.began = began;
        this.limitNanos = limitNanos;
        this.cancellation = new Cancellation(Math.min(limitNanos, untilLastDeadline(batch, began)));
    }

    /// Some engines must know beforehand when a run is to end, and no caller waits any longer than that.
    private static long untilLastDeadline(List<InferenceRequest> batch, long now) {
        long longest = batch.isEmpty() ? Long.MAX_VALUE : 1;
        for (InferenceRequest request : batch) {
            Deadline deadline = request.deadline();
            longest = Math.max(longest, deadline.isNever() ? Long.MAX_VALUE : deadline.remaining(now));
        }
        return longest;
    }

    /// For the engine.
    Cancellation cancellation() {
        return cancellation;
    }

    /// Whether the run was ended because it took too long: by the watch, or by the engine, which knows the limit too.
    ///
    /// @param now nanoseconds
    boolean isTimeUp(long now) {
        return timeIsUp || now - began >= limitNanos;
    }

    /// Whether the run was ended, for whatever reason.
    boolean isEnded() {
        return cancellation.isCancelled();
    }

    /// Ends the run if its time is up or its last caller has left.
    ///
    /// @param now nanoseconds
    void look(long now) {
        long takes = now - began;
        if (takes >= limitNanos) {
            if (!timeIsUp) {
                timeIsUp = true;
                boolean _ = cancellation.cancel();
            } else if (!callersTold && takes - limitNanos >= GRACE_NANOS) {
                callersTold = true;
                batch.forEach(request -> request.fail(tooLong()));
            }
        } else if (!batch.isEmpty() && hasNoCaller()) {
            boolean _ = cancellation.cancel();
        }
    }

    private boolean hasNoCaller() {
        for (InferenceRequest request : batch) {
            if (!request.isAbandoned()) {
                return false;
            }
        }
        return true;
    }

    /// What callers are told whose run took too long.
    ServingException tooLong() {
        return new ServingException(
                ErrorKind.DEADLINE_EXCEEDED,
                "the run was ended: it took longer than a run of this server may, " + Duration.ofNanos(limitNanos)
                        + " (kaon.run.timeout)");
    }
}
