package io.kaon.protocol.tfs;

import io.kaon.lifecycle.declaration.ModelOptions;
import io.kaon.lifecycle.declaration.VersionOptions;
import java.nio.file.Files;
import java.nio.file.Path;

/// Versions that bring batching parameters of their own, as TensorFlow Serving reads them with
/// `--enable_per_model_batching_params`.
public final class TfsVersionOptions implements VersionOptions {
    private static final String BATCHING = "batching_params.pbtxt";

    /// @throws ServingException INVALID_REQUEST, naming the file and what is wrong in it
    @Override
    public ModelOptions of(Path directory, ModelOptions declared) {
        Path file = directory.resolve(BATCHING);
        return Files.exists(file)
                ? declared.withBatching(TfsBatchingParameters.policy(file, declared.batching()))
                : declared;
    }
}
