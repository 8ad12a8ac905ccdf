package io.kaon.protocol.json;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/// Floats and doubles as TensorFlow Serving writes them: C's `%.6g` if that reads back as the same value, else `%.9g`
/// for floats and `%.17g` for doubles; with `.0` behind it if it would look like an integer.
///
/// Answers are mostly probabilities, whose floats nearly all need nine digits. So those are found first, and they tell
/// whether six could do: a text reads back as a value only if they differ by no more than half the distance to the
/// value's neighbour, that is by 2^-24 of the value for floats and 2^-53 for doubles. So the nine (or seventeen) digits
/// must end in nearly only zeros or nines. One in eight random floats gets as far as really being read back.
///
/// **The digits** are `value * 10^k`, rounded to the nearest integer, ties to even, for the k that leaves as many
/// digits as are wanted. The value is `m * 2^e` with a 64-bit m, and [PowersOfFive] has 10^k with 128 bits, so the
/// product has 192 bits: the integer in front, and more than a hundred bits of the fraction. From 5^0 to 5^55 the
/// table, and so the product, is exact. Otherwise the product is off by less than m units of its last place, that is
/// by at most one unit of its middle word, and of the fraction's first 64 bits only the last is in doubt. Where that
/// leaves open on which side of one half the fraction lies, BigDecimal decides.
final class NumberText {
    /// No number takes more bytes.
    static final int MAX_LENGTH = 32;

    private static final long UNDECIDED = -1;
    private static final int SHORT = 6;
    private static final long[] TENS = tens();
    private static final byte[] PAIRS = pairs();

    private NumberText() {}

    /// @param value finite
    /// @param at where to write; [#MAX_LENGTH] bytes must be free
    /// @return the position behind the text
    static int write(float value, byte[] out, int at) {
        return write(value, true, out, at);
    }

    /// @param value finite
    /// @param at where to write; [#MAX_LENGTH] bytes must be free
    /// @return the position behind the text
    static int write(double value, byte[] out, int at) {
        return write(value, false, out, at);
    }

    private static int write(double value, boolean single, byte[] out, int at) {
        int next = at;
        long bits = Double.doubleToRawLongBits(value);
        if (bits < 0) {
            out[next++] = '-';
        }
        double magnitude = Math.abs(value);
        if (magnitude == 0) {
            return fixed(0, 1, 0, out, next);
        }
        long fraction = bits & ((1L << 52) - 1);
        int field = (int) (bits >>> 52) & 0x7FF;
        long m = field == 0 ? fraction : fraction | (1L << 52);
        int zeros = Long.numberOfLeadingZeros(m);
        m <<= zeros;
        int e = Math.max(field, 1) - 1075 - zeros;

        int x = decimalExponent(m, e);
        int precision = single ? 9 : 17;
        boolean subnormal = magnitude < (single ? Float.MIN_NORMAL : Double.MIN_NORMAL);
        long digits = rounded(magnitude, m, e, precision - 1 - x);
        long unit = TENS[precision - SHORT];
        // Half the distance to the neighbour, in units of the last digit, and some to spare.
        long slack = single ? 64 : 16;
        long tail = digits % unit;
        if (subnormal || tail <= slack || unit - tail <= slack) {
            long six = subnormal ? rounded(magnitude, m, e, SHORT - 1 - x) : (digits + slack) / unit;
            int exponent = x - (SHORT - 1);
            boolean same = single
                    ? DecimalFloats.toFloat(six, exponent) == (float) magnitude
                    : DecimalFloats.toDouble(six, exponent) == magnitude;
            if (same) {
                return six == TENS[SHORT]
                        ? layout(1, 1, x + 1, SHORT, out, next)
                        : layout(six, SHORT, x, SHORT, out, next);
            }
        }
        return digits == TENS[precision]
                ? layout(1, 1, x + 1, precision, out, next)
                : layout(digits, precision, x, precision, out, next);
    }

    /// The largest x with `10^x <= m * 2^e`.
    private static int decimalExponent(long m, int e) {
        int log2 = e + 63;
        // floor(log2 * log10(2)), which is right or one too low.
        int x = (int) ((log2 * 1_292_913_986L) >> 32);
        int next = PowersOfFive.floorLog2OfPowerOfTen(x + 1);
        if (next != log2) {
            return next < log2 ? x + 1 : x;
        }
        int order = Long.compareUnsigned(m, PowersOfFive.high(x + 1));
        boolean reached = order > 0 || (order == 0 && PowersOfFive.low(x + 1) == 0);
        return reached ? x + 1 : x;
    }

