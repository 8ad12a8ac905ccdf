package io.kaon.lifecycle.load;

import io.kaon.engine.EngineSession;
import io.kaon.engine.TimedRuns;
import io.kaon.model.ModelSignature;
import io.kaon.model.ZeroInputs;
import io.kaon.tensor.NamedTensors;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/// Measures how long a run of a session takes at least, on zeros. A session that is quick runs once; another few times,
/// and for little more than a second.
final class ShortestRun {
    private static final int RUNS = 3;
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final Duration quick;
    private final LongSupplier clock;
    private final ScheduledExecutorService timer;

    /// @param quick a run that takes no longer need not be measured again
    /// @param clock nanoseconds
    /// @param timer ends runs that exceed the bound
    ShortestRun(Duration quick, LongSupplier clock, ScheduledExecutorService timer) {
        this.quick = quick;
        this.clock = clock;
        this.timer = timer;
    }

    /// Of the first signature that can be tried; nothing if it does not take zeros, or there is none.
    ///
    /// @param bound of all runs together
    Optional<Long> nanos(EngineSession session, Duration bound) {
        for (ModelSignature signature : session.signatures().values()) {
            List<NamedTensors> zeros = signature.traits().mayBeTried() ? ZeroInputs.of(signature) : List.of();
            if (!zeros.isEmpty()) {
                try {
                    return Optional.of(nanos(new TimedRuns(session, bound, clock, timer), signature, zeros));
                } catch (RuntimeException _) {
                    // Warm-up will say so.
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private long nanos(TimedRuns timed, ModelSignature signature, List<NamedTensors> zeros) {
        long began = clock.getAsLong();
        NamedTensors accepted = ZeroInputs.accepted(zeros, inputs -> timed.run(signature, inputs));
        // What the first run takes is a bound: a model that is quick at once need not run again.
        long least = clock.getAsLong() - began;
        for (int i = 0; i < RUNS && least >= quick.toNanos(); i++) {
            long before = clock.getAsLong();
            NamedTensors _ = timed.run(signature, accepted);
            long after = clock.getAsLong();
            least = Math.min(least, after - before);
            if (after - began > LONGEST.toNanos()) {
                break;
            }
        }
        return least;
    }
}
