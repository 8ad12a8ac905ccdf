/// Asks a server over TensorFlow Serving's gRPC API, with the words and values that REST has. Nothing of the server
/// uses it.
@NullMarked
package io.kaon.protocol.tfs.client;

import org.jspecify.annotations.NullMarked;
