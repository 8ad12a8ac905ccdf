package io.kaon.engine.djl.archive;

/// Code without what stands in quotes and in comments, so that words in it are words of the language. Each character
/// that is left stands where it stood; line ends stay.
final class BlankedCode {
    private static final char BLANK = ' ';

    private BlankedCode() {}

    static String of(String code) {
        char[] blanked = code.toCharArray();
        int at = 0;
        while (at < blanked.length) {
            char c = blanked[at];
            if (c == '#') {
                at = blank(blanked, at, lineEnd(code, at));
            } else if (c == '"' || c == '\'') {
                at = blank(blanked, at, textEnd(code, at));
            } else {
                at++;
            }
        }
        return new String(blanked);
    }

    private static int lineEnd(String code, int from) {
        int end = code.indexOf('\n', from);
        return end < 0 ? code.length() : end;
    }

    /// Behind the quote that ends the text; of one that does not end, the end of the code.
    private static int textEnd(String code, int from) {
        String one = code.substring(from, from + 1);
        String quote = code.startsWith(one.repeat(3), from) ? one.repeat(3) : one;
        int at = from + quote.length();
        while (at < code.length() && !code.startsWith(quote, at)) {
            at += code.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(code.length(), at + quote.length());
    }

    private static int blank(char[] code, int from, int to) {
        for (int i = from; i < to; i++) {
            code[i] = code[i] == '\n' ? '\n' : BLANK;
        }
        return to;
    }
}
