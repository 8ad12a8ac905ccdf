package io.kaon.protocol.tfs;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.kaon.protocol.tfs.proto.TensorProto;
import io.kaon.tensor.DataType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
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
    private final TensorProto proto;
    private final ByteString content;
    private final int elements;

    TensorValueReader(String name, TensorProto proto, int elements) {
        this.name = name;
        this.proto = proto;
        this.content = proto.getTensorContent();
        this.elements = elements;
    }

    /// @param type any but STRING
    MemorySegment dense(DataType type) {
        if (elements > 0 && !content.isEmpty()) {
            return denseContent(type);
        }
        byte[] bytes = new byte[elements * type.bytes()];
        int given = copyValues(type, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        MemorySegment data = MemorySegment.ofArray(bytes);
        if (given > 0 && given < elements) {
            repeatLast(data, given, type.bytes());
        }
        return data;
    }

    private MemorySegment denseContent(DataType type) {
        int expected = elements * type.bytes();
        if (content.size() != expected) {
            throw TfsTensorProto.parsingError(
                    name, "tensor_content has " + content.size() + " bytes, expected " + expected);
        }
        if (type != DataType.BOOL) {
            return MemorySegment.ofBuffer(content.asReadOnlyByteBuffer());
        }
        byte[] flags = content.toByteArray();
        for (int i = 0; i < flags.length; i++) {
            flags[i] = (byte) (flags[i] == 0 ? 0 : 1);
        }
        return MemorySegment.ofArray(flags);
    }

    /// Copies the values of the type's own field, as many as there are and fit.
    ///
    /// @return how many
    private int copyValues(DataType type, ByteBuffer data) {
        return switch (type) {
            case FLOAT -> {
                int given = Math.min(elements, proto.getFloatValCount());
                for (int i = 0; i < given; i++) {
                    data.putFloat(proto.getFloatVal(i));
                }
                yield given;
            }
            case DOUBLE -> {
                int given = Math.min(elements, proto.getDoubleValCount());
                for (int i = 0; i < given; i++) {
                    data.putDouble(proto.getDoubleVal(i));
                }
                yield given;
            }
            case INT64 -> {
                int given = Math.min(elements, proto.getInt64ValCount());
                for (int i = 0; i < given; i++) {
                    data.putLong(proto.getInt64Val(i));
                }
                yield given;
            }
            case UINT64 -> {
                int given = Math.min(elements, proto.getUint64ValCount());
                for (int i = 0; i < given; i++) {
                    data.putLong(proto.getUint64Val(i));
                }
                yield given;
            }
            case UINT32 -> {
                int given = Math.min(elements, proto.getUint32ValCount());
                for (int i = 0; i < given; i++) {
                    data.putInt(proto.getUint32Val(i));
                }
                yield given;
            }
            case INT32 -> {
                int given = Math.min(elements, proto.getIntValCount());
                for (int i = 0; i < given; i++) {
                    data.putInt(proto.getIntVal(i));
                }
                yield given;
            }
            case INT16, UINT16 -> {
                int given = Math.min(elements, proto.getIntValCount());
                for (int i = 0; i < given; i++) {
                    data.putShort((short) proto.getIntVal(i));
                }
                yield given;
            }
            case INT8, UINT8 -> {
                int given = Math.min(elements, proto.getIntValCount());
                for (int i = 0; i < given; i++) {
                    data.put((byte) proto.getIntVal(i));
                }
                yield given;
            }
            case FLOAT16, BFLOAT16 -> {
                int given = Math.min(elements, proto.getHalfValCount());
                for (int i = 0; i < given; i++) {
                    data.putShort((short) proto.getHalfVal(i));
                }
                yield given;
            }
            case BOOL -> {
                int given = Math.min(elements, proto.getBoolValCount());
                for (int i = 0; i < given; i++) {
                    data.put((byte) (proto.getBoolVal(i) ? 1 : 0));
                }
                yield given;
            }
            case STRING -> throw new IllegalArgumentException("strings are not dense");
        };
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
        if (elements > 0 && !content.isEmpty()) {
            return stringContent();
        }
        int given = Math.min(elements, proto.getStringValCount());
        if (given == 0) {
            return Collections.nCopies(elements, EMPTY);
        }
        byte[][] values = new byte[elements][];
        for (int i = 0; i < given; i++) {
            values[i] = proto.getStringVal(i).toByteArray();
        }
        Arrays.fill(values, given, elements, values[given - 1]);
        return Collections.unmodifiableList(Arrays.asList(values));
    }

    /// All lengths come first, so what they add up to is known before the first string is copied.
    private List<byte[]> stringContent() {
        int[] lengths = new int[elements];
        int rest;
        try {
            CodedInputStream in = content.newCodedInput();
            long total = 0;
            for (int i = 0; i < elements; i++) {
                long length = in.readUInt64();
                if (length < 0 || length > content.size()) {
                    throw TfsTensorProto.parsingError(name, "string " + i + " in tensor_content is too long");
                }
                lengths[i] = (int) length;
                total += length;
            }
            rest = content.size() - in.getTotalBytesRead();
            if (total != rest) {
                throw TfsTensorProto.parsingError(
                        name, "the strings in tensor_content have " + rest + " bytes, expected " + total);
            }
        } catch (IOException _) {
            throw TfsTensorProto.parsingError(name, "the lengths in tensor_content are broken");
        }
        byte[][] values = new byte[elements][];
        int at = content.size() - rest;
        for (int i = 0; i < elements; i++) {
            values[i] = content.substring(at, at + lengths[i]).toByteArray();
            at += lengths[i];
        }
        return Collections.unmodifiableList(Arrays.asList(values));
    }
}
