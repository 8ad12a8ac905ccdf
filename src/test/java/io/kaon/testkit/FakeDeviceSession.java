package io.kaon.testkit;

import io.kaon.engine.EngineSession;
import io.kaon.model.Cancellation;
import io.kaon.model.ModelSignature;
import io.kaon.tensor.NamedTensors;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A session that says of itself that another device computes it.
///
/// @param fault of the device; null if it has none
record FakeDeviceSession(
        EngineSession session, String device, @Nullable String fault) implements EngineSession {
    @Override
    public Map<String, ModelSignature> signatures() {
        return session.signatures();
    }

    @Override
    public NamedTensors run(
            ModelSignature signature, NamedTensors inputs, Set<String> wanted, Cancellation cancellation) {
        return session.run(signature, inputs, wanted, cancellation);
    }

    @Override
    public boolean isOnCaller() {
        return false;
    }

    @Override
    public void close() {
        session.close();
    }
}
