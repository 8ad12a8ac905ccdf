package io.kaon.batch;

import io.kaon.model.Cancellation;
import io.kaon.model.ModelSignature;
import io.kaon.tensor.NamedTensors;
import java.util.Set;

/// The native call at the end of the road: what an engine's session does, without its package.
@FunctionalInterface
public interface BatchRun {
    /// @param wanted names of the outputs to compute; empty means all
    /// @param cancellation by which other threads end this run
    NamedTensors run(ModelSignature signature, NamedTensors inputs, Set<String> wanted, Cancellation cancellation);

    /// Whether all the work is done by the thread that calls, so that its processor time is what a run costs.
    default boolean isOnCaller() {
        return false;
    }
}
