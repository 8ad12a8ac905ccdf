package io.kaon.protocol.tfs;

import io.kaon.protocol.json.JsonCursor;
import io.kaon.protocol.json.JsonNumber;
import io.kaon.tensor.TensorSpec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// FLOAT: any number; what is too large becomes infinite, or is refused when the server is strict.
final class FloatElements extends Elements {
    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

    private final boolean strict;

    FloatElements(TensorSpec spec, Coercion coercion) {
        super(spec);
        strict = coercion == Coercion.STRICT;
    }

    @Override
    long run(JsonCursor cursor, long limit) throws ValueFault {
        long count = 0;
        do {
            reserve(cursor, Float.BYTES);
            count += plain(cursor, limit - count);
            check(cursor, count, limit);
            one(cursor);
            count++;
        } while (cursor.nextElement());
        return count;
    }

    /// Plain numbers are finite, so the two modes agree on them.
    private int plain(JsonCursor cursor, long most) {
        int room = (bytes.length - used) / Float.BYTES;
        int read = cursor.plainFloats(bytes, used, (int) Math.min(room, most));
        used += Float.BYTES * read;
        return read;
    }

    @Override
    void one(JsonCursor cursor) throws ValueFault {
        if (!isNumber(cursor.peek())) {
            throw mismatch(cursor);
        }
        int position = cursor.position();
        JsonNumber number = cursor.number();
        float value = number.floatValue();
        if (strict && Float.isInfinite(value) && !Double.isInfinite(number.doubleValue())) {
            cursor.rewind(position, cursor.depth());
            throw mismatch(cursor);
        }
        reserve(cursor, Float.BYTES);
        FLOAT.set(bytes, used, value);
        used += Float.BYTES;
    }
}
