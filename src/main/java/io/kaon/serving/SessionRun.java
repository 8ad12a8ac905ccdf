package io.kaon.serving;

import io.kaon.batch.BatchRun;
import io.kaon.engine.EngineSession;
import io.kaon.model.Cancellation;
import io.kaon.model.ModelSignature;
import io.kaon.tensor.NamedTensors;
import java.util.Set;

/// An engine's session as the batcher knows it.
record SessionRun(EngineSession session) implements BatchRun {
    @Override
    public NamedTensors run(
            ModelSignature signature, NamedTensors inputs, Set<String> wanted, Cancellation cancellation) {
        return session.run(signature, inputs, wanted, cancellation);
    }

    @Override
    public boolean isOnCaller() {
        return session.isOnCaller();
    }
}
