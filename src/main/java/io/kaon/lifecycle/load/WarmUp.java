package io.kaon.lifecycle.load;

import io.kaon.batch.Deadline;
import io.kaon.batch.InferenceRequest;
import io.kaon.engine.EngineSession;
import io.kaon.engine.TimedRuns;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.ZeroInputs;
import io.kaon.serving.LoadedModel;
import io.kaon.tensor.NamedTensors;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Runs a fresh model a few times on zeros, so that the first request does not pay for what is done once, and so that
/// the batcher knows beforehand what a run costs.
///
/// Signatures that change what later calls answer are left alone, for no client has asked for the change.
///
/// A model that fails on zeros is not broken for it: zero can be an index that is out of range, a length that
/// cannot be, or a number on which a loop does not end. Its runs start on the lanes until the first requests
/// have shown what they cost. Only a version of which the engine says for every signature that it can answer
/// no request ([ErrorKind#MODEL_BROKEN]) is refused.
public final class WarmUp {
    static final int MOST_RUNS = 20;
    static final Duration LONGEST = Duration.ofMillis(200);

    private static final Logger LOG = Logger.getLogger(WarmUp.class);

    private final LongSupplier clock;
    private final ScheduledExecutorService timer;

    /// @param clock nanoseconds
    /// @param timer ends a run that exceeds the bound
    public WarmUp(LongSupplier clock, ScheduledExecutorService timer) {
        this.clock = clock;
        this.timer = timer;
    }

    /// Called on a platform thread, before a request can borrow the model.
    ///
    /// @param bound of the first runs of all signatures together; zero for no warm-up
    /// @throws ServingException MODEL_BROKEN if no signature can answer
    void run(LoadedModel model, EngineSession session, Duration bound) {
        if (bound.isZero()) {
            return;
        }
        TimedRuns timed = new TimedRuns(session, bound, clock, timer);
        ServingException broken = null;
        int sound = 0;
        for (ModelSignature signature : model.signatures().values()) {
            RuntimeException failure = failureOf(model, timed, signature, bound);
            if (failure instanceof ServingException fault && fault.kind() == ErrorKind.MODEL_BROKEN) {
                broken = broken == null ? fault : broken;
            } else {
                sound++;
            }
        }
        if (broken != null && sound == 0) {
            throw broken;
        }
    }

    private @Nullable RuntimeException failureOf(
            LoadedModel model, TimedRuns timed, ModelSignature signature, Duration bound) {
        if (!signature.traits().mayBeTried()) {
            return null;
        }
        List<NamedTensors> zeros = ZeroInputs.of(signature);
        if (zeros.isEmpty()) {
            LOG.infof(
                    "model=%s signature=%s not warmed up: its inputs take more than %d bytes",
                    model.id(), signature.name(), ZeroInputs.MOST_BYTES);
            return null;
        }
        try {
            run(model, timed, signature, zeros);
            return null;
        } catch (RuntimeException failure) {
            if (timed.isOver()) {
                LOG.warnf(
                        "model=%s signature=%s not warmed up: its runs on zeros took longer than "
                                + "kaon.load.warm-up-timeout, %d ms; its first requests run on lanes",
                        model.id(), signature.name(), bound.toMillis());
            } else {
                LOG.infof(
                        "model=%s signature=%s not warmed up, it refuses zeros: %s",
                        model.id(), signature.name(), failure.getMessage());
            }
            return failure;
        }
    }

    private void run(LoadedModel model, TimedRuns timed, ModelSignature signature, List<NamedTensors> zeros) {
        long began = clock.getAsLong();
        // The first run allocates and compiles: it says nothing about the runs to come, so it is not measured.
        NamedTensors accepted = ZeroInputs.accepted(zeros, inputs -> timed.run(signature, inputs));
        InferenceRequest request = new InferenceRequest(signature, accepted, Set.of(), Deadline.NEVER, Runnable::run);
        int runs = 0;
        do {
            model.warmUp(request);
            runs++;
        } while (runs < MOST_RUNS && clock.getAsLong() - began < LONGEST.toNanos());
    }
}
