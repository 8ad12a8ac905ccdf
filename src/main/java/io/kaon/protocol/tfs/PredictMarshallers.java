package io.kaon.protocol.tfs;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import java.io.IOException;
import java.io.InputStream;

/// How gRPC reads the requests of Predict and writes their answers: without protobuf's classes for tensors, which copy
/// each element twice. `bench/RATIONALE.md` says what that saves.
final class PredictMarshallers {
    /// Predict with messages of ours.
    static final MethodDescriptor<PredictRequestMessage, PredictResponseMessage> METHOD =
            PredictionServiceGrpc.getPredictMethod().toBuilder(new Requests(), new Answers())
                    .build();

    private PredictMarshallers() {}

    private static final class Requests implements Marshaller<PredictRequestMessage> {
        @Override
        public PredictRequestMessage parse(InputStream stream) {
            try {
                return PredictRequestMessage.of(bytes(stream));
            } catch (IOException malformed) {
                // What gRPC's own marshaller throws.
                throw Status.INTERNAL
                        .withDescription("Invalid protobuf byte sequence")
                        .withCause(malformed)
                        .asRuntimeException();
            }
        }

        /// The message is whole when gRPC asks for it, so what is available is all; reading until there is no more
        /// would copy it twice. Of a compressed one the length is not known.
        private static byte[] bytes(InputStream stream) throws IOException {
            if (!(stream instanceof KnownLength)) {
                return stream.readAllBytes();
            }
            byte[] bytes = new byte[stream.available()];
            int read = stream.readNBytes(bytes, 0, bytes.length);
            if (read < bytes.length) {
                throw new IOException("the message ends after " + read + " of " + bytes.length + " bytes");
            }
            return bytes;
        }

        @Override
        public InputStream stream(PredictRequestMessage message) {
            throw new UnsupportedOperationException("a server sends no requests");
        }
    }

    private static final class Answers implements Marshaller<PredictResponseMessage> {
        @Override
        public InputStream stream(PredictResponseMessage answer) {
            return answer.stream();
        }

        @Override
        public PredictResponseMessage parse(InputStream stream) {
            throw new UnsupportedOperationException("a server gets no answers");
        }
    }
}
