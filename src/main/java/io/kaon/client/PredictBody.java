package io.kaon.client;

import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.protocol.json.JsonCursor;
import io.kaon.protocol.json.JsonText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/// Makes the body of a predict request of what people write: rows, a row, a whole body, or bare numbers.
public final class PredictBody {
    private static final Pattern NUMBERS =
            Pattern.compile("\\s*[-+]?[0-9.][-+0-9.eE]*(?:(?:\\s*,\\s*|\\s+)[-+]?[0-9.][-+0-9.eE]*)*\\s*");
    private static final Pattern BETWEEN = Pattern.compile("\\s*,\\s*|\\s+");
    private static final String SIGNATURE = "signature_name";

    private PredictBody() {}

    /// Whether the text holds values itself, and names no file.
    public static boolean isValues(String text) {
        String start = text.stripLeading();
        return start.startsWith("{")
                || start.startsWith("[")
                || NUMBERS.matcher(text).matches();
    }

    /// @param values JSON: a list of rows, one row as an object, or a body; or numbers between commas or spaces
    /// @param signature for the body; empty for the model's default one
    /// @throws IllegalArgumentException when it is none of these
    public static byte[] of(byte[] values, Optional<String> signature) {
        String start = new String(values, 0, Math.min(values.length, 4096), StandardCharsets.UTF_8).stripLeading();
        if (start.isEmpty()) {
            throw new IllegalArgumentException("expected values as JSON, got nothing");
        }
        if (!start.startsWith("{") && !start.startsWith("[")) {
            return numbers(new String(values, StandardCharsets.UTF_8), signature);
        }
        try {
            JsonCursor cursor = new JsonCursor(values, 0, values.length, JsonCursor.DEFAULT_MAX_DEPTH);
            boolean isObject = cursor.peek() == '{';
            int from = cursor.position();
            Keys keys = isObject ? keys(cursor) : Keys.NONE;
            if (!isObject) {
                cursor.skip();
            }
            if (cursor.peek() != JsonCursor.END) {
                throw new IllegalArgumentException("the values: expected one JSON value, but more stands behind it");
            }
            byte[] value = Arrays.copyOfRange(values, from, values.length);
            if (!isObject) {
                return body("{\"instances\": ", value, "}", signature);
            }
            if (!keys.isBody) {
                return body("{\"instances\": [", value, "]}", signature);
            }
            if (signature.isPresent() && keys.hasSignature) {
                throw new IllegalArgumentException(
                        "the body has a \"" + SIGNATURE + "\" of its own: leave it out, or --signature");
            }
            return signature.isEmpty() ? value : named(value, signature.get());
        } catch (ServingException malformed) {
            throw new IllegalArgumentException("the values are no JSON: " + malformed.getMessage());
        }
    }

    /// The sample for a model.
    ///
    /// @throws IllegalArgumentException when no small request is known that it takes
    public static byte[] sample(ModelSignature signature, Optional<String> name) {
        byte[] body = SampleRequest.body(signature)
                .orElseThrow(() -> new IllegalArgumentException("no sample is known that the signature "
                        + signature.name() + " takes: write the values behind the model's name"));
        return name.isEmpty() ? body : named(body, name.get());
    }

    private record Keys(boolean isBody, boolean hasSignature) {
        static final Keys NONE = new Keys(false, false);
    }

    private static Keys keys(JsonCursor cursor) {
        boolean isBody = false;
        boolean hasSignature = false;
        if (cursor.openObject()) {
            do {
                String key = cursor.key().text();
                isBody |= key.equals("instances") || key.equals("inputs");
                hasSignature |= key.equals(SIGNATURE);
                cursor.skip();
            } while (cursor.nextMember());
        }
        return new Keys(isBody, hasSignature);
    }

    private static byte[] numbers(String text, Optional<String> signature) {
        if (!NUMBERS.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "expected JSON such as [[1.0, 2.0]] or {\"instances\": …}, or numbers such as 1,2,5, got \""
                            + Printable.shortened(Printable.line(text), 40) + "\"");
        }
        String list = "[" + String.join(", ", BETWEEN.split(text.strip())) + "]";
        return of(list.getBytes(StandardCharsets.UTF_8), signature);
    }

    private static byte[] body(String before, byte[] value, String behind, Optional<String> signature) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(value.length + 64);
        body.writeBytes(before.getBytes(StandardCharsets.UTF_8));
        body.writeBytes(value);
        body.writeBytes(behind.getBytes(StandardCharsets.UTF_8));
        return signature.isEmpty() ? body.toByteArray() : named(body.toByteArray(), signature.get());
    }

    /// @param body begins with a brace and has a member
    private static byte[] named(byte[] body, String signature) {
        JsonText name = new JsonText(signature.length() + 2);
        name.value(signature);
        ByteArrayOutputStream named = new ByteArrayOutputStream(body.length + signature.length() + 32);
        named.writeBytes(("{\"" + SIGNATURE + "\": " + name + ", ").getBytes(StandardCharsets.UTF_8));
        named.write(body, 1, body.length - 1);
        return named.toByteArray();
    }
}
