package io.kaon.protocol.tfs;

import io.kaon.protocol.json.JsonCursor;
import io.kaon.tensor.TensorSpec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// DOUBLE: any number.
final class DoubleElements extends Elements {
    private static final VarHandle DOUBLE =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    DoubleElements(TensorSpec spec) {
        super(spec);
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
        reserve(cursor, Double.BYTES);
        DOUBLE.set(bytes, used, cursor.number().doubleValue());
        used += Double.BYTES;
    }
}
