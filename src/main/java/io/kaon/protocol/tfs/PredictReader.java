package io.kaon.protocol.tfs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.Nearest;
import io.kaon.model.ServingException;
import io.kaon.protocol.json.JsonCursor;
import io.kaon.protocol.json.JsonString;
import io.kaon.tensor.NamedTensors;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads one predict body in one pass, into tensors.
///
/// JSON does not say what type a number has, so the values can be read only once the signature is known; but the body
/// may name it behind them. Nearly none names any. So the default signature is assumed until another has been named,
/// and if that turns out wrong, the cursor goes back to the values and reads them again, once.
///
/// Errors have TensorFlow Serving's order, which looks at one thing after the other in a finished tree: the
/// syntax of the whole body, the top level, the signature, the presence of the two keys, and only then values. So
/// a fault in a value is kept, the value is passed once more for its syntax alone, and the fault is thrown when
/// nothing else was wrong.
final class PredictReader {
    private static final byte[] SIGNATURE_NAME = "signature_name".getBytes(US_ASCII);
    private static final byte[] INSTANCES = "instances".getBytes(US_ASCII);
    private static final byte[] INPUTS = "inputs".getBytes(US_ASCII);

    /// Inside the top-level object.
    private static final int DEPTH = 1;

    private static final int NOWHERE = -1;

    private final JsonCursor cursor;
    private final Coercion coercion;

    private @Nullable String signatureName;
    private @Nullable ServingException signatureFault;
    private int instancesAt = NOWHERE;
    private int inputsAt = NOWHERE;

    /// The name of the signature that the values have been read by; null if they have not been.
    private @Nullable String readBy;

    private @Nullable NamedTensors tensors;
    private @Nullable ValueFault fault;

    PredictReader(byte[] body, int length, Coercion coercion) {
        this.coercion = coercion;
        cursor = new JsonCursor(body, 0, length, JsonCursor.DEFAULT_MAX_DEPTH);
    }

    /// Checks what can be checked without a model.
    void check() {
        walk(Map.of());
    }

    PredictCall read(Map<String, ModelSignature> signatures) {
        walk(signatures);
        ModelSignature signature = chosen(signatures);
        if (signature == null) {
            throw new ServingException(
                            ErrorKind.SIGNATURE_NOT_FOUND,
                            "Serving signature name: \"" + JsonCursor.shorten(chosenName())
                                    + "\" not found in signature def")
                    .withHint(Nearest.hint("signatures", chosenName(), signatures.keySet()));
        }
        if (signature.inputs().isEmpty()) {
            String name = signatureName == null || signatureName.isEmpty() ? "DEFAULT" : signatureName;
            throw invalid("Failed to get input map for signature: " + name + ": it has no inputs");
        }
        PredictForm form = form();
        if (!chosenName().equals(readBy)) {
            cursor.rewind(form == PredictForm.ROW ? instancesAt : inputsAt, DEPTH);
            values(signature, form);
        }
        if (tensors == null) {
            throw fault == null
                    ? new IllegalStateException("values neither read nor at fault")
                    : fault.toServingException();
        }
        return new PredictCall(signature, form, tensors);
    }

    /// Passes the whole body, and reads the values on the way if it knows by which signature.
    private void walk(Map<String, ModelSignature> signatures) {
        if (cursor.peek() != '{') {
            int from = cursor.position();
            cursor.skip();
            throw invalid("JSON Value: " + cursor.excerpt(from) + " Is not object");
        }
        if (cursor.openObject()) {
            do {
                member(cursor.key(), signatures);
            } while (cursor.nextMember());
        }
        if (signatureFault != null) {
            throw signatureFault;
        }
    }

    /// One member of the top level. Of two equal names the first counts.
    private void member(JsonString key, Map<String, ModelSignature> signatures) {
        if (key.contentEquals(INSTANCES) && instancesAt == NOWHERE) {
            cursor.peek();
            instancesAt = cursor.position();
            valuesOrSkip(signatures, PredictForm.ROW);
        } else if (key.contentEquals(INPUTS) && inputsAt == NOWHERE) {
            cursor.peek();
            inputsAt = cursor.position();
            valuesOrSkip(signatures, PredictForm.COLUMN);
        } else if (key.contentEquals(SIGNATURE_NAME) && signatureName == null && signatureFault == null) {
            signatureName();
        } else {
            cursor.skip();
        }
    }

    private void signatureName() {
        if (cursor.peek() == '"') {
            signatureName = cursor.string().text();
            return;
        }
        int from = cursor.position();
        cursor.skip();
        signatureFault = invalid("JSON Value: " + cursor.excerpt(from)
                + " not formatted correctly. 'signature_name' key must be a string value.");
    }

    private void valuesOrSkip(Map<String, ModelSignature> signatures, PredictForm form) {
        ModelSignature signature = chosen(signatures);
        boolean both = instancesAt != NOWHERE && inputsAt != NOWHERE;
        if (signature == null || signature.inputs().isEmpty() || signatureFault != null || both) {
            cursor.skip();
        } else {
            values(signature, form);
        }
    }

    private void values(ModelSignature signature, PredictForm form) {
        int from = cursor.position();
        readBy = chosenName();
        tensors = null;
        fault = null;
        try {
            tensors = switch (form) {
                case ROW -> new RowReader(signature, coercion).read(cursor);
                case COLUMN -> new ColumnReader(signature, coercion).read(cursor);
            };
        } catch (ValueFault found) {
            fault = found;
            cursor.rewind(from, DEPTH);
            cursor.skip();
        }
    }

    private PredictForm form() {
        if (instancesAt != NOWHERE && inputsAt != NOWHERE) {
            throw invalid(
                    "Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist, got both");
        }
        if (instancesAt == NOWHERE && inputsAt == NOWHERE) {
            throw invalid("Missing 'inputs' or 'instances' key: expected one of them in the request, got neither");
        }
        return instancesAt != NOWHERE ? PredictForm.ROW : PredictForm.COLUMN;
    }

    private @Nullable ModelSignature chosen(Map<String, ModelSignature> signatures) {
        return signatures.get(chosenName());
    }

    private String chosenName() {
        return signatureName == null || signatureName.isEmpty() ? ModelSignature.DEFAULT_NAME : signatureName;
    }

    private static ServingException invalid(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }
}
