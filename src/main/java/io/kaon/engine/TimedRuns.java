package io.kaon.engine;

import io.kaon.model.Cancellation;
import io.kaon.model.ModelSignature;
import io.kaon.tensor.NamedTensors;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Runs that no client has asked for, all of which together have a bound in time. The run that exceeds it is cancelled,
/// and those after it do not begin. Used by one thread.
public final class TimedRuns {
    private final EngineSession session;
    private final LongSupplier clock;
    private final ScheduledExecutorService timer;
    private final long until;

    /// @param bound from now on
    /// @param clock nanoseconds
    /// @param timer cancels
    public TimedRuns(EngineSession session, Duration bound, LongSupplier clock, ScheduledExecutorService timer) {
        this.session = session;
        this.clock = clock;
        this.timer = timer;
        this.until = clock.getAsLong() + bound.toNanos();
    }

    /// Whether the time is over.
    public boolean isOver() {
        return until - clock.getAsLong() <= 0;
    }

    /// Computes all outputs.
    ///
    /// @throws io.kaon.model.ServingException as the engine; CANCELLED when the time is over
    public NamedTensors run(ModelSignature signature, NamedTensors inputs) {
        long left = until - clock.getAsLong();
        if (left <= 0) {
            throw Cancellation.ended(null);
        }
        Cancellation cancellation = new Cancellation(left);
        ScheduledFuture<?> alarm = timer.schedule(cancellation::cancel, left, TimeUnit.NANOSECONDS);
        try {
            return session.run(signature, inputs, Set.of(), cancellation);
        } finally {
            boolean _ = alarm.cancel(false);
        }
    }
}
