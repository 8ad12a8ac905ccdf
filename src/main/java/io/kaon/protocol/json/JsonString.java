package io.kaon.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kaon.model.ServingException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A string in the document, as a view of its bytes: what [JsonCursor#string()] and [JsonCursor#key()] return.
///
/// Finding the closing quote looks at eight bytes at once and stops at those that matter: quotes, backslashes and
/// control characters. Escapes are checked where they are found, so unescaping, which few strings need and fewer are
/// asked for, has nothing left to refuse. Bytes from 0x80 up are passed on as they are, valid UTF-8 or not.
public final class JsonString {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private final byte[] data;
    private final int origin;
    private final int end;

    private int from;
    private int to;
    private boolean escaped;

    JsonString(byte[] data, int origin, int end) {
        this.data = data;
        this.origin = origin;
        this.end = end;
    }

    /// Reads the string whose opening quote is at `at`, and returns the position behind its closing quote.
    int scan(int at) {
        from = at + 1;
        escaped = false;
        int next = from;
        while (true) {
            next = special(next);
            if (next == end) {
                throw JsonSyntax.error(
                        "expected '\"' at the end of the string that began at " + (at - origin)
                                + ", got the end of the text",
                        end - origin);
            }
            byte found = data[next];
            if (found == '"') {
                to = next;
                return next + 1;
            }
            if (found != '\\') {
                throw JsonSyntax.expected("an escape for a control character", data, origin, next, end);
            }
            escaped = true;
            next = escape(next);
        }
    }

    /// Whether the string is this one.
    public boolean contentEquals(byte[] utf8) {
        return escaped ? Arrays.equals(unescape(), utf8) : Arrays.equals(data, from, to, utf8, 0, utf8.length);
    }

    /// The bytes that the string stands for, in a new array.
    public byte[] bytes() {
        return escaped ? unescape() : Arrays.copyOfRange(data, from, to);
    }

    /// The string as text; what is not UTF-8 becomes replacement characters.
    public String text() {
        return escaped ? new String(unescape(), UTF_8) : new String(data, from, to - from, UTF_8);
    }

    /// The bytes whose base64 form the string is; null if it is none.
    public byte @Nullable [] base64() {
        if (escaped) {
            byte[] text = unescape();
            return Base64Text.decode(text, 0, text.length);
        }
        return Base64Text.decode(data, from, to);
    }

    /// The first position from `at` on that holds a quote, a backslash or a control character; [#end] if none does.
    private int special(int at) {
        int next = at;
        for (; next <= end - Long.BYTES; next += Long.BYTES) {
            long chunk = (long) LONG.get(data, next);
            // The usual test for a zero byte, thrice. A borrow can raise false alarms, but only above a true one.
            long quote = chunk ^ (ONES * '"');
            long backslash = chunk ^ (ONES * '\\');
            long hits = ((chunk - ONES * ' ') & ~chunk) | ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash);
            hits &= HIGH_BITS;
            if (hits != 0) {
                return next + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
        }
        while (next < end && data[next] != '"' && data[next] != '\\' && (data[next] & 0xE0) != 0) {
            next++;
        }
        return next;
    }

    /// Checks the escape at `at` and returns the position behind it.
    private int escape(int at) {
        int letter = at + 1 < end ? data[at + 1] : JsonCursor.END;
        return switch (letter) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 2;
            case 'u' -> {
                char unit = hex(at + 2);
                if (Character.isLowSurrogate(unit)) {
                    throw surrogate(at);
                }
                if (!Character.isHighSurrogate(unit)) {
                    yield at + 6;
                }
                boolean second = at + 7 < end && data[at + 6] == '\\' && data[at + 7] == 'u';
                if (!second || !Character.isLowSurrogate(hex(at + 8))) {
                    throw surrogate(at);
                }
                yield at + 12;
            }
            default -> throw JsonSyntax.expected("one of \"\\/bfnrtu after a backslash", data, origin, at + 1, end);
        };
    }

    private ServingException surrogate(int at) {
        return JsonSyntax.error("expected a pair of surrogate escapes, got half of one", at - origin);
    }

    private char hex(int at) {
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = i < end ? Character.digit((char) (data[i] & 0xFF), 16) : -1;
            if (digit < 0) {
                throw JsonSyntax.expected("four hexadecimal digits after \\u", data, origin, i, end);
            }
            value = (value << 4) | digit;
        }
        return (char) value;
    }

    private byte[] unescape() {
        byte[] plain = new byte[to - from];
        int length = 0;
        int at = from;
        while (at < to) {
            byte found = data[at++];
            if (found != '\\') {
                plain[length++] = found;
                continue;
            }
            byte letter = data[at++];
            switch (letter) {
                case 'b' -> plain[length++] = '\b';
                case 'f' -> plain[length++] = '\f';
                case 'n' -> plain[length++] = '\n';
                case 'r' -> plain[length++] = '\r';
                case 't' -> plain[length++] = '\t';
                case 'u' -> {
                    int point = hex(at);
                    at += 4;
                    if (Character.isHighSurrogate((char) point)) {
                        point = Character.toCodePoint((char) point, hex(at + 2));
                        at += 6;
                    }
                    byte[] utf8 = Character.toString(point).getBytes(UTF_8);
                    System.arraycopy(utf8, 0, plain, length, utf8.length);
                    length += utf8.length;
                }
                default -> plain[length++] = letter;
            }
        }
        return Arrays.copyOf(plain, length);
    }
}
