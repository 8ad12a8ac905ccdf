package io.kaon.protocol.json;

/// From `w * 10^q` to the nearest float or double, exactly rounded, ties to even.
///
/// **Small numbers.** Where w and the power of ten are both exact in the target type, the processor's own
/// multiplication or division rounds just once, and so rightly (Clinger, 1990). That is most of what people type.
///
/// **All others** (Eisel and Lemire, 2021). 10^q is 5^q times a power of two, and only the 5^q matters for the digits.
/// Shift w up until its highest bit is set and multiply it by the upper 64 bits of 5^q from the table: the upper half
/// of the product holds the mantissa and at least nine more bits. Cutting off the lower bits of 5^q made the product
/// too small by less than one unit of its upper half, so the mantissa can be wrong only if all those other bits are
/// ones; then, and only then, the next 64 bits of 5^q are multiplied in as well. Mushtak and Lemire (2023) proved that
/// this always decides, for every w of 64 bits and for subnormal results too.
///
/// Exactly half way between two neighbours is possible only when 5^q (or, for negative q, its inverse) is short, that
/// is for q in a small range around zero; only there the tie is looked for, and broken to even.
final class DecimalFloats {
    static final double[] DOUBLE_TENS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };
    private static final float[] FLOAT_TENS = {1e0f, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f};

    private DecimalFloats() {}

    /// @param w unsigned
    static double toDouble(long w, int q) {
        if (w >>> 53 == 0 && q >= -22 && q <= 22) {
            return q < 0 ? w / DOUBLE_TENS[-q] : w * DOUBLE_TENS[q];
        }
        if (w == 0 || q < -342) {
            return 0;
        }
        return q > 308 ? Double.POSITIVE_INFINITY : Double.longBitsToDouble(nearest(w, q, 52, 1023, -4, 23));
    }

    /// @param w unsigned
    static float toFloat(long w, int q) {
        if (w >>> 24 == 0 && q >= -10 && q <= 10) {
            return q < 0 ? w / FLOAT_TENS[-q] : w * FLOAT_TENS[q];
        }
        if (w == 0 || q < -64) {
            return 0;
        }
        return q > 38 ? Float.POSITIVE_INFINITY : Float.intBitsToFloat((int) nearest(w, q, 23, 127, -17, 10));
    }

    /// The bits of the nearest number in the format that has `fractionBits` and `bias`.
    ///
    /// @param w not zero
    /// @param tieFrom the least q for which w * 10^q may lie half way between two numbers
    /// @param tieTo the greatest such q
    private static long nearest(long w, int q, int fractionBits, int bias, int tieFrom, int tieTo) {
        int zeros = Long.numberOfLeadingZeros(w);
        long factor = w << zeros;
        long five = PowersOfFive.high(q);
        long high = Math.unsignedMultiplyHigh(factor, five);
        long low = factor * five;
        // Below the mantissa, its leading bit, the rounding bit and the one that a carry may take.
        long rest = -1L >>> (fractionBits + 3);
        if ((high & rest) == rest) {
            long more = Math.unsignedMultiplyHigh(factor, PowersOfFive.low(q));
            low += more;
            if (Long.compareUnsigned(low, more) < 0) {
                high++;
            }
        }
        int carry = (int) (high >>> 63);
        int shift = 64 - fractionBits - 3 + carry;
        // Fraction, its leading one, and one bit to round by.
        long mantissa = high >>> shift;
        int exponent = PowersOfFive.floorLog2OfPowerOfTen(q) + 63 + carry - zeros + bias;
        if (exponent <= 0) {
            // Subnormal. Half way does not occur here. Rounding up to the least normal number sets its exponent too.
            mantissa = 1 - exponent < 64 ? mantissa >>> (1 - exponent) : 0;
            return (mantissa + (mantissa & 1)) >>> 1;
        }
        if (exponent > 2 * bias) {
            return (2L * bias + 1) << fractionBits;
        }
        boolean tie = Long.compareUnsigned(low, 1) <= 0
                && q >= tieFrom
                && q <= tieTo
                && (mantissa & 3) == 1
                && mantissa << shift == high;
        if (!tie) {
            mantissa += mantissa & 1;
        }
        // The leading one adds itself to the exponent, and so does a carry out of the fraction, up to infinity.
        return ((exponent - 1L) << fractionBits) + (mantissa >>> 1);
    }
}
