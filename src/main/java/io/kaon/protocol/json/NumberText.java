package io.kaon.protocol.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteOrder;
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
///
/// **Floats of the usual size** need none of this: from 10^-4 to 10^9 the product of their 24 bits and of the 28 that
/// 5^12 has is an exact double, and adding 2^52 to it rounds it.
final class NumberText {
    /// No number takes more bytes.
    static final int MAX_LENGTH = 32;

    private static final long UNDECIDED = -1;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ZEROS = 0x3030_3030_3030_3030L;

    /// `0.` and zeros, the first character in the lowest byte.
    private static final long ZERO_POINT = 0x3030_3030_3030_2E30L;

    private static final long FRACTION = (1L << 52) - 1;

    private static final long NONE = -1;

    /// Digits that tell apart all floats and all doubles, and those that are tried first.
    private static final int NINE = 9;

    private static final int SEVENTEEN = 17;
    private static final int SHORT = 6;

    private static final long UNIT_OF_NINE = 1_000;
    private static final long UNIT_OF_SEVENTEEN = 100_000_000_000L;

    /// Half the distance to the value's neighbour, in units of the last digit, and some to spare.
    private static final long SLACK_OF_NINE = 64;

    private static final long SLACK_OF_SEVENTEEN = 16;

    /// Between these a float times the power of ten that leaves nine digits is a double without rounding: 24 bits
    /// times the 28 of 5^12 at most.
    private static final double LEAST_EXACT = 1e-4;

    private static final double GREATEST_EXACT = 1e9;
    private static final double[] DOUBLE_TENS_FROM_MINUS_FOUR = {
        1e-4, 1e-3, 1e-2, 1e-1, 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9
    };

    /// log10(2), 4096 times.
    private static final int LOG_2_IN_4096 = 1233;

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
        if (single && magnitude >= LEAST_EXACT && magnitude < GREATEST_EXACT) {
            int x = decimalExponent(bits, magnitude);
            // In a double of this size there is no room behind the point, so the sum is rounded, ties to even.
            double sum = magnitude * DecimalFloats.DOUBLE_TENS[NINE - 1 - x] + 0x1p52;
            return single(magnitude, Double.doubleToRawLongBits(sum) & FRACTION, x, out, next);
        }
        long fraction = bits & FRACTION;
        int field = (int) (bits >>> 52) & 0x7FF;
        long m = field == 0 ? fraction : fraction | (1L << 52);
        int zeros = Long.numberOfLeadingZeros(m);
        m <<= zeros;
        int e = Math.max(field, 1) - 1075 - zeros;

