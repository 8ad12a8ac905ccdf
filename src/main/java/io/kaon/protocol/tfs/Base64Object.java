package io.kaon.protocol.tfs;

import io.kaon.protocol.json.JsonCursor;
import io.kaon.protocol.json.JsonString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

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
        boolean found = text(cursor) != null;
        cursor.rewind(position, depth);
        return found;
    }

    /// Reads the value ahead if it is one. If not: null, and the cursor stays where it is.
    static byte @Nullable [] read(JsonCursor cursor) throws ValueFault {
        if (cursor.peek() != '{') {
            return null;
        }
        int from = cursor.position();
        int depth = cursor.depth();
        JsonString text = text(cursor);
        if (text == null) {
            cursor.rewind(from, depth);
            return null;
        }
        byte[] bytes = text.base64();
        if (bytes == null) {
            throw ValueFault.invalid(
                    "Unable to base64 decode: expected the standard alphabet with padding or without, got "
                            + cursor.excerpt(from));
        }
        return bytes;
    }

    /// Passes the object ahead if it is one; otherwise null, and the cursor is somewhere inside.
    private static @Nullable JsonString text(JsonCursor cursor) {
        if (!cursor.openObject() || !cursor.key().contentEquals(KEY) || cursor.peek() != '"') {
            return null;
        }
        JsonString text = cursor.string();
        return cursor.nextMember() ? null : text;
    }
}
