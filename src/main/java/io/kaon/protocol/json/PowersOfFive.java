package io.kaon.protocol.json;

import java.math.BigInteger;

/// The powers of five to 128 significant bits, for [DecimalFloats] and [NumberText].
///
/// The entry of `q` is a number from 2^127 up to 2^128, in two longs, such that 5^q is about
/// `entry * 2^(floor(log2(5^q)) - 127)`. How it is rounded is what the proofs behind [DecimalFloats] rest on: exact
/// from 0 to 55, cut off above 55 and below -27, and just above the true value from -27 to -1.
final class PowersOfFive {
    static final int MIN = -342;
    static final int MAX = 340;

    /// 5^55 is the last power that 128 bits hold.
    static final int MAX_EXACT = 55;

    private static final int BITS = 128;
    private static final long[] ENTRIES = compute();

    private PowersOfFive() {}

    static long high(int q) {
        return ENTRIES[2 * (q - MIN)];
    }

    static long low(int q) {
        return ENTRIES[2 * (q - MIN) + 1];
    }

    /// The largest b with 2^b <= 10^q, for all q in the table.
    static int floorLog2OfPowerOfTen(int q) {
        return (q * 217_706) >> 16;
    }

    private static long[] compute() {
        long[] entries = new long[2 * (MAX - MIN + 1)];
        BigInteger power = BigInteger.ONE;
        for (int q = 0; q <= MAX; q++) {
            store(entries, q, power.shiftLeft(BITS).shiftRight(power.bitLength()));
            if (q > 0 && q <= -MIN) {
                store(entries, -q, reciprocal(power, q));
            }
            power = power.multiply(BigInteger.valueOf(5));
        }
        for (int q = MAX + 1; q <= -MIN; q++) {
            store(entries, -q, reciprocal(power, q));
            power = power.multiply(BigInteger.valueOf(5));
        }
        return entries;
    }

    private static BigInteger reciprocal(BigInteger power, int q) {
        int bits = power.bitLength();
        if (q <= 27) {
            return BigInteger.ONE.shiftLeft(bits + BITS - 1).divide(power).add(BigInteger.ONE);
        }
        BigInteger fine =
                BigInteger.ONE.shiftLeft(2 * bits + BITS).divide(power).add(BigInteger.ONE);
        return fine.shiftRight(fine.bitLength() - BITS);
    }

    private static void store(long[] entries, int q, BigInteger value) {
        entries[2 * (q - MIN)] = value.shiftRight(64).longValue();
        entries[2 * (q - MIN) + 1] = value.longValue();
    }
}
