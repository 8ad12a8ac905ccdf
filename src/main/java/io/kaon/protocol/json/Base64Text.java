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
        while (at < to) {
            if (sextets == 0) {
                int plain = plainGroups(text, at, to, bytes, length);
                at += 4 * plain;
                length += 3 * plain;
                if (at == to) {
                    break;
                }
            }
            byte sextet = SEXTETS[text[at] & 0xFF];
            if (sextet == FOREIGN) {
                break;
            }
            at++;
            if (sextet >= 0) {
                group = (group << 6) | sextet;
                if (++sextets == 4) {
                    put(group, bytes, length);
                    length += 3;
                    sextets = 0;
                }
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

    /// Decodes four characters at a time as long as all are of the alphabet.
    ///
    /// @return how many times that was
    private static int plainGroups(byte[] text, int from, int to, byte[] bytes, int length) {
        int groups = (to - from) / 4;
        for (int i = 0; i < groups; i++) {
            int at = from + 4 * i;
            int group = SEXTETS[text[at] & 0xFF] << 18
                    | SEXTETS[text[at + 1] & 0xFF] << 12
                    | SEXTETS[text[at + 2] & 0xFF] << 6
                    | SEXTETS[text[at + 3] & 0xFF];
            // What is not of the alphabet is negative, and so is whatever it is a part of.
            if (group < 0) {
                return i;
            }
            put(group, bytes, length + 3 * i);
        }
        return groups;
    }

    private static void put(int group, byte[] bytes, int at) {
        bytes[at] = (byte) (group >> 16);
        bytes[at + 1] = (byte) (group >> 8);
        bytes[at + 2] = (byte) group;
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
