package io.kaon.protocol.tfs;

import java.time.Duration;

/// What may be set about the REST API.
///
/// @param timeout how long a request may wait and run; converting comes on top
/// @param coercion what becomes of values that the type of their input cannot hold
/// @param cors whether pages from other origins may read the answers
public record TfsRestOptions(Duration timeout, Coercion coercion, boolean cors) {}
