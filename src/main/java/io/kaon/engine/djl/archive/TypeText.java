package io.kaon.engine.djl.archive;

import java.util.ArrayList;
import java.util.List;

/// Finds ends and parts in printed types and lists of parameters, whose brackets may stand in each other.
final class TypeText {
    private static final String OPENING = "([{";
    private static final String CLOSING = ")]}";

    private TypeText() {}

    /// Where the bracket that opens there is closed; -1 if it is not.
    static int closing(String text, int open) {
        int depth = 0;
        for (int at = open; at >= 0 && at < text.length(); at++) {
            depth += change(text.charAt(at));
            if (depth == 0) {
                return at;
            }
        }
        return -1;
    }

    /// The next `:` that stands in no bracket; -1 if there is none.
    static int end(String text, int from) {
        int depth = 0;
        for (int at = from; at < text.length(); at++) {
            depth += change(text.charAt(at));
            if (depth == 0 && text.charAt(at) == ':') {
                return at;
            }
        }
        return -1;
    }

    /// What stands between commas that are in no bracket, without blanks around it; nothing for what is empty.
    static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int at = 0; at <= text.length(); at++) {
            char c = at == text.length() ? ',' : text.charAt(at);
            depth += change(c);
            if (c == ',' && (depth == 0 || at == text.length())) {
                String part = text.substring(from, at).strip();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
                from = at + 1;
            }
        }
        return parts;
    }

    /// By how much a character changes in how many brackets what follows stands.
    static int change(char c) {
        return OPENING.indexOf(c) >= 0 ? 1 : CLOSING.indexOf(c) >= 0 ? -1 : 0;
    }
}
