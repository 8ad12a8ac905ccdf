package io.kaon.protocol.json;

import io.kaon.model.ServingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads one JSON document from a byte array, from left to right, at the pace of its user.
///
/// The user looks at the first byte of the value ahead ([#peek()]) and then calls what fits it:
///
/// ```
/// if (cursor.openArray()) {
///     do {
///         cursor.number().floatValue();
///     } while (cursor.nextElement());
/// }
/// ```
///
/// Nothing is built but what the user asks for. [#number()] and [#string()] return views that the next call of the
/// same method overwrites, so a document of a million numbers costs no allocation here. [#skip()] checks the syntax of
/// a value without looking at its meaning; it does not recurse, so only the depth limit bounds the nesting that it
/// takes. A user who has to look ahead notes [#position()] and [#depth()] and goes back with [#rewind].
///
/// Bytes behind the end of the document's outermost value are never looked at. Every syntax error is a
/// [ServingException] that says what was expected, what was there, and at which byte. Not for several threads.
public final class JsonCursor {
    /// Far deeper than any sensible document, and shallow enough for the memory of a request.
    public static final int DEFAULT_MAX_DEPTH = 32_768;

    /// What [#peek()] returns behind the last byte.
    public static final int END = Integer.MIN_VALUE;

    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    /// How many characters of a value an error message shows.
    private static final int EXCERPT = 64;

    private final byte[] data;
    private final int origin;
    private final int end;
    private final int maxDepth;
    private final JsonNumber number;
    private final JsonString string;
    private final FloatRun floats;

    private int position;
    private int depth;

    /// One bit per open level, set for objects; kept by [#skip()] alone, and only for the levels that it opens.
    private long[] objects = new long[1];

    /// @param maxDepth how many lists and objects may be open at once
    /// @throws ServingException if there is nothing but white space
    public JsonCursor(byte[] data, int offset, int length, int maxDepth) {
        this.data = data;
        this.origin = offset;
        this.end = offset + length;
        this.maxDepth = maxDepth;
        this.number = new JsonNumber(data, origin, end);
        this.string = new JsonString(data, origin, end);
        this.floats = new FloatRun(data, end);
        this.position = offset;
        if (length >= 3
                && data[offset] == (byte) 0xEF
                && data[offset + 1] == (byte) 0xBB
                && data[offset + 2] == (byte) 0xBF) {
            position += 3;
        }
        if (peek() == END) {
            throw JsonSyntax.error("The document is empty", position - origin);
        }
    }

    /// The byte at which the next value or punctuation begins, past white space; negative for bytes from 0x80 up,
    /// [#END] if there is none.
    public int peek() {
        for (int at = position; at < end; at++) {
            byte found = data[at];
            if (found != ' ' && found != '\n' && found != '\r' && found != '\t') {
                position = at;
                return found;
            }
        }
        position = end;
        return END;
    }

    /// Enters the list that begins here. False if it is empty; it has been left again then.
    public boolean openArray() {
        open('[');
        if (peek() == ']') {
            close();
            return false;
        }
        return true;
    }

    /// Moves to the list's next element. False if there is none; the list has been left then.
    public boolean nextElement() {
        int found = peek();
        if (found == ',') {
            position++;
            return true;
        }
        if (found == ']') {
            close();
            return false;
        }
        throw expected("',' or ']' after an element of a list");
    }

    /// Enters the object that begins here. False if it is empty; it has been left again then. Otherwise the cursor is
    /// before a [#key()].
    public boolean openObject() {
        open('{');
        if (peek() == '}') {
            close();
            return false;
        }
        return true;
    }

    /// Moves to the object's next [#key()]. False if there is none; the object has been left then.
    public boolean nextMember() {
        int found = peek();
        if (found == ',') {
            position++;
            return true;
        }
        if (found == '}') {
            close();
            return false;
        }
        throw expected("',' or '}' after a member of an object");
    }

