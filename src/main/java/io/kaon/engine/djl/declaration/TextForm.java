package io.kaon.engine.djl.declaration;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.ArrayList;
import java.util.List;

/// Reads protobuf's text form without knowing the message's type. Nothing is trusted: depth and length have bounds.
final class TextForm {
    static final int MOST_CHARACTERS = 1 << 20;
    private static final int MOST_DEPTH = 32;

    /// What stands behind a field's name.
    sealed interface Value {}

    /// @param text without quotes
    record Scalar(String text) implements Value {}

    record Message(List<Field> fields) implements Value {
        /// All that stand under that name, lists taken apart.
        List<Value> all(String name) {
            return fields.stream()
                    .filter(field -> field.name.equals(name))
                    .map(Field::value)
                    .toList();
        }
    }

    /// @param line in which the name stands, from 1
    record Field(String name, int line, Value value) {}

    private final TextTokens tokens;
    private final String file;
    private int depth;

    private TextForm(String text, String file) {
        this.tokens = new TextTokens(text);
        this.file = file;
    }

    /// @param file what messages call it
    /// @throws ServingException ENGINE_FAILED with file and line
    static Message read(String text, String file) {
        if (text.length() > MOST_CHARACTERS) {
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED,
                    file + ": expected at most " + MOST_CHARACTERS + " characters, got " + text.length());
        }
        TextForm form = new TextForm(text, file);
        return form.message("");
    }

    /// Up to the sign that closes it, which is taken.
    private Message message(String close) {
        if (++depth > MOST_DEPTH) {
            throw wrong("at most " + MOST_DEPTH + " messages in each other");
        }
        List<Field> fields = new ArrayList<>();
        while (!tokens.take(close)) {
            int line = tokens.line();
            String name = name();
            boolean colon = tokens.take(":");
            if (tokens.take("[")) {
                boolean first = true;
                while (!tokens.take("]")) {
                    if (!first && !tokens.take(",")) {
                        throw wrong("`,` or `]`");
                    }
                    first = false;
                    fields.add(new Field(name, line, value(true)));
                }
            } else {
                fields.add(new Field(name, line, value(colon)));
            }
            boolean _ = tokens.take(",") || tokens.take(";");
        }
        depth--;
        return new Message(fields);
    }

    private String name() {
        if (!tokens.isWord()) {
            throw wrong("the name of a field");
        }
        return tokens.next();
    }

    private Value value(boolean scalarToo) {
        if (tokens.take("{")) {
            return message("}");
        }
        if (tokens.take("<")) {
            return message(">");
        }
        if (scalarToo && tokens.isText()) {
            StringBuilder all = new StringBuilder(tokens.next());
            while (tokens.isText()) {
                all.append(tokens.next());
            }
            return new Scalar(all.toString());
        }
        if (scalarToo && tokens.isWord()) {
            return new Scalar(tokens.next());
        }
        throw wrong(scalarToo ? "a value" : "`:` or `{`");
    }

    private ServingException wrong(String expected) {
        String got = tokens.peek();
        return new ServingException(
                ErrorKind.ENGINE_FAILED,
                file + ", line " + tokens.line() + ": expected " + expected + ", got "
                        + (got.isEmpty() ? "the end" : "`" + got + "`"));
    }
}
