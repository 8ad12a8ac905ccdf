package io.kaon.client;

import java.util.HexFormat;

/// Text from elsewhere as a terminal may get it: what would move the cursor, change colours or turn the direction of
/// writing is shown as its number instead.
public final class Printable {
    private Printable() {}

    /// On one line: line feeds become spaces.
    public static String line(String text) {
        return of(text.strip().replaceAll("\\R\\s*", " "));
    }

    /// With the line feeds and tabs that it has.
    public static String of(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isHarmless(c)) {
                safe.appendCodePoint(c);
            } else {
                safe.append(
                        c < 0x100
                                ? "\\x" + HexFormat.of().toHexDigits((byte) c)
                                : "\\u{" + Integer.toHexString(c) + "}");
            }
        });
        return safe.toString();
    }

    /// No longer than so many characters.
    public static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL -> c == '\n' || c == '\t';
            case Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
        };
    }
}
