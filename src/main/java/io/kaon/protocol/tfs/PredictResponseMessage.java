package io.kaon.protocol.tfs;

import com.google.protobuf.CodedOutputStream;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.tensor.NamedTensors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// A `PredictResponse`, written: byte by byte what protobuf's own classes would write.
final class PredictResponseMessage {
    private static final int OUTPUTS_TAG = 1 << 3 | 2;
    private static final int MODEL_SPEC_TAG = 2 << 3 | 2;
    private static final int KEY = 1;
    private static final int VALUE_TAG = 2 << 3 | 2;
    private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

    private final byte[] message;

    private PredictResponseMessage(byte[] message) {
        this.message = message;
    }

    /// @param spec what answered
    /// @param outputs in the order in which they are written
    /// @throws ServingException TOO_LARGE if a message cannot hold them
    static PredictResponseMessage of(ModelSpec spec, NamedTensors outputs, TfsTensorProto.Form form) {
        Map<String, TensorWriter> writers =
                LinkedHashMap.newLinkedHashMap(outputs.asMap().size());
        outputs.asMap().forEach((name, tensor) -> writers.put(name, new TensorWriter(tensor, form)));
        long size = 1L + CodedOutputStream.computeMessageSizeNoTag(spec);
        for (Map.Entry<String, TensorWriter> output : writers.entrySet()) {
            long entry = entrySize(output.getKey(), output.getValue());
            size += 1 + CodedOutputStream.computeUInt64SizeNoTag(entry) + entry;
        }
        if (size > MOST_BYTES) {
            throw new ServingException(
                    ErrorKind.TOO_LARGE, "the outputs take " + size + " bytes as a message, which holds " + MOST_BYTES);
        }
        byte[] message = new byte[(int) size];
        CodedOutputStream out = CodedOutputStream.newInstance(message);
        try {
            for (Map.Entry<String, TensorWriter> output : writers.entrySet()) {
                out.writeUInt32NoTag(OUTPUTS_TAG);
                out.writeUInt64NoTag(entrySize(output.getKey(), output.getValue()));
                out.writeString(KEY, output.getKey());
                out.writeUInt32NoTag(VALUE_TAG);
                out.writeUInt64NoTag(output.getValue().size());
                output.getValue().write(out);
            }
            out.writeUInt32NoTag(MODEL_SPEC_TAG);
            out.writeMessageNoTag(spec);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("the message was measured", e);
        }
        return new PredictResponseMessage(message);
    }

    /// Of name and tensor, which always are both there.
    private static long entrySize(String name, TensorWriter tensor) {
        long size = tensor.size();
        return CodedOutputStream.computeStringSize(KEY, name)
                + 1
                + CodedOutputStream.computeUInt64SizeNoTag(size)
                + size;
    }

    /// The message as gRPC takes it.
    InputStream stream() {
        return new Written(message);
    }

    /// Bytes that are passed on all at once.
    private static final class Written extends ByteArrayInputStream implements KnownLength, Drainable {
        Written(byte[] message) {
            super(message);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int rest = available();
            target.write(buf, pos, rest);
            pos = count;
            return rest;
        }
    }
}
