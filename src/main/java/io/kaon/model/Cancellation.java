package io.kaon.model;

import org.jspecify.annotations.Nullable;

/// Ends one run of a model. The thread that runs hands it to the engine, any other thread may [#cancel].
///
/// One object is for one run, and is cancelled once and for all. A thread could reuse one for all its runs; but then
/// the thread that cancels would have to say which run it means, and could still hit the next one. An object of its own
/// costs a run a few nanoseconds and 32 bytes, beside those of its request, its answer and its tensors.
///
/// Engines put each native call between [#arm] and [#disarm]; a run may be several calls. What ends a call is given
/// to [#arm], and is run by the thread that cancels, never outside these two. Safe for use by several threads.
public final class Cancellation {
    /// Of runs that are never ended. Shared by all of them: nothing is kept in it.
    public static final Cancellation NEVER = new Cancellation(Long.MAX_VALUE);

    private final long limitNanos;
    private volatile boolean cancelled;

    /// Of the native call in progress.
    private @Nullable Runnable terminate;

    /// @param limitNanos the longest time that the run may take, see [#limitNanos()]
    public Cancellation(long limitNanos) {
        if (limitNanos <= 0) {
            throw new IllegalArgumentException("a run of " + limitNanos + " ns");
        }
        this.limitNanos = limitNanos;
    }

    /// The longest time that the run may take from its beginning, in nanoseconds; [Long#MAX_VALUE] if there is none.
    /// For engines that must know it beforehand; the others leave it to the thread that cancels.
    public long limitNanos() {
        return limitNanos;
    }

    /// A native call begins. Called by the thread that runs.
    ///
    /// @param terminate ends that call soon; short, throws nothing, and may come before the call has really begun
    /// @throws ServingException CANCELLED if the run has been cancelled already; then there is nothing to disarm
    public void arm(Runnable terminate) {
        if (this == NEVER) {
            return;
        }
        synchronized (this) {
            if (cancelled) {
                throw ended(null);
            }
            this.terminate = terminate;
        }
    }

    /// The native call has ended, in whatever way. When this returns, `terminate` is not running and will not be.
    public void disarm() {
        if (this == NEVER) {
            return;
        }
        synchronized (this) {
            terminate = null;
        }
    }

    /// Ends the run: the native call in progress, if there is one, and those that would follow.
    ///
    /// @return whether it was this call that cancelled; false when another was first, and always of [#NEVER]
    public boolean cancel() {
        if (this == NEVER) {
            return false;
        }
        synchronized (this) {
            if (cancelled) {
                return false;
            }
            cancelled = true;
            if (terminate != null) {
                terminate.run();
            }
            return true;
        }
    }

    /// Whether [#cancel] has been called. The run may nevertheless have ended as usual.
    public boolean isCancelled() {
        return cancelled;
    }

    /// What an engine throws when a run has been ended.
    ///
    /// @param cause what the engine's library said; null if it was not asked
    public static ServingException ended(@Nullable Throwable cause) {
        return new ServingException(ErrorKind.CANCELLED, "the run was ended before it had an answer", cause);
    }
}
