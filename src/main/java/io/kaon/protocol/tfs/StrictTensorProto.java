package io.kaon.protocol.tfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What [Coercion#STRICT] refuses in a tensor message that can be read.
final class StrictTensorProto {
    private static final int HALF_MAX = 0xffff;

    private StrictTensorProto() {}

    /// @param type of the message
    /// @param elements of the tensor
    /// @throws ServingException INVALID_REQUEST, saying what would be changed
    static void check(String name, DataType type, WireTensor message, long elements) {
        int own = message.count(ValueField.of(type));
        long all = 0;
        for (ValueField field : ValueField.values()) {
            all += message.count(field);
        }
        if (all > own || (message.contentSize() > 0 && own > 0)) {
            throw refused(
                    name,
                    "values in the field of another type than " + ProtoTypes.toProto(type)
                            + ", or beside tensor_content: expected one field with values");
        }
        if (own > elements) {
            throw refused(name, own + " values: expected at most the " + elements + " of its shape");
        }
        switch (type) {
            case INT8 -> within(name, type, message, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case INT16 -> within(name, type, message, Short.MIN_VALUE, Short.MAX_VALUE);
            case UINT8 -> within(name, type, message, 0, 0xff);
            case UINT16 -> within(name, type, message, 0, Character.MAX_VALUE);
            case FLOAT16, BFLOAT16 -> within(name, type, message, 0, HALF_MAX);
            case BOOL -> flags(name, message.content());
            case FLOAT, DOUBLE, INT32, INT64, UINT32, UINT64, STRING -> {
                // Every value that their fields hold is in range.
            }
        }
    }

    private static void within(String name, DataType type, WireTensor message, int min, int max) {
        ValueField field = ValueField.of(type);
        ByteBuffer values = new TensorValueReader(name, message, message.count(field))
                .values(field, DataType.INT32)
                .asByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            int value = values.getInt();
            if (value < min || value > max) {
                throw refused(
                        name, value + " for " + ProtoTypes.toProto(type) + ": expected from " + min + " to " + max);
            }
        }
    }

    private static void flags(String name, MemorySegment content) {
        for (long i = 0; i < content.byteSize(); i++) {
            byte flag = content.get(ValueLayout.JAVA_BYTE, i);
            if (flag != 0 && flag != 1) {
                throw refused(name, "byte " + Byte.toUnsignedInt(flag) + " for DT_BOOL: expected 0 or 1");
            }
        }
    }

    private static ServingException refused(String name, String what) {
        return new ServingException(ErrorKind.INVALID_REQUEST, "input `" + name + "`: got " + what);
    }
}
