package io.kaon.protocol.tfs;

import io.kaon.protocol.json.JsonCursor;
import java.nio.charset.StandardCharsets;

/// `{"b64": "<text>"}`, which stands for the bytes that the text encodes: an object with that member and no other.
final class Base64Object {
    private static final byte[] KEY = "b64".getBytes(StandardCharsets.US_ASCII);

    private Base64Object() {}

    /// Whether the value ahead is one; the cursor stays where it is.
    static boolean isNext(JsonCursor cursor) {
        if (cursor.peek() != '{') {
            return false;
        }
        int position = cursor.position();
        int depth = cursor.depth();
        boolean found = cursor.openObject() && cursor.key().contentEquals(KEY) && cursor.peek() == '"';
        if (found) {
            cursor.string();
            found = !cursor.nextMember();
        }
        cursor.rewind(position, depth);
        return found;
    }

    /// Reads one that [#isNext].
    static byte[] read(JsonCursor cursor) throws ValueFault {
        int from = cursor.position();
        cursor.openObject();
        cursor.key();
        byte[] bytes = cursor.string().base64();
        cursor.nextMember();
        if (bytes == null) {
            throw ValueFault.invalid(
                    "Unable to base64 decode: expected the standard alphabet with padding or without, got "
                            + cursor.excerpt(from));
        }
        return bytes;
    }
}
