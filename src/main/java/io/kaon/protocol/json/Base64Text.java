package io.kaon.protocol.json;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Decodes base64 as people write it into JSON: standard alphabet, white space anywhere, padding there or not. The
/// JDK's decoders are either stricter (no white space) or laxer (anything foreign is passed over).
final class Base64Text {
    private static final byte FOREIGN = -1;
    private static final byte SPACE = -2;
    private static final byte[] SEXTETS = sextets();

    private Base64Text() {}

    /// Null if the text is not base64. Padding must be absent or right.
    static byte @Nullable [] decode(byte[] text, int from, int to) {
        byte[] bytes = new byte[(int) ((to - from) * 3L / 4)];
        int length = 0;
        int group = 0;
        int sextets = 0;
        int at = from;
        for (; at < to; at++) {
            byte sextet = SEXTETS[text[at] & 0xFF];
            if (sextet >= 0) {
                group = (group << 6) | sextet;
                if (++sextets == 4) {
                    bytes[length++] = (byte) (group >> 16);
                    bytes[length++] = (byte) (group >> 8);
                    bytes[length++] = (byte) group;
                    sextets = 0;
                }
            } else if (sextet == FOREIGN) {
                break;
            }
        }
        int padding = padding(text, at, to);
        if (padding < 0 || sextets == 1 || (padding > 0 && sextets + padding != 4)) {
            return null;
        }
        if (sextets >= 2) {
            bytes[length++] = (byte) (sextets == 2 ? group >> 4 : group >> 10);
        }
        if (sextets == 3) {
            bytes[length++] = (byte) (group >> 2);
        }
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /// How many padding characters there are up to the end, -1 if there is anything else but white space.
    private static int padding(byte[] text, int from, int to) {
        int padding = 0;
        for (int at = from; at < to; at++) {
            if (text[at] == '=') {
                padding++;
            } else if (SEXTETS[text[at] & 0xFF] != SPACE) {
                return -1;
            }
        }
        return padding;
    }

    private static byte[] sextets() {
        byte[] table = new byte[256];
        Arrays.fill(table, FOREIGN);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            table[alphabet.charAt(i)] = (byte) i;
        }
        for (char space : " \t\n\u000B\f\r".toCharArray()) {
            table[space] = SPACE;
        }
        return table;
    }
}
