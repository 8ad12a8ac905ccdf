package io.kaon.protocol.json;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// Writes one JSON document into a byte array that grows, laid out as RapidJSON's pretty writer does it: four spaces
/// per level, every member and element on a line of its own, except that lists stay on one line while
/// [#singleLine(boolean)] says so. The switch may be thrown in the middle of a list; TensorFlow Serving does that.
///
/// The caller's calls must be balanced; that is not checked. Not for several threads.
public final class JsonText {
    private static final int INDENT = 4;
    private static final int MAX_LENGTH = Integer.MAX_VALUE - 8;
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    /// For every byte what follows the backslash; 0 for those that stand for themselves.
    private static final byte[] ESCAPES = escapes();

    private byte[] bytes;
    private int length;
    private boolean[] lists = new boolean[8];
    private int depth;
    /// Whether nothing has been written into the innermost list or object yet.
    private boolean first = true;
    /// Whether a name waits for its value.
    private boolean named;

    private boolean singleLine;

    /// @param expected about how many bytes the document will have
    public JsonText(int expected) {
        bytes = new byte[Math.max(expected, 64)];
    }

    /// The document, in the first [#length()] bytes; not a copy.
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /// Whether the elements of lists stay on the line.
    public void singleLine(boolean on) {
        singleLine = on;
    }

    public void beginObject() {
        begin(false, '{');
    }

    public void endObject() {
        end(true, '}');
    }

    public void beginList() {
        begin(true, '[');
    }

    public void endList() {
        end(!singleLine, ']');
    }

    /// Writes the name of the member whose value comes next.
    public void name(String name) {
        separate();
        quote(name.getBytes(StandardCharsets.UTF_8));
        put(": ");
        named = true;
    }

    public void value(float value) {
        if (Float.isFinite(value)) {
            separate();
            reserve(NumberText.MAX_LENGTH);
            length = NumberText.write(value, bytes, length);
        } else {
            word(Float.toString(value));
        }
    }

    /// Writes the rest of the buffer as values.
    public void floats(ByteBuffer data) {
        while (data.hasRemaining()) {
            value(data.getFloat());
            if (singleLine && depth > 0 && lists[depth - 1]) {
                finiteFloats(data);
            }
        }
    }

    /// As [#value(float)] does in a list that stays on the line, behind another element: in a loop that has the
    /// array and its end at hand. Stops before what is not finite.
    private void finiteFloats(ByteBuffer data) {
        int end = length;
        byte[] out = bytes;
        while (data.hasRemaining()) {
            float value = data.getFloat(data.position());
            if (!Float.isFinite(value)) {
                break;
            }
            data.position(data.position() + Float.BYTES);
            if (out.length - end < NumberText.MAX_LENGTH + 2) {
                length = end;
                reserve(NumberText.MAX_LENGTH + 2);
                out = bytes;
            }
            out[end++] = ',';
            out[end++] = ' ';
            end = NumberText.write(value, out, end);
        }
        length = end;
    }

    public void value(double value) {
        if (Double.isFinite(value)) {
            separate();
            reserve(NumberText.MAX_LENGTH);
            length = NumberText.write(value, bytes, length);
        } else {
            word(Double.toString(value));
        }
    }

    public void value(long value) {
        separate();
        reserve(NumberText.MAX_LENGTH);
        length = NumberText.write(value, bytes, length);
    }

    /// @param value from 0 to 2^64 - 1
    public void unsignedValue(long value) {
        separate();
        reserve(NumberText.MAX_LENGTH);
        length = NumberText.writeUnsigned(value, bytes, length);
    }

    public void value(boolean value) {
        word(value ? "true" : "false");
    }

    public void value(String value) {
        value(value.getBytes(StandardCharsets.UTF_8));
    }

    /// Writes a string. Bytes from 0x80 up go out as they are, whether they make UTF-8 or not.
    public void value(byte[] utf8) {
        separate();
        quote(utf8);
    }

    /// Writes bytes as a string of base64.
    public void base64(byte[] value) {
        separate();
        byte[] text = Base64.getEncoder().encode(value);
        reserve(text.length + 2L);
        bytes[length++] = '"';
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
        bytes[length++] = '"';
    }

    /// The document as text; what is not UTF-8 becomes replacement characters.
    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private void begin(boolean list, char bracket) {
        separate();
        reserve(1);
        bytes[length++] = (byte) bracket;
        if (depth == lists.length) {
            lists = Arrays.copyOf(lists, depth * 2);
        }
        lists[depth++] = list;
        first = true;
    }

    private void end(boolean ownLine, char bracket) {
        depth--;
        if (!first && ownLine) {
            newLine();
        }
        reserve(1);
        bytes[length++] = (byte) bracket;
        first = false;
    }

    /// Whatever stands between what was written and the name or value that comes next.
    private void separate() {
        if (named) {
            named = false;
            first = false;
            return;
        }
        if (depth == 0) {
            return;
        }
        boolean stay = singleLine && lists[depth - 1];
        if (!first) {
            reserve(2);
            bytes[length++] = ',';
            if (stay) {
                bytes[length++] = ' ';
            }
        }
        if (!stay) {
            newLine();
        }
        first = false;
    }

    private void newLine() {
        int width = INDENT * depth;
        reserve(width + 1L);
        bytes[length++] = '\n';
        Arrays.fill(bytes, length, length + width, (byte) ' ');
        length += width;
    }

    private void word(String ascii) {
        separate();
        put(ascii);
    }

    private void put(String ascii) {
        reserve(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            bytes[length++] = (byte) ascii.charAt(i);
        }
    }

    private void quote(byte[] utf8) {
        reserve(utf8.length + 2L);
        bytes[length++] = '"';
        int copied = 0;
        for (int at = 0; at < utf8.length; at++) {
            byte escape = ESCAPES[utf8[at] & 0xFF];
            if (escape != 0) {
                append(utf8, copied, at);
                copied = at + 1;
                escape(utf8[at], escape);
            }
        }
        append(utf8, copied, utf8.length);
        reserve(1);
        bytes[length++] = '"';
    }

    private void append(byte[] from, int begin, int end) {
        reserve(end - begin);
        System.arraycopy(from, begin, bytes, length, end - begin);
        length += end - begin;
    }

    private void escape(byte value, byte letter) {
        reserve(6);
        bytes[length++] = '\\';
        bytes[length++] = letter;
        if (letter == 'u') {
            bytes[length++] = '0';
            bytes[length++] = '0';
            bytes[length++] = HEX[value >> 4];
            bytes[length++] = HEX[value & 0xF];
        }
    }

    private void reserve(long more) {
        if (bytes.length - length < more) {
            grow(length + more);
        }
    }

    private void grow(long needed) {
        if (needed > MAX_LENGTH) {
            throw new ServingException(
                    ErrorKind.TOO_LARGE, "expected a JSON text of at most 2 GiB, got more than " + length + " bytes");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_LENGTH, Math.max(needed, 2L * bytes.length)));
    }

    private static byte[] escapes() {
        byte[] escapes = new byte[256];
        Arrays.fill(escapes, 0, ' ', (byte) 'u');
        escapes['\b'] = 'b';
        escapes['\t'] = 't';
        escapes['\n'] = 'n';
        escapes['\f'] = 'f';
        escapes['\r'] = 'r';
        escapes['"'] = '"';
        escapes['\\'] = '\\';
        return escapes;
    }
}
