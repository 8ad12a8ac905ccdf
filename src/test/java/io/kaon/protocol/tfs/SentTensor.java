package io.kaon.protocol.tfs;

import io.kaon.protocol.tfs.proto.TensorProto;
import java.io.IOException;
import java.io.UncheckedIOException;

/// A client's tensor as the server finds it.
final class SentTensor {
    private SentTensor() {}

    static WireTensor of(TensorProto proto) {
        byte[] bytes = proto.toByteArray();
        try {
            return WireTensor.of(bytes, 0, bytes.length);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
