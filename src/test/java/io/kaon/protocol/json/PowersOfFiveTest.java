package io.kaon.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class PowersOfFiveTest {
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);

    @Test
    void holdsEveryPowerToOneUnitOfTheLastPlace() {
        for (int q = PowersOfFive.MIN; q <= PowersOfFive.MAX; q++) {
            BigInteger entry =
                    unsigned(PowersOfFive.high(q)).multiply(TWO_TO_64).add(unsigned(PowersOfFive.low(q)));
            assertThat(entry.bitLength()).as("5^%d", q).isEqualTo(128);
            // entry * 2^shift is about 5^q; compare after multiplying both sides until they are integers.
            int shift = PowersOfFive.floorLog2OfPowerOfTen(q) - q - 127;
            BigInteger power = BigInteger.valueOf(5).pow(Math.abs(q));
            BigInteger scale = BigInteger.ONE.shiftLeft(Math.abs(shift));
            BigInteger off;
            BigInteger unit;
            if (q >= 0) {
                off = shift < 0
                        ? entry.subtract(power.multiply(scale))
                        : entry.multiply(scale).subtract(power);
                unit = shift < 0 ? BigInteger.ONE : scale;
            } else {
                off = entry.multiply(power).subtract(scale);
                unit = power;
            }
            assertThat(off.abs()).as("5^%d", q).isLessThan(unit);
            assertThat(off.signum())
                    .as("5^%d", q)
                    .isEqualTo(q > PowersOfFive.MAX_EXACT || q < -27 ? -1 : q < 0 ? 1 : 0);
        }
    }

    @Test
    void knowsTheLogarithmOfEveryPowerOfTen() {
        for (int q = PowersOfFive.MIN; q <= PowersOfFive.MAX; q++) {
            int bits = BigInteger.TEN.pow(Math.abs(q)).bitLength();
            // 10^-q is no power of two, so its logarithm lies strictly between two integers.
            int expected = q >= 0 ? bits - 1 : -bits;
            assertThat(PowersOfFive.floorLog2OfPowerOfTen(q)).as("10^%d", q).isEqualTo(expected);
        }
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }
}
