package io.kaon.protocol.tfs;

import io.kaon.protocol.tfs.example.ExampleOutputs;
import java.time.Duration;
import java.util.Map;

/// What may be set about the REST API.
///
/// @param timeout how long a request may wait and run; converting comes on top. Zero or less is for as long as it
///     takes, as in TensorFlow Serving
/// @param coercion what becomes of values that the type of their input cannot hold
/// @param cors whether pages from other origins may read the answers
/// @param outputs what is said about the outputs of models, by model name
public record TfsRestOptions(Duration timeout, Coercion coercion, boolean cors, Map<String, ExampleOutputs> outputs) {
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    public TfsRestOptions {
        timeout = timeout.isPositive() ? timeout : FOR_EVER;
        outputs = Map.copyOf(outputs);
    }
}