    private static long rounded(double value, long m, int e, int k) {
        long digits = scaled(m, e, k);
        return digits == UNDECIDED
                ? new BigDecimal(value)
                        .scaleByPowerOfTen(k)
                        .setScale(0, RoundingMode.HALF_EVEN)
                        .longValueExact()
                : digits;
    }

    /// `m * 2^e * 10^k` to the nearest integer, or [#UNDECIDED].
    private static long scaled(long m, int e, int k) {
        long high = PowersOfFive.high(k);
        long low = PowersOfFive.low(k);
        long lowest = m * low;
        long middle = Math.unsignedMultiplyHigh(m, low);
        long carried = middle + m * high;
        long highest = Math.unsignedMultiplyHigh(m, high) + (Long.compareUnsigned(carried, middle) < 0 ? 1 : 0);
        int shift = -1 - e - PowersOfFive.floorLog2OfPowerOfTen(k);
        long integer = highest >>> shift;
        long fraction = (highest << (64 - shift)) | (carried >>> shift);
        if (fraction != Long.MIN_VALUE && fraction != Long.MAX_VALUE) {
            return fraction < 0 ? integer + 1 : integer;
        }
        if (k < 0 || k > PowersOfFive.MAX_EXACT) {
            return UNDECIDED;
        }
        boolean above = ((carried << (64 - shift)) | lowest) != 0;
        return fraction < 0 && (above || (integer & 1) == 1) ? integer + 1 : integer;
    }

    /// Lays out `digits`, of which there are `count`, the first standing for 10^x, as `%g` with that precision does.
    private static int layout(long digits, int count, int x, int precision, byte[] out, int at) {
        long kept = digits;
        int left = count;
        while (kept % 10 == 0) {
            kept /= 10;
            left--;
        }
        return x < -4 || x >= precision ? scientific(kept, left, x, out, at) : fixed(kept, left, x, out, at);
    }

    private static int fixed(long digits, int count, int x, byte[] out, int at) {
        int next = at;
        if (x < 0) {
            out[next++] = '0';
            out[next++] = '.';
            for (int i = -1; i > x; i--) {
                out[next++] = '0';
            }
            return integer(digits, count, out, next);
        }
        int behind = integer(digits, count, out, next);
        int point = next + x + 1;
        if (point < behind) {
            System.arraycopy(out, point, out, point + 1, behind - point);
            out[point] = '.';
            return behind + 1;
        }
        while (behind < point) {
            out[behind++] = '0';
        }
        out[behind++] = '.';
        out[behind++] = '0';
        return behind;
    }

    private static int scientific(long digits, int count, int x, byte[] out, int at) {
        // One place further right, so that the first digit can move in front of the point.
        int next = integer(digits, count, out, at + 1);
        out[at] = out[at + 1];
        if (count == 1) {
            next = at + 1;
        } else {
            out[at + 1] = '.';
        }
        out[next++] = 'e';
        out[next++] = (byte) (x < 0 ? '-' : '+');
        int magnitude = Math.abs(x);
        return integer(magnitude, magnitude < 100 ? 2 : 3, out, next);
    }

    /// Writes a number that is not negative, with leading zeros up to `count` digits.
    private static int integer(long value, int count, byte[] out, int at) {
        long rest = value;
        int place = at + count;
        while (place - at >= 2) {
            int pair = (int) (rest % 100) * 2;
            rest /= 100;
            out[--place] = PAIRS[pair + 1];
            out[--place] = PAIRS[pair];
        }
        if (place > at) {
            out[at] = (byte) ('0' + rest);
        }
        return at + count;
    }

    /// Writes an integer; [#MAX_LENGTH] bytes must be free.
    static int write(long value, byte[] out, int at) {
        int next = at;
        if (value < 0) {
            out[next++] = '-';
        }
        return writeUnsigned(Math.abs(value), out, next);
    }

    /// Writes an integer from 0 to 2^64 - 1; [#MAX_LENGTH] bytes must be free.
    static int writeUnsigned(long value, byte[] out, int at) {
        if (value < 0) {
            byte[] text = Long.toUnsignedString(value).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(text, 0, out, at, text.length);
            return at + text.length;
        }
        int count = 1;
        while (count < TENS.length && value >= TENS[count]) {
            count++;
        }
        return integer(value, count, out, at);
    }

    private static long[] tens() {
        long[] tens = new long[19];
        tens[0] = 1;
        for (int i = 1; i < tens.length; i++) {
            tens[i] = tens[i - 1] * 10;
        }
        return tens;
    }

    private static byte[] pairs() {
        byte[] pairs = new byte[200];
        for (int i = 0; i < 100; i++) {
            pairs[2 * i] = (byte) ('0' + i / 10);
            pairs[2 * i + 1] = (byte) ('0' + i % 10);
        }
        return pairs;
    }
}
