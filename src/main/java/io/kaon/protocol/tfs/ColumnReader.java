package io.kaon.protocol.tfs;

import io.kaon.model.ModelSignature;
import io.kaon.protocol.json.JsonCursor;
import io.kaon.protocol.json.JsonString;
import io.kaon.tensor.NamedTensors;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads `inputs`: the value of the only input, or an object with a value for each. The first of two equal names
/// counts. Names that the model does not have are passed over, as TensorFlow Serving does, unless coercion is
/// strict. A name whose value the model brings itself is refused: the client would believe that its own value had
/// been used.
final class ColumnReader {
    private final InputTensors inputs;
    private final Set<String> fixed;
    private final boolean strict;

    /// The first name that was passed over: if an input is missing, that may be the one that was meant.
    private @Nullable String passed;

    ColumnReader(ModelSignature signature, Coercion coercion) {
        inputs = new InputTensors(signature, 0, coercion);
        fixed = signature.traits().fixedInputs();
        strict = coercion == Coercion.STRICT;
    }

    NamedTensors read(JsonCursor cursor) throws ValueFault {
        if (cursor.peek() == '{' && !Base64Object.isNext(cursor)) {
            named(cursor);
        } else {
            plain(cursor);
        }
        return inputs.columns();
    }

    private void plain(JsonCursor cursor) throws ValueFault {
        TensorReader reader = inputs.single();
        if (reader == null) {
            String got = Elements.kind(cursor.peek());
            cursor.skip();
            throw ValueFault.invalid("inputs is a plain value/list, but expecting an object as multiple input tensors"
                    + " required as per tensorinfo_map: expected an object with " + inputs.names() + ", got JSON "
                    + got);
        }
        reader.read(cursor);
    }

    private void named(JsonCursor cursor) throws ValueFault {
        if (cursor.openObject()) {
            int place = 0;
            do {
                JsonString name = cursor.key();
                TensorReader reader = inputs.find(name, place++);
                if (reader == null) {
                    pass(name);
                }
                if (reader == null || reader.values() > 0) {
                    cursor.skip();
                } else {
                    reader.read(cursor);
                }
            } while (cursor.nextMember());
        }
        requireAll();
    }

    private void pass(JsonString name) throws ValueFault {
        if (strict || (!fixed.isEmpty() && fixed.contains(name.text()))) {
            String text = JsonCursor.shorten(name.text());
            ValueFault fault = ValueFault.invalid(
                    "JSON object: does not have named input: " + text + ": expected " + inputs.names());
            throw fixed.contains(name.text())
                    ? fault.withHint("the model brings the value of `" + text + "`, which no request can change")
                    : fault.withHint(inputs.hint(text));
        }
        if (passed == null) {
            passed = JsonCursor.shorten(name.text());
        }
    }

    private void requireAll() throws ValueFault {
        for (TensorReader reader : inputs.readers()) {
            if (reader.values() == 0 && reader.spec().required()) {
                ValueFault fault = ValueFault.invalid("Missing named input: "
                        + reader.spec().name()
                        + " in 'inputs' object. Expected " + reader.spec().describe() + "; the inputs are "
                        + inputs.names());
                throw passed == null ? fault : fault.withHint("`" + passed + "` is no input: " + inputs.hint(passed));
            }
        }
    }
}
