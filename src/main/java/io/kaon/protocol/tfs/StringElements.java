package io.kaon.protocol.tfs;

import io.kaon.protocol.json.JsonCursor;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/// STRING: strings and base64 objects.
final class StringElements extends Elements {
    private final List<byte[]> values = new ArrayList<>();

    StringElements(TensorSpec spec) {
        super(spec);
    }

    @Override
    void one(JsonCursor cursor) throws ValueFault {
        int first = cursor.peek();
        if (first == '"') {
            values.add(cursor.string().bytes());
            return;
        }
        if (first != '{') {
            throw mismatch(cursor);
        }
        byte[] bytes = Base64Object.read(cursor);
        if (bytes == null) {
            int from = cursor.position();
            cursor.skip();
            throw ValueFault.invalid(
                    "JSON Value: " + cursor.excerpt(from) + " not formatted correctly for base64 data: " + expected()
                            + ", as a string or as {\"b64\": \"…\"}");
        }
        values.add(bytes);
    }

    @Override
    long count() {
        return values.size();
    }

    @Override
    Tensor build(Shape shape) {
        return new StringTensor(shape, values);
    }
}
