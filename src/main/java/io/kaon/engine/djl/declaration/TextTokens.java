package io.kaon.engine.djl.declaration;

/// Words, quoted texts and signs of protobuf's text form. `#` begins a comment.
final class TextTokens {
    private static final int SHOWN = 40;

    private enum Kind {
        WORD,
        TEXT,
        SIGN
    }

    private final String text;
    private int at;
    private int line = 1;
    private Kind kind = Kind.SIGN;
    private String token = "";

    TextTokens(String text) {
        this.text = text;
        advance();
    }

    /// Of the token that comes next.
    int line() {
        return line;
    }

    /// What comes next, short enough to be shown; empty at the end.
    String peek() {
        return token.length() > SHOWN ? token.substring(0, SHOWN) + "…" : token;
    }

    /// A name or a number.
    boolean isWord() {
        return kind == Kind.WORD;
    }

    /// Something in quotes.
    boolean isText() {
        return kind == Kind.TEXT;
    }

    String next() {
        String current = token;
        advance();
        return current;
    }

    /// Takes that sign if it comes next; the empty one stands for the end.
    boolean take(String sign) {
        boolean is = kind == Kind.SIGN && token.equals(sign);
        if (is) {
            advance();
        }
        return is;
    }

    private void advance() {
        skip();
        if (at >= text.length()) {
            kind = Kind.SIGN;
            token = "";
            return;
        }
        char first = text.charAt(at);
        if (first == '"' || first == '\'') {
            kind = Kind.TEXT;
            token = quoted(first);
            return;
        }
        int from = at++;
        if (isPartOfWord(first)) {
            kind = Kind.WORD;
            while (at < text.length() && isPartOfWord(text.charAt(at))) {
                at++;
            }
        } else {
            kind = Kind.SIGN;
        }
        token = text.substring(from, at);
    }

    private void skip() {
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '#') {
                while (at + 1 < text.length() && text.charAt(at + 1) != '\n') {
                    at++;
                }
            } else if (c == '\n') {
                line++;
            } else if (!Character.isWhitespace(c)) {
                return;
            }
        }
    }

    /// Only those escapes that names of tensors and files could need; a text that does not end, ends with its line.
    private String quoted(char quote) {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != quote && text.charAt(at) != '\n') {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            value.append(text.charAt(at++));
        }
        at++;
        return value.toString();
    }

    private static boolean isPartOfWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-' || c == '+';
    }
}
