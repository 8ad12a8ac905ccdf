package io.kaon.protocol.tfs;

import io.kaon.protocol.json.JsonCursor;
import io.kaon.tensor.TensorSpec;

/// The types whose elements have no form in JSON. A tensor without elements is still possible, and so are blocks of
/// bytes: see [RawBlock].
final class UnsupportedElements extends Elements {
    UnsupportedElements(TensorSpec spec) {
        super(spec);
    }

    @Override
    void one(JsonCursor cursor) throws ValueFault {
        if (cursor.peek() == '{' || cursor.peek() == '[') {
            throw mismatch(cursor);
        }
        int from = cursor.position();
        cursor.skip();
        throw ValueFault.unsupported(
                "Conversion of JSON Value: " + cursor.excerpt(from) + " to type: " + TfsTypes.name(spec.type()) + ": "
                        + expected() + ", which JSON cannot carry but as {\"b64\": \"…\"} of its bytes; gRPC can");
    }
}
