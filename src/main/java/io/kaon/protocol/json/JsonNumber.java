package io.kaon.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A number in the document: what [JsonCursor#number()] returns.
///
/// Requests to a model server are mostly numbers, so this is where their time goes. A number is read once, left to
/// right, into the form `mantissa * 10^exponent`, and what it is converted to is decided later, by the code that
/// knows the element type.
///
/// **Digits come eight at a time.** Eight bytes are loaded as one little-endian long, so the first digit is the lowest
/// byte. XOR with eight `'0'` leaves 0 to 9 in every byte that holds a digit and more in every other; adding 0x76 then
/// sets the top bit of exactly the others, and the number of zeros below the lowest of those says how many digits
/// lead. Shifting the word up by the rest pushes the followers out at the top and zeros in at the bottom, where they
/// count as leading zeros. Three multiplications add up pairs, then fours, then all eight. A fraction of nine digits
/// thus takes two rounds and no branch that depends on where it ends.
///
/// **Up to 19 digits fit** an unsigned long. Of longer numbers the first 19 significant digits are kept. If dropping
/// the others made no difference (the kept digits and their successor round to the same number), that number is the
/// result; else the JDK's parser gets the text. It looks at about 1100 digits at most, so the time is linear in the
/// text.
///
/// **Integers** are numbers without point and exponent between -2^63 and 2^64 - 1; beyond, the same text is a number
/// like any other. `-0` is the integer 0 and so has no sign; `-0.0` has.
public final class JsonNumber {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final long[] TENS = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000};
    private static final int MAX_DIGITS = 19;

    /// No mantissa of 64 bits reaches the largest double with a smaller power of ten than this.
    private static final int LARGE_EXPONENT = 288;

    /// Where exponents stop being counted; beyond the length of any document, so that digits cannot make up for it.
    private static final long EXPONENT_LIMIT = 1L << 40;

    private final byte[] data;
    private final int origin;
    private final int end;

    private int from;
    private int to;
    private boolean negative;
    private boolean integer;
    private boolean word;

    /// The value of [#word]s; unused otherwise.
    private double wordValue;

    /// Unsigned; without the digits that were dropped.
    private long mantissa;
    private int exponent;

    /// Whether digits other than zero were dropped.
    private boolean inexact;

    JsonNumber(byte[] data, int origin, int end) {
        this.data = data;
        this.origin = origin;
        this.end = end;
    }

    /// Reads the number that begins at `at` and returns the position behind it.
    int scan(int at) {
        from = at;
        negative = at < end && data[at] == '-';
        int first = negative ? at + 1 : at;
        mantissa = 0;
        int next = digits(first);
        int count = next - first;
        if (count == 0) {
            return words(first);
        }
        if (count > 1 && data[first] == '0') {
            throw JsonSyntax.error("a number has no leading zeros", first - origin);
        }
        word = false;
        inexact = false;
        integer = true;
        long power = 0;
        if (next < end && data[next] == '.') {
            integer = false;
            int point = next;
            next = digits(point + 1);
            power = point + 1L - next;
            if (power == 0) {
                throw JsonSyntax.expected("a digit after the decimal point", data, origin, next, end);
            }
            count -= (int) power;
        }
        int behindDigits = next;
        if (next < end && (data[next] | 0x20) == 'e') {
            integer = false;
            next = exponentSign(next + 1);
            boolean down = data[next - 1] == '-';
            int digits = next;
            long value = 0;
            for (; next < end && isDigit(data[next]); next++) {
                value = Math.min(value * 10 + (data[next] - '0'), EXPONENT_LIMIT);
            }
            if (next == digits) {
                throw JsonSyntax.expected("a digit in the exponent", data, origin, next, end);
            }
            power += down ? -value : value;
        }
        to = next;
        if (count > MAX_DIGITS) {
            power += keepFirstDigits(first, behindDigits);
        }
        exponent = (int) Math.clamp(power, -10_000L, 10_000L);
        if (integer) {
            integer = exponent == 0 && !inexact && (!negative || Long.compareUnsigned(mantissa, Long.MIN_VALUE) <= 0);
        }
        if (exponent > LARGE_EXPONENT && Double.isInfinite(doubleValue())) {
            throw JsonSyntax.error("Number too big to be stored in double", from - origin);
        }
        return next;
    }

    /// Whether the number is an integer from -2^63 to 2^63 - 1.
    public boolean isLong() {
        return integer && (negative || mantissa >= 0);
    }

    /// Whether the number is an integer from 0 to 2^64 - 1.
    public boolean isUnsignedLong() {
        return integer && (!negative || mantissa == 0);
    }

    /// The value of an integer, modulo 2^64.
    public long longValue() {
        return negative ? -mantissa : mantissa;
    }

    /// The nearest float; beyond the largest one, infinity.
    public float floatValue() {
        if (word) {
            return (float) wordValue;
        }
        float magnitude = DecimalFloats.toFloat(mantissa, exponent);
        if (inexact && magnitude != DecimalFloats.toFloat(mantissa + 1, exponent)) {
            return Float.parseFloat(text());
        }
        return negative && !integer ? -magnitude : negative ? 0f - magnitude : magnitude;
    }

    /// The nearest double. Finite but for the words that mean otherwise.
    public double doubleValue() {
        if (word) {
            return wordValue;
        }
        double magnitude = DecimalFloats.toDouble(mantissa, exponent);
        if (inexact && magnitude != DecimalFloats.toDouble(mantissa + 1, exponent)) {
            return Double.parseDouble(text());
        }
        return negative && !integer ? -magnitude : negative ? 0d - magnitude : magnitude;
    }

    /// Adds the digits from `at` on to the mantissa, overflowing silently, and returns the position behind them.
    private int digits(int at) {
        int next = at;
        while (next <= end - Long.BYTES) {
            long chunk = eightBytes(data, next);
            int count = leadingDigits(chunk);
            if (count == 0) {
                return next;
            }
            mantissa = mantissa * TENS[count] + eightDigits(chunk << (64 - 8 * count));
            next += count;
            if (count < 8) {
                return next;
            }
        }
        for (; next < end && isDigit(data[next]); next++) {
            mantissa = mantissa * 10 + (data[next] - '0');
        }
        return next;
    }

    /// Eight bytes, the first one lowest, from each of which `'0'` was taken away.
    static long eightBytes(byte[] data, int at) {
        return (long) LONG.get(data, at) ^ 0x3030303030303030L;
    }

    /// How many of [#eightBytes] are digits, from the first on.
    static int leadingDigits(long chunk) {
        long others = (((chunk & 0x7F7F7F7F7F7F7F7FL) + 0x7676767676767676L) | chunk) & 0x8080808080808080L;
        return Long.numberOfTrailingZeros(others) >>> 3;
    }

    /// The number whose digits are the bytes, the first one lowest.
    static long eightDigits(long bytes) {
        // Every even byte: ten times itself plus its right neighbour, that is its upper one.
        long pairs = bytes * 10 + (bytes >>> 8);
        // 10^6 and 100 for the first and third pair, 10^4 and 1 for the second and fourth, summed in the upper half.
        long outer = (pairs & 0x000000FF000000FFL) * (100 + (1_000_000L << 32));
        long inner = ((pairs >>> 16) & 0x000000FF000000FFL) * (1 + (10_000L << 32));
        return (outer + inner) >>> 32;
    }

    /// Replaces an overflown mantissa by the first digits that fit, and returns by how many powers of ten that has
    /// made it smaller.
    private int keepFirstDigits(int first, int behind) {
        long kept = 0;
        int dropped = 0;
        int digits = 0;
        for (int at = first; at < behind; at++) {
            int digit = data[at] - '0';
            if (data[at] == '.') {
                continue;
            }
            if (digits < MAX_DIGITS || (digits == MAX_DIGITS && integer && fitsOneMore(kept, digit))) {
                kept = kept * 10 + digit;
                digits += kept == 0 ? 0 : 1;
            } else {
                inexact |= digit != 0;
                dropped++;
                digits = MAX_DIGITS + 1;
            }
        }
        mantissa = kept;
        return dropped;
    }

    private static boolean fitsOneMore(long kept, int digit) {
        long limit = Long.divideUnsigned(-1L, 10);
        int order = Long.compareUnsigned(kept, limit);
        return order < 0 || (order == 0 && digit <= Long.remainderUnsigned(-1L, 10));
    }

    private int exponentSign(int at) {
        return at < end && (data[at] == '+' || data[at] == '-') ? at + 1 : at;
    }

    /// Reads `NaN`, `Inf` or `Infinity`; says what may stand here if it is none of them.
    private int words(int at) {
        integer = false;
        word = true;
        if (follows("NaN", at)) {
            wordValue = Double.NaN;
            to = at + 3;
            return to;
        }
        if (follows("Inf", at)) {
            wordValue = negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            to = at + (follows("Infinity", at) ? 8 : 3);
            return to;
        }
        throw JsonSyntax.expected(negative ? "a digit after '-'" : "a value", data, origin, at, end);
    }

    private boolean follows(String letters, int at) {
        if (end - at < letters.length()) {
            return false;
        }
        for (int i = 0; i < letters.length(); i++) {
            if (data[at + i] != letters.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(byte found) {
        return found >= '0' && found <= '9';
    }

    private String text() {
        return new String(data, from, to - from, ISO_8859_1);
    }
}
