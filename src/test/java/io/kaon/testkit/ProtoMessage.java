package io.kaon.testkit;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// A protobuf message under construction, field by field: enough to write ONNX files without generated classes.
final class ProtoMessage {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    ProtoMessage number(int field, long value) {
        return write(out -> out.writeInt64(field, value));
    }

    ProtoMessage real(int field, float value) {
        return write(out -> out.writeFloat(field, value));
    }

    ProtoMessage text(int field, String value) {
        return write(out -> out.writeString(field, value));
    }

    ProtoMessage bytes(int field, byte[] value) {
        return write(out -> out.writeByteArray(field, value));
    }

    ProtoMessage message(int field, ProtoMessage value) {
        return bytes(field, value.toBytes());
    }

    /// The fields of another message.
    ProtoMessage message(ProtoMessage fields) {
        bytes.writeBytes(fields.toBytes());
        return this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    private ProtoMessage write(Field field) {
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            field.writeTo(out);
            out.flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Field {
        void writeTo(CodedOutputStream out) throws IOException;
    }
}
