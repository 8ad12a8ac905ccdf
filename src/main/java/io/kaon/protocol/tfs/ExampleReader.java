package io.kaon.protocol.tfs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.protocol.json.JsonCursor;
import io.kaon.protocol.json.JsonString;
import io.kaon.protocol.tfs.example.Examples;
import org.jspecify.annotations.Nullable;

/// Reads one classify or regress body in one pass.
///
/// Of several faults the first in TensorFlow Serving's order is reported: the syntax of the whole body, the top
/// level, the name of the signature, the context, the examples. So faults are kept until the end of the body, and
/// a value with a fault is passed once more for its syntax alone.
final class ExampleReader {
    private static final byte[] SIGNATURE_NAME = "signature_name".getBytes(US_ASCII);
    private static final byte[] CONTEXT = "context".getBytes(US_ASCII);
    private static final byte[] EXAMPLES = "examples".getBytes(US_ASCII);

    /// Inside the top-level object.
    private static final int DEPTH = 1;

    private final JsonCursor cursor;
    private final Examples examples = new Examples();
    private final Examples context = new Examples();

    private boolean named;
    private boolean hasContext;
    private boolean hasExamples;
    private String signatureName = "";
    private @Nullable ValueFault nameFault;
    private @Nullable ValueFault contextFault;
    private @Nullable ValueFault examplesFault;

    ExampleReader(byte[] body, int length) {
        cursor = new JsonCursor(body, 0, length, JsonCursor.DEFAULT_MAX_DEPTH);
    }

    ExampleCall read() {
        walk();
        throwIfFound(nameFault);
        throwIfFound(contextFault);
        if (!hasExamples) {
            throw invalid("When method is classify, key 'examples' is expected and was not found in the request");
        }
        throwIfFound(examplesFault);
        if (hasContext) {
            examples.context(context);
        }
        return new ExampleCall(signatureName, examples);
    }

    private void walk() {
        if (cursor.peek() != '{') {
            int from = cursor.position();
            cursor.skip();
            throw invalid("JSON Value: " + cursor.excerpt(from) + " Is not object");
        }
        if (cursor.openObject()) {
            do {
                member(cursor.key());
            } while (cursor.nextMember());
        }
    }

    /// One member of the top level. Of two equal names the first counts.
    private void member(JsonString key) {
        if (!hasExamples && key.contentEquals(EXAMPLES)) {
            hasExamples = true;
            examplesFault = faultIn(this::examples);
        } else if (!hasContext && key.contentEquals(CONTEXT)) {
            hasContext = true;
            contextFault = faultIn(() -> new FeatureReader(cursor, context).example());
        } else if (!named && key.contentEquals(SIGNATURE_NAME)) {
            named = true;
            nameFault = faultIn(this::signatureName);
        } else {
            cursor.skip();
        }
    }

    /// What reads a value.
    private interface Reading {
        void read() throws ValueFault;
    }

    private @Nullable ValueFault faultIn(Reading reading) {
        cursor.peek();
        int from = cursor.position();
        try {
            reading.read();
            return null;
        } catch (ValueFault fault) {
            cursor.rewind(from, DEPTH);
            cursor.skip();
            return fault;
        }
    }

    private void signatureName() throws ValueFault {
        if (cursor.peek() != '"') {
            int from = cursor.position();
            cursor.skip();
            throw ValueFault.invalid("JSON Value: " + cursor.excerpt(from)
                    + " not formatted correctly. 'signature_name' key must be a string value.");
        }
        signatureName = cursor.string().text();
    }

    private void examples() throws ValueFault {
        int from = cursor.position();
        if (cursor.peek() != '[') {
            cursor.skip();
            throw ValueFault.invalid(
                    "JSON Value: " + cursor.excerpt(from) + " When method is classify, key 'examples' value is not an"
                            + " array: expected a list of objects");
        }
        if (!cursor.openArray()) {
            throw ValueFault.invalid("JSON Value: " + cursor.excerpt(from)
                    + " When method is classify, key 'examples' value is an empty array");
        }
        FeatureReader reader = new FeatureReader(cursor, examples);
        do {
            reader.example();
        } while (cursor.nextElement());
    }

    private static void throwIfFound(@Nullable ValueFault fault) {
        if (fault != null) {
            throw fault.toServingException();
        }
    }

    private static ServingException invalid(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }
}
