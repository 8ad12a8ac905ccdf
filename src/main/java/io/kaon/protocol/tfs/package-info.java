/// TensorFlow Serving's API, over REST and over gRPC: the same addresses, messages, texts and status codes, so that its
/// clients cannot tell the difference. The messages are in `src/main/proto/tfs`; what is generated from them stays in
/// the package `proto` below this one.
@NullMarked
package io.kaon.protocol.tfs;

import org.jspecify.annotations.NullMarked;
