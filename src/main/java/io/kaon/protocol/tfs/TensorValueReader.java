package io.kaon.protocol.tfs;

import com.google.protobuf.CodedInputStream;
import io.kaon.tensor.DataType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// The elements of one tensor message, by the rules that [TfsTensorProto] states. Allocates what the elements take; the
/// caller has compared that with the limit.
final class TensorValueReader {
    private static final byte[] EMPTY = {};

    private final String name;
    private final WireTensor message;
    private final int elements;

    TensorValueReader(String name, WireTensor message, int elements) {
        this.name = name;
        this.message = message;
        this.elements = elements;
    }

    /// Numbers that the message has as a tensor has them, all in one part, stay where they are.
    ///
    /// @param type any but STRING
    MemorySegment dense(DataType type) {
        if (elements > 0 && message.contentSize() > 0) {
            return denseContent(type);
        }
        return values(ValueField.of(type), type);
    }

    /// The elements as a field has them, each kept as the type would be.
    MemorySegment values(ValueField field, DataType type) {
        int size = elements * type.bytes();
        int given = Math.min(elements, message.count(field));
        if (given == 0) {
            return MemorySegment.ofArray(new byte[size]);
        }
        MemorySegment data;
        if (field.isRaw()) {
            RawValues values = new RawValues(size);
            message.values(field, values);
            data = values.data;
        } else {
            data = MemorySegment.ofArray(new byte[size]);
            message.values(field, new Varints(type, data.asByteBuffer()));
        }
        if (given < elements) {
            repeatLast(data, given, type.bytes());
        }
        return data;
    }

    private MemorySegment denseContent(DataType type) {
        int expected = elements * type.bytes();
        if (message.contentSize() != expected) {
            throw TfsTensorProto.parsingError(
                    name, "tensor_content has " + message.contentSize() + " bytes, expected " + expected);
        }
        if (type != DataType.BOOL) {
            return message.content();
        }
        byte[] flags = message.content().toArray(ValueLayout.JAVA_BYTE);
        for (int i = 0; i < flags.length; i++) {
            flags[i] = (byte) (flags[i] == 0 ? 0 : 1);
        }
        return MemorySegment.ofArray(flags);
    }

    /// Takes values, as many as fit, that have the same bytes in a tensor.
    private static final class RawValues implements WireTensor.Visitor {
        private final int size;
        private MemorySegment data = MemorySegment.ofArray(EMPTY);
        private int filled;

        RawValues(int size) {
            this.size = size;
        }

        @Override
        public void visit(byte[] bytes, int from, int to) {
            int more = Math.min(size - filled, to - from);
            if (more == size) {
                data = MemorySegment.ofArray(bytes).asSlice(from, size);
            } else if (more > 0) {
                if (filled == 0) {
                    data = MemorySegment.ofArray(new byte[size]);
                }
                MemorySegment.copy(MemorySegment.ofArray(bytes), from, data, filled, more);
            }
            filled += more;
        }
    }

    /// Takes values, as many as fit, that are of different lengths in the message.
    private static final class Varints implements WireTensor.Visitor {
        private static final int BITS = 7;

        private final DataType type;
        private final ByteBuffer data;

        Varints(DataType type, ByteBuffer data) {
            this.type = type;
            this.data = data.order(ByteOrder.LITTLE_ENDIAN);
        }

        /// The first walk has made sure that all values are whole.
        @Override
        public void visit(byte[] bytes, int from, int to) {
            int at = from;
            while (at < to && data.hasRemaining()) {
                byte next = bytes[at++];
                long value = next;
                if (next < 0) {
                    value &= Byte.MAX_VALUE;
                    for (int shift = BITS; next < 0; shift += BITS) {
                        next = bytes[at++];
                        value |= (long) (next & Byte.MAX_VALUE) << shift;
                    }
                }
                put(value);
            }
        }

        private void put(long value) {
            switch (type) {
                case INT64, UINT64 -> data.putLong(value);
                case INT32, UINT32 -> data.putInt((int) value);
                case INT16, UINT16, FLOAT16, BFLOAT16 -> data.putShort((short) value);
                case INT8, UINT8 -> data.put((byte) value);
                case BOOL -> data.put((byte) (value == 0 ? 0 : 1));
                case FLOAT, DOUBLE, STRING -> throw new IllegalArgumentException(type + " is no varint");
            }
        }
    }

    /// Fills what is left with the last value that was given: twice as much with every copy.
    private static void repeatLast(MemorySegment data, int given, int width) {
        MemorySegment rest = data.asSlice((given - 1L) * width);
        long filled = width;
        while (filled < rest.byteSize()) {
            long more = Math.min(filled, rest.byteSize() - filled);
            MemorySegment.copy(rest, 0, rest, filled, more);
            filled += more;
        }
    }

    List<byte[]> strings() {
        if (elements > 0 && message.contentSize() > 0) {
            return stringContent();
        }
        int given = Math.min(elements, message.count(ValueField.STRING_VAL));
        if (given == 0) {
            return Collections.nCopies(elements, EMPTY);
        }
        byte[][] values = new byte[elements][];
        message.values(ValueField.STRING_VAL, new Strings(values));
        Arrays.fill(values, given, elements, values[given - 1]);
        return Collections.unmodifiableList(Arrays.asList(values));
    }

    /// Takes strings, as many as fit.
    private static final class Strings implements WireTensor.Visitor {
        private final byte[][] values;
        private int filled;

        Strings(byte[][] values) {
            this.values = values;
        }

        @Override
        public void visit(byte[] bytes, int from, int to) {
            if (filled < values.length) {
                values[filled++] = Arrays.copyOfRange(bytes, from, to);
            }
        }
    }

    /// All lengths come first, so what they add up to is known before the first string is copied.
    private List<byte[]> stringContent() {
        MemorySegment content = message.content();
        int[] lengths = new int[elements];
        int rest;
        try {
            CodedInputStream in = CodedInputStream.newInstance(content.asByteBuffer());
            long total = 0;
            for (int i = 0; i < elements; i++) {
                long length = in.readUInt64();
                if (length < 0 || length > message.contentSize()) {
                    throw TfsTensorProto.parsingError(name, "string " + i + " in tensor_content is too long");
                }
                lengths[i] = (int) length;
                total += length;
            }
            rest = message.contentSize() - in.getTotalBytesRead();
            if (total != rest) {
                throw TfsTensorProto.parsingError(
                        name, "the strings in tensor_content have " + rest + " bytes, expected " + total);
            }
        } catch (IOException _) {
            throw TfsTensorProto.parsingError(name, "the lengths in tensor_content are broken");
        }
        byte[][] values = new byte[elements][];
        int at = message.contentSize() - rest;
        for (int i = 0; i < elements; i++) {
            values[i] = content.asSlice(at, lengths[i]).toArray(ValueLayout.JAVA_BYTE);
            at += lengths[i];
        }
        return Collections.unmodifiableList(Arrays.asList(values));
    }
}
