package io.kaon.protocol.tfs;

import io.kaon.protocol.json.JsonCursor;
import io.kaon.tensor.TensorSpec;

/// BOOL: `true` and `false`; numbers are refused.
final class BoolElements extends Elements {
    BoolElements(TensorSpec spec) {
        super(spec);
    }

    @Override
    void one(JsonCursor cursor) throws ValueFault {
        int first = cursor.peek();
        if (first != 't' && first != 'f') {
            throw mismatch(cursor);
        }
        reserve(cursor, 1);
        bytes[used++] = (byte) (cursor.bool() ? 1 : 0);
    }
}
