package io.kaon.engine.onnx;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.StringTensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Byte strings to and from the `java.lang.String` that ONNX Runtime's Java API insists on.
///
/// That API hands strings over in JNI's modified UTF-8. It differs from UTF-8 in two places: characters beyond U+FFFF,
/// such as emoji, become six bytes instead of four, and U+0000 becomes two bytes instead of one. A model that only
/// moves strings gives them back the same way, so nothing is lost; a model that compares them with its vocabulary
/// would silently not find them, so there they are refused.
final class JavaStrings {
    static final String GARBLED =
            "holds U+0000 or a character beyond U+FFFF, which ONNX Runtime's Java API does not pass as UTF-8";

    private JavaStrings() {}

    /// @param inspected whether the model looks at characters
    /// @throws ServingException INVALID_REQUEST, UNSUPPORTED; names the input and the element
    static String[] decode(String input, StringTensor tensor, boolean inspected) {
        List<byte[]> values = tensor.values();
        String[] strings = new String[values.size()];
        for (int i = 0; i < strings.length; i++) {
            byte[] bytes = values.get(i);
            String string = new String(bytes, StandardCharsets.UTF_8);
            // What is not UTF-8 decodes to U+FFFD. That may also be what was meant.
            if (string.indexOf('\uFFFD') >= 0 && !Arrays.equals(string.getBytes(StandardCharsets.UTF_8), bytes)) {
                throw new ServingException(
                        ErrorKind.INVALID_REQUEST,
                        "input `" + input + "`: element " + i + " is not UTF-8, which ONNX Runtime's strings must be");
            }
            if (inspected && !passesUnchanged(string)) {
                throw new ServingException(
                        ErrorKind.UNSUPPORTED, "input `" + input + "`: element " + i + " " + GARBLED);
            }
            strings[i] = string;
        }
        return strings;
    }

    static List<byte[]> encode(String[] strings) {
        return Arrays.stream(strings)
                .map(string -> string.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    static boolean passesUnchanged(String string) {
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }
}
