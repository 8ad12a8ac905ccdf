package io.kaon.protocol.tfs;

import io.kaon.model.ModelSignature;
import io.kaon.protocol.json.JsonCursor;
import io.kaon.protocol.json.JsonString;
import io.kaon.tensor.NamedTensors;

/// Reads `instances`: a list of rows, each the value of the only input or an object with a value for each. The first
/// row decides which. Objects must have exactly the signature's names; inputs that are not required may be left out,
/// but then from all rows alike. Of two equal names in a row the first counts.
final class RowReader {
    private final InputTensors inputs;
    private int row;

    RowReader(ModelSignature signature, Coercion coercion) {
        inputs = new InputTensors(signature, 1, coercion);
    }

    NamedTensors read(JsonCursor cursor) throws ValueFault {
        int from = cursor.position();
        if (cursor.peek() != '[') {
            cursor.skip();
            throw ValueFault.invalid(
                    "JSON Value: " + cursor.excerpt(from) + " Expecting 'instances' to be an list/array");
        }
        if (!cursor.openArray()) {
            throw ValueFault.invalid("JSON Value: " + cursor.excerpt(from)
                    + " No values in 'instances' array: expected at least one row");
        }
        TensorReader single = inputs.single();
        if (single == null && cursor.peek() != '{') {
            throw ValueFault.invalid("instances is a plain list, but expecting list of objects as multiple input"
                    + " tensors required as per tensorinfo_map: expected objects with " + inputs.names()
                    + ", got JSON " + Elements.kind(cursor.peek()));
        }
        // With several inputs a base64 object cannot be a value, as there is no telling of which input.
        if (single == null || isNamed(cursor)) {
            named(cursor);
        } else {
            plain(cursor, single);
        }
        return inputs.rows();
    }

    private static boolean isNamed(JsonCursor cursor) {
        return cursor.peek() == '{' && !Base64Object.isNext(cursor);
    }

    private void plain(JsonCursor cursor, TensorReader reader) throws ValueFault {
        do {
            if (isNamed(cursor)) {
                throw ValueFault.invalid("Expecting value/list but got object at item " + row
                        + " of input list: all elements must be like the first");
            }
            try {
                reader.read(cursor);
            } catch (ValueFault fault) {
                throw fault.inRow(Integer.toString(row));
            }
            row++;
        } while (cursor.nextElement());
    }

    private void named(JsonCursor cursor) throws ValueFault {
        do {
            if (row > 0 && !isNamed(cursor)) {
                throw ValueFault.invalid("Expecting object but got list at item " + row
                        + " of input list: all elements must be objects like the first, got JSON "
                        + Elements.kind(cursor.peek()));
            }
            members(cursor);
            row++;
        } while (cursor.nextElement());
    }

    private void members(JsonCursor cursor) throws ValueFault {
        int from = cursor.position();
        if (cursor.openObject()) {
            int place = 0;
            do {
                member(cursor, place++);
            } while (cursor.nextMember());
        }
        for (TensorReader reader : inputs.readers()) {
            boolean leftOut = reader.values() == 0 && !reader.spec().required();
            if (reader.values() <= row && !leftOut) {
                throw unequal(cursor, from, "`" + reader.spec().name() + "` is missing");
            }
        }
    }

    private void member(JsonCursor cursor, int place) throws ValueFault {
        JsonString key = cursor.key();
        TensorReader reader = inputs.find(key, place);
        if (reader == null) {
            String name = JsonCursor.shorten(key.text());
            boolean base64 = inputs.single() == null && name.equals("b64");
            throw ValueFault.invalid("JSON object: does not have named input: " + name + ": expected " + inputs.names()
                            + (base64 ? " (keys must be equal to: " + inputs.names() + ")" : ""))
                    .inRow(row + " key: " + name)
                    .withHint(inputs.hint(name));
        }
        if (reader.values() > row) {
            cursor.skip();
            return;
        }
        if (reader.values() < row) {
            cursor.peek();
            int from = cursor.position();
            cursor.skip();
            throw unequal(cursor, from, "`" + reader.spec().name() + "` is not in the rows before");
        }
        try {
            reader.read(cursor);
        } catch (ValueFault fault) {
            throw fault.inRow(row + " key: " + reader.spec().name());
        }
    }

    private ValueFault unequal(JsonCursor cursor, int from, String why) {
        return ValueFault.invalid("Failed to process element: " + row + " of 'instances' list. JSON object: "
                + cursor.excerpt(from) + " keys must be equal to: " + inputs.names() + ": " + why);
    }
}
