package io.kaon.protocol.tfs;

import java.time.Duration;

/// What may be set about the REST API.
///
/// @param timeout how long a request may wait and run; converting comes on top. Zero or less is for as long as it
///     takes, as in TensorFlow Serving
/// @param coercion what becomes of values that the type of their input cannot hold
/// @param cors whether pages from other origins may read the answers
public record TfsRestOptions(Duration timeout, Coercion coercion, boolean cors) {
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    public TfsRestOptions {
        timeout = timeout.isPositive() ? timeout : FOR_EVER;
    }
}
