package io.kaon.testkit;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A protobuf message of any schema, field by field, to be changed and written again with lengths that are right.
///
/// What a field of bytes holds is not written anywhere: whatever reads as a message is taken for one.
final class ProtoTree {
    private static final int MAX_DEPTH = 40;
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LEN = 2;
    private static final int FIXED32 = 5;

    /// One field.
    static final class Field {
        int number;
        private final int wire;
        /// Of the varint and fixed types.
        long value;
        /// Of a field with a length, unless it is a message.
        byte[] bytes = {};
        /// Of a message.
        @Nullable
        ProtoTree message;

        private Field(int number, int wire) {
            this.number = number;
            this.wire = wire;
        }

        boolean isNumber() {
            return wire != LEN;
        }

        Field copy() {
            Field copy = new Field(number, wire);
            copy.value = value;
            copy.bytes = bytes.clone();
            copy.message = message == null ? null : ProtoTree.parse(message.toBytes(), 0);
            return copy;
        }
    }

    final List<Field> fields = new ArrayList<>();

    /// Null for bytes that are no message.
    static @Nullable ProtoTree parse(byte[] bytes) {
        return parse(bytes, 0);
    }

    private static @Nullable ProtoTree parse(byte[] bytes, int depth) {
        if (depth > MAX_DEPTH || bytes.length == 0) {
            return null;
        }
        ProtoTree tree = new ProtoTree();
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        try {
            while (!in.isAtEnd()) {
                int tag = in.readTag();
                Field field = new Field(tag >>> 3, tag & 7);
                switch (field.wire) {
                    case VARINT -> field.value = in.readRawVarint64();
                    case FIXED64 -> field.value = in.readRawLittleEndian64();
                    case FIXED32 -> field.value = in.readRawLittleEndian32();
                    case LEN -> {
                        field.bytes = in.readByteArray();
                        field.message = parse(field.bytes, depth + 1);
                    }
                    default -> {
                        return null;
                    }
                }
                tree.fields.add(field);
            }
            return tree;
        } catch (IOException _) {
            return null;
        }
    }

    /// This message and all below it.
    List<ProtoTree> messages() {
        List<ProtoTree> all = new ArrayList<>();
        collect(all);
        return all;
    }

    private void collect(List<ProtoTree> all) {
        all.add(this);
        for (Field field : fields) {
            if (field.message != null) {
                field.message.collect(all);
            }
        }
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            for (Field field : fields) {
                out.writeUInt32NoTag(field.number << 3 | field.wire);
                switch (field.wire) {
                    case VARINT -> out.writeUInt64NoTag(field.value);
                    case FIXED64 -> out.writeFixed64NoTag(field.value);
                    case FIXED32 -> out.writeFixed32NoTag((int) field.value);
                    default -> out.writeByteArrayNoTag(field.message == null ? field.bytes : field.message.toBytes());
                }
            }
            out.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