    /// Reads a member's name and the colon. The result is overwritten by the next call of this or [#string()].
    public JsonString key() {
        if (peek() != '"') {
            throw expected("a name in double quotes");
        }
        position = string.scan(position);
        if (peek() != ':') {
            throw expected("':' after a name");
        }
        position++;
        return string;
    }

    /// Reads a string. The result is overwritten by the next call of this or [#key()].
    public JsonString string() {
        if (peek() != '"') {
            throw expected("a string");
        }
        position = string.scan(position);
        return string;
    }

    /// Reads a number. The result is overwritten by the next call.
    public JsonNumber number() {
        peek();
        position = number.scan(position);
        return number;
    }

    /// Reads plain numbers of a list, each with the comma behind it, as floats. Stops before the first that wants a
    /// closer look, as a list's last one does; so the cursor is before an element afterwards, as it was before.
    ///
    /// @param out takes them from `place` on, four bytes each, the lowest first
    /// @param most how many to read; there must be room
    /// @return how many were read, possibly none
    public int plainFloats(byte[] out, int place, int most) {
        int read = floats.read(position, out, place, most);
        position = floats.next();
        return read;
    }

    /// Reads `true` or `false`.
    public boolean bool() {
        if (peek() == 't') {
            literal(TRUE);
            return true;
        }
        literal(FALSE);
        return false;
    }

    /// Passes one value of any kind, checking its syntax to the last digit and escape.
    public void skip() {
        int outside = depth;
        do {
            switch (peek()) {
                case '{' -> {
                    if (openObject()) {
                        noteKind(true);
                        key();
                        continue;
                    }
                }
                case '[' -> {
                    if (openArray()) {
                        noteKind(false);
                        continue;
                    }
                }
                case '"' -> string();
                case 't' -> literal(TRUE);
                case 'f' -> literal(FALSE);
                case 'n' -> literal(NULL);
                default -> number();
            }
            while (depth > outside && !moveOn()) {
                // What ended was the last of its list or object, so that has ended too.
            }
        } while (depth > outside);
    }

    /// Where the cursor stands; after [#peek()], where the value ahead begins.
    public int position() {
        return position;
    }

    /// How many lists and objects are open.
    public int depth() {
        return depth;
    }

    /// Bytes from here to the end.
    public int remaining() {
        return end - position;
    }

    /// Goes back to where [#position()] and [#depth()] once were these.
    public void rewind(int position, int depth) {
        this.position = position;
        this.depth = depth;
    }

    /// The text from `from` up to the cursor for an error message: shortened, never the whole of a large value.
    public String excerpt(int from) {
        // A character takes four bytes at most.
        int shown = Math.min(position - from, 4 * (EXCERPT + 1));
        return shorten(new String(data, from, shown, StandardCharsets.UTF_8));
    }

    /// A client's text for an error message: no more than its beginning.
    public static String shorten(String text) {
        return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT) + "…";
    }

    private boolean moveOn() {
        int level = depth - 1;
        if (((objects[level >> 6] >>> level) & 1) == 0) {
            return nextElement();
        }
        if (!nextMember()) {
            return false;
        }
        key();
        return true;
    }

    private void noteKind(boolean object) {
        int level = depth - 1;
        if (level >> 6 >= objects.length) {
            objects = Arrays.copyOf(objects, Math.max(objects.length * 2, (level >> 6) + 1));
        }
        long bit = 1L << level;
        objects[level >> 6] = object ? objects[level >> 6] | bit : objects[level >> 6] & ~bit;
    }

    private void open(char bracket) {
        if (peek() != bracket) {
            throw expected("'" + bracket + "'");
        }
        if (depth == maxDepth) {
            throw JsonSyntax.error(
                    "lists and objects are nested deeper than " + maxDepth + " levels", position - origin);
        }
        position++;
        depth++;
    }

    private void close() {
        position++;
        depth--;
    }

    private void literal(byte[] word) {
        if (end - position < word.length
                || !Arrays.equals(data, position, position + word.length, word, 0, word.length)) {
            throw expected("a value");
        }
        position += word.length;
    }

    private ServingException expected(String what) {
        return JsonSyntax.expected(what, data, origin, position, end);
    }
}
