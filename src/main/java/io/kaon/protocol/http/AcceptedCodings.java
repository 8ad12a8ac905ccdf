package io.kaon.protocol.http;

import org.jspecify.annotations.Nullable;

/// Reads `Accept-Encoding`: a list of codings, each with an optional weight, as in `br;q=0.9, gzip`.
///
/// Each character is looked at a bounded number of times, and nothing is copied. A regular expression that tells
/// spaces around a separator from other spaces can take time with the square of their number.
final class AcceptedCodings {
    private static final String GZIP = "gzip";

    private AcceptedCodings() {}

    /// Whether the header lists gzip, or everything, and does not give it weight 0.
    static boolean takesGzip(@Nullable String header) {
        if (header == null) {
            return false;
        }
        for (int from = 0; from <= header.length(); ) {
            int comma = header.indexOf(',', from);
            int to = comma < 0 ? header.length() : comma;
            if (takesGzip(header, from, to)) {
                return true;
            }
            from = to + 1;
        }
        return false;
    }

    /// The same of one entry of the list.
    private static boolean takesGzip(String header, int from, int to) {
        int semicolon = header.indexOf(';', from, to);
        int end = semicolon < 0 ? to : semicolon;
        int start = from;
        while (start < end && isSpace(header.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(header.charAt(end - 1))) {
            end--;
        }
        int length = end - start;
        boolean named = length == 1
                ? header.charAt(start) == '*'
                : length == GZIP.length() && header.regionMatches(true, start, GZIP, 0, length);
        return named && (semicolon < 0 || !isZeroWeight(header, semicolon + 1, to));
    }

    /// Whether this is `q=0`, `q=0.0` and so on, with any spaces between.
    private static boolean isZeroWeight(String header, int from, int to) {
        boolean name = false;
        boolean equal = false;
        boolean zero = false;
        for (int i = from; i < to; i++) {
            char c = header.charAt(i);
            if (isSpace(c)) {
                continue;
            }
            if (!name) {
                name = c == 'q' || c == 'Q';
                if (!name) {
                    return false;
                }
            } else if (!equal) {
                equal = c == '=';
                if (!equal) {
                    return false;
                }
            } else if (c == '0') {
                zero = true;
            } else if (c != '.') {
                return false;
            }
        }
        return zero;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }
}
