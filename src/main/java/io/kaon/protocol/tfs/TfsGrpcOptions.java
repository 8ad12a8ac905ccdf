package io.kaon.protocol.tfs;

import io.kaon.serving.InFlightBytes;

/// What the operator may set about gRPC.
///
/// @param inFlight what the decoded inputs of all requests may take together, and so those of one
/// @param tensorContent whether answers carry `tensor_content`, which not every client reads, instead of typed values
/// @param coercion what becomes of values that an input's type cannot hold
public record TfsGrpcOptions(InFlightBytes inFlight, boolean tensorContent, Coercion coercion) {}