        int x = decimalExponent(m, e);
        if (single && magnitude >= Float.MIN_NORMAL) {
            return single(magnitude, rounded(magnitude, m, e, NINE - 1 - x), x, out, next);
        }
        int precision = single ? NINE : SEVENTEEN;
        boolean subnormal = single || magnitude < Double.MIN_NORMAL;
        long digits = rounded(magnitude, m, e, precision - 1 - x);
        long six = subnormal
                ? rounded(magnitude, m, e, SHORT - 1 - x)
                : shorter(digits, UNIT_OF_SEVENTEEN, SLACK_OF_SEVENTEEN);
        if (six != NONE && readsBack(six, x - (SHORT - 1), magnitude, single)) {
            return layout(six, SHORT, x, out, next);
        }
        return layout(digits, precision, x, out, next);
    }

    /// Lays out a float of which the nine digits are known.
    private static int single(double magnitude, long digits, int x, byte[] out, int at) {
        long six = shorter(digits, UNIT_OF_NINE, SLACK_OF_NINE);
        if (six != NONE && readsBack(six, x - (SHORT - 1), magnitude, true)) {
            return layout(six, SHORT, x, out, at);
        }
        return layout(digits, NINE, x, out, at);
    }

    /// Six of the digits, rounded, or [#NONE] if that many surely read back as another value.
    ///
    /// @param unit what the last of the six counts
    /// @param slack half the distance to the value's neighbour, and some to spare
    private static long shorter(long digits, long unit, long slack) {
        long six = digits / unit;
        long tail = digits - six * unit;
        if (tail <= slack) {
            return six;
        }
        return unit - tail <= slack ? six + 1 : NONE;
    }

    private static boolean readsBack(long digits, int exponent, double magnitude, boolean single) {
        return single
                ? DecimalFloats.toFloat(digits, exponent) == (float) magnitude
                : DecimalFloats.toDouble(digits, exponent) == magnitude;
    }

    /// The largest x with `10^x <= magnitude`, from 10^-4 to 10^9. The powers below 1 are not exact, but a float
    /// has too few bits to lie between one of them and its double.
    private static int decimalExponent(long bits, double magnitude) {
        int x = ((((int) (bits >>> 52) & 0x7FF) - 1023) * LOG_2_IN_4096) >> 12;
        return magnitude >= DOUBLE_TENS_FROM_MINUS_FOUR[x + 1 + 4] ? x + 1 : x;
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

    /// Lays out `digits`, of which there are `precision` unless rounding has made it one more, the first
    /// standing for 10^x, as `%g` with that precision does.
    private static int layout(long digits, int precision, int x, byte[] out, int at) {
        if (digits == TENS[precision]) {
            return laidOut(1, 1, x + 1, precision, out, at);
        }
        if (x >= -4 && x < SHORT - 1 && precision <= NINE) {
            return fixedAtOnce(digits, precision, x, out, at);
        }
        long kept = digits;
        int left = precision;
        while (true) {
            long tenth = kept / 10;
            if (tenth * 10 != kept) {
                return laidOut(kept, left, x, precision, out, at);
            }
            kept = tenth;
            left--;
        }
    }

    /// Lays out six or nine digits around a point, without a loop and without a branch for how many of them are
    /// zeros: those behind the last other one are the empty upper bytes of a word.
    private static int fixedAtOnce(long digits, int precision, int x, byte[] out, int at) {
        long first;
        long others;
        if (precision == NINE) {
            first = digits / TENS[8];
            others = eightDigits(digits - first * TENS[8]);
        } else {
            long eight = eightDigits(digits);
            first = (eight >>> 16) & 0xFF;
            others = eight >>> 24;
        }
        int count = 1 + Long.BYTES - (Long.numberOfLeadingZeros(others) >>> 3);
        if (x < 0) {
            LONG.set(out, at, ZERO_POINT);
            int next = at + 1 - x;
            out[next] = (byte) ('0' + first);
            LONG.set(out, next + 1, others + ZEROS);
            return next + count;
        }
        out[at] = (byte) ('0' + first);
        LONG.set(out, at + 1, others + ZEROS);
        int point = at + x + 1;
        out[point] = '.';
        LONG.set(out, point + 1, (others >>> (Byte.SIZE * x)) + ZEROS);
        return Math.max(at + count + 1, point + 2);
    }

    /// The eight digits of a number below 10^8, the first in the lowest byte: halves, then pairs, then digits,
    /// all parts of a word at once. The multiplications divide by 100 and by 10.
    private static long eightDigits(long value) {
        long upper = value / 10_000;
        long halves = upper | (value - upper * 10_000) << 32;
        long hundreds = ((halves * 10_486) >>> 20) & 0x0000_007F_0000_007FL;
        long pairs = (halves - hundreds * 100) << 16 | hundreds;
        long tens = ((pairs * 103) >>> 10) & 0x000F_000F_000F_000FL;
        return (pairs - tens * 10) << 8 | tens;
    }

    private static int laidOut(long digits, int count, int x, int precision, byte[] out, int at) {
        return x < -4 || x >= precision ? scientific(digits, count, x, out, at) : fixed(digits, count, x, out, at);
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
