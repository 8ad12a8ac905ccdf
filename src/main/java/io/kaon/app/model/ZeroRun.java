package io.kaon.app.model;

import io.kaon.engine.EngineSession;
import io.kaon.model.Cancellation;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.ZeroInputs;
import io.kaon.storage.ByteSize;
import io.kaon.tensor.NamedTensors;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// What came of running one signature on zeros.
sealed interface ZeroRun {
    /// @param time of a run that was not the first
    record Ran(Duration time, NamedTensors outputs) implements ZeroRun {}

    /// It was left out; this says nothing against the model.
    record Skipped(String why) implements ZeroRun {}

    record Failed(String why) implements ZeroRun {}

    static ZeroRun of(ModelSignature signature, EngineSession session) {
        if (signature.traits().refusal() != null) {
            return new Skipped("it cannot be called: " + signature.traits().refusal());
        }
        if (signature.traits().changesState()) {
            return new Skipped("it changes what later calls answer");
        }
        List<NamedTensors> zeros = ZeroInputs.of(signature);
        if (zeros.isEmpty()) {
            return new Skipped("its inputs take more than " + ByteSize.text(ZeroInputs.MOST_BYTES));
        }
        try {
            NamedTensors accepted =
                    ZeroInputs.accepted(zeros, inputs -> session.run(signature, inputs, Set.of(), Cancellation.NEVER));
            long began = System.nanoTime();
            NamedTensors outputs = session.run(signature, accepted, Set.of(), Cancellation.NEVER);
            return new Ran(Duration.ofNanos(System.nanoTime() - began), outputs);
        } catch (ServingException failure) {
            return new Failed(String.valueOf(failure.getMessage()));
        }
    }
}
