package io.kaon.protocol.tfs;

import io.kaon.protocol.json.JsonCursor;
import io.kaon.protocol.json.JsonNumber;
import io.kaon.tensor.DataType;
import io.kaon.tensor.TensorSpec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The integers: numbers written without point and exponent, within the range of the type. The types narrower
/// than 32 bits take the range of INT32 and keep the lower bits, as TensorFlow Serving does: 300 is 44 as UINT8.
/// When the server is strict they have their own ranges.
final class IntegerElements extends Elements {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long UINT32_MAX = (1L << 32) - 1;

    private final int width;
    private final boolean unsignedLong;
    private final long min;
    private final long max;

    IntegerElements(TensorSpec spec, Coercion coercion) {
        super(spec);
        DataType type = spec.type();
        width = type.bytes();
        unsignedLong = type == DataType.UINT64;
        if (type == DataType.UINT32) {
            min = 0;
            max = UINT32_MAX;
        } else if (width < Integer.BYTES && coercion == Coercion.STRICT) {
            int bits = width * Byte.SIZE;
            boolean unsigned = type == DataType.UINT8;
            min = unsigned ? 0 : -(1L << (bits - 1));
            max = (1L << (unsigned ? bits : bits - 1)) - 1;
        } else {
            min = width == Long.BYTES ? Long.MIN_VALUE : Integer.MIN_VALUE;
            max = width == Long.BYTES ? Long.MAX_VALUE : Integer.MAX_VALUE;
        }
    }

    @Override
    long run(JsonCursor cursor, long limit) throws ValueFault {
        long count = 0;
        do {
            check(cursor, count, limit);
            one(cursor);
            count++;
        } while (cursor.nextElement());
        return count;
    }

    @Override
    void one(JsonCursor cursor) throws ValueFault {
        if (!isNumber(cursor.peek())) {
            throw mismatch(cursor);
        }
        int position = cursor.position();
        JsonNumber number = cursor.number();
        long value = number.longValue();
        boolean fits = unsignedLong ? number.isUnsignedLong() : number.isLong() && value >= min && value <= max;
        if (!fits) {
            cursor.rewind(position, cursor.depth());
            throw mismatch(cursor);
        }
        reserve(cursor, width);
        switch (width) {
            case 1 -> bytes[used] = (byte) value;
            case 2 -> SHORT.set(bytes, used, (short) value);
            case 4 -> INT.set(bytes, used, (int) value);
            default -> LONG.set(bytes, used, value);
        }
        used += width;
    }
}
