package io.kaon.protocol.tfs;

import java.util.HexFormat;

/// Writes JSON as protobuf's printer lays it out: every member on its own line, one space for each level. For small
/// answers that people read; what is asked often does not come through here.
final class PrettyJson {
    private final StringBuilder text = new StringBuilder();
    private int level;
    private boolean empty = true;

    PrettyJson beginObject() {
        return begin('{');
    }

    PrettyJson endObject() {
        return end('}');
    }

    PrettyJson beginArray() {
        return begin('[');
    }

    PrettyJson endArray() {
        return end(']');
    }

    /// Goes to the next line, for a member of an object; its value follows.
    PrettyJson name(String name) {
        element();
        quote(text, name);
        text.append(": ");
        return this;
    }

    /// Goes to the next line, for an element of an array.
    PrettyJson element() {
        text.append(empty ? "\n" : ",\n").repeat(" ", level);
        empty = false;
        return this;
    }

    PrettyJson value(String value) {
        quote(text, value);
        return this;
    }

    PrettyJson value(boolean value) {
        text.append(value);
        return this;
    }

    /// What has been written, and the end of the line.
    @Override
    public String toString() {
        return text + "\n";
    }

    private PrettyJson begin(char bracket) {
        text.append(bracket);
        level++;
        empty = true;
        return this;
    }

    private PrettyJson end(char bracket) {
        level--;
        if (!empty) {
            text.append('\n').repeat(" ", level);
        }
        empty = false;
        text.append(bracket);
        return this;
    }

    /// Appends the value as a JSON string.
    static void quote(StringBuilder to, String value) {
        to.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> to.append("\\\"");
                case '\\' -> to.append("\\\\");
                case '\n' -> to.append("\\n");
                case '\r' -> to.append("\\r");
                case '\t' -> to.append("\\t");
                default -> {
                    if (c < ' ') {
                        to.append("\\u").append(HexFormat.of().toHexDigits(c));
                    } else {
                        to.append(c);
                    }
                }
            }
        }
        to.append('"');
    }
}
