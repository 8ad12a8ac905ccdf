package io.kaon.lifecycle;

import io.kaon.batch.Deadline;
import io.kaon.batch.InferenceRequest;
import io.kaon.engine.EngineSession;
import io.kaon.model.Cancellation;
import io.kaon.model.ModelSignature;
import io.kaon.model.ZeroInputs;
import io.kaon.serving.LoadedModel;
import io.kaon.tensor.NamedTensors;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/// Runs a fresh model a few times on zeros, so that the first request does not pay for what is done once, and so that
/// the batcher knows beforehand what a run costs.
///
/// Signatures that change what later calls answer are left alone, for nobody has asked for the change.
///
/// A model that fails on zeros is not broken for it: zero can be an index that is out of range, or a length that
/// cannot be. Its runs start on the lanes until the first requests have shown what they cost.
final class WarmUp {
    static final int MOST_RUNS = 20;
    static final Duration LONGEST = Duration.ofMillis(200);

    private static final Logger LOG = Logger.getLogger(WarmUp.class);

    private WarmUp() {}

    /// Called on a platform thread, before anybody can borrow the model.
    ///
    /// @param clock nanoseconds
    static void run(LoadedModel model, EngineSession session, LongSupplier clock) {
        for (ModelSignature signature : model.signatures().values()) {
            if (!signature.traits().mayBeTried()) {
                continue;
            }
            List<NamedTensors> zeros = ZeroInputs.of(signature);
            if (zeros.isEmpty()) {
                LOG.infof(
                        "model=%s signature=%s not warmed up: its inputs take more than %d bytes",
                        model.id(), signature.name(), ZeroInputs.MOST_BYTES);
                continue;
            }
            try {
                run(model, session, signature, zeros, clock);
            } catch (RuntimeException failure) {
                LOG.infof(
                        "model=%s signature=%s not warmed up, it refuses zeros: %s",
                        model.id(), signature.name(), failure.getMessage());
            }
        }
    }

    private static void run(
            LoadedModel model,
            EngineSession session,
            ModelSignature signature,
            List<NamedTensors> zeros,
            LongSupplier clock) {
        long began = clock.getAsLong();
        // The first run allocates and compiles: it says nothing about the runs to come, so it is not measured.
        NamedTensors taken =
                ZeroInputs.accepted(zeros, inputs -> session.run(signature, inputs, Set.of(), Cancellation.NEVER));
        InferenceRequest request = new InferenceRequest(signature, taken, Set.of(), Deadline.NEVER, Runnable::run);
        int runs = 0;
        do {
            model.warmUp(request);
            runs++;
        } while (runs < MOST_RUNS && clock.getAsLong() - began < LONGEST.toNanos());
    }
}
