package io.kaon.testkit;

import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.model.Cancellation;
import io.kaon.model.ModelSignature;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Tensor;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;

/// Short ways to a session, and to call it with its default signature.
public final class Sessions {
    private Sessions() {}

    /// With default settings.
    public static EngineSession load(Engine engine, Path directory) {
        return load(engine, directory, EngineSettings.defaults());
    }

    public static EngineSession load(Engine engine, Path directory, EngineSettings settings) {
        return engine.inspect(directory).load(directory, settings);
    }

    public static ModelSignature signature(EngineSession session) {
        return Objects.requireNonNull(session.signatures().get(ModelSignature.DEFAULT_NAME), "no default signature");
    }

    public static NamedTensors run(EngineSession session, NamedTensors inputs, String... wanted) {
        return session.run(signature(session), inputs, Set.of(wanted), Cancellation.NEVER);
    }

    /// Runs a model with the input `x` and the output `y`.
    public static Tensor run(EngineSession session, Tensor x) {
        return Tensors.get(run(session, NamedTensors.of("x", x), "y"), "y");
    }
}
