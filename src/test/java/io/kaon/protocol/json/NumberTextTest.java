package io.kaon.protocol.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Compares with a plain implementation of C's `%g` on BigDecimal.
class NumberTextTest {
    private static final long SEED = 20_260_715;

    private final SplittableRandom random = new SplittableRandom(SEED);

    @BeforeAll
    static void printSeed() {
        System.out.println("NumberTextTest seed " + SEED);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0.0",
        "-0,-0.0",
        "1,1.0",
        "0.1,0.1",
        "-2.5,-2.5",
        "0.33333334,0.333333343",
        "3.1415927,3.14159274",
        "999999,999999.0",
        "9000000,9e+06",
        "1000000,1e+06",
        "1234567,1234567.0",
        "123456789,123456792.0",
        "1e9,1e+09",
        "1.2345678e9,1.23456781e+09",
        "0.0001,0.0001",
        "0.00001,1e-05",
        "1.5e-7,1.5e-07",
        "3.4028235e38,3.40282347e+38",
        "1.4e-45,1.4013e-45",
        "16777216,16777216.0",
        "65504,65504.0"
    })
    void writesFloats(float value, String text) {
        assertThat(text(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0.0",
        "-0.0,-0.0",
        "0.3333333333333333,0.33333333333333331",
        "1e22,1e+22",
        "1e300,1e+300",
        "5e-324,4.94066e-324",
        "1.7976931348623157e308,1.7976931348623157e+308",
        "0.30000000000000004,0.30000000000000004",
        "123456.789,123456.789",
        "1e5,100000.0",
        "1e6,1e+06",
        "9007199254740993,9007199254740992.0",
        "12345678901234567890,1.2345678901234567e+19"
    })
    void writesDoubles(double value, String text) {
        assertThat(text(value)).isEqualTo(text);
    }

    /// Where digits come from one multiplication, and from one side of its ends to the other.
    @Test
    void writesFloatsOfTheUsualSize() {
        int least = Float.floatToRawIntBits(0.9e-4f);
        int greatest = Float.floatToRawIntBits(1.1e9f);
        for (int i = 0; i < 500_000; i++) {
            check(Float.intBitsToFloat(random.nextInt(least, greatest)));
            check(random.nextInt(2_000_000) / 1e6f);
        }
        for (int x = -5; x < 10; x++) {
            float power = Float.parseFloat("1e" + x);
            for (int step = -300; step <= 300; step++) {
                check(Float.intBitsToFloat(Float.floatToRawIntBits(power) + step));
            }
        }
    }

    @Test
    void writesFloatsOfAllExponents() {
        for (int i = 0; i < 300_000; i++) {
            check(Float.intBitsToFloat(random.nextInt()));
        }
        for (int exponent = 0; exponent < 255; exponent++) {
            for (int fraction : new int[] {0, 1, 2, 0x400000, 0x7FFFFE, 0x7FFFFF}) {
                check(Float.intBitsToFloat((exponent << 23) | fraction));
            }
        }
    }

    @Test
    void writesProbabilitiesAndRoundNumbers() {
        for (int i = 0; i < 200_000; i++) {
            check((float) random.nextDouble());
            check((float) Math.exp(-30 * random.nextDouble()));
            check(random.nextInt(1_000_000) / 1000f);
            check((float) random.nextInt());
        }
    }

    @Test
    void writesDoublesOfAllExponents() {
        for (int i = 0; i < 200_000; i++) {
            check(random.nextDouble());
            check(random.nextInt(10_000_000) / 1000d);
        }
        // TensorFlow Serving implementation is slow where exponents are large.
        for (int i = 0; i < 40_000; i++) {
            check(Double.longBitsToDouble(random.nextLong()));
        }
        for (int exponent = 0; exponent < 2047; exponent++) {
            for (long fraction : new long[] {0, 1, 2, 1L << 51, (1L << 52) - 2, (1L << 52) - 1}) {
                check(Double.longBitsToDouble(((long) exponent << 52) | fraction));
            }
        }
    }

    @Test
    void writesPowersOfTenAndTheirNeighbours() {
        for (int exponent = -323; exponent <= 308; exponent++) {
            double power = Double.parseDouble("1e" + exponent);
            check(power);
            check(Math.nextUp(power));
            check(Math.nextDown(power));
            float single = (float) power;
            if (Float.isFinite(single)) {
                check(single);
                check(Math.nextUp(single));
                check(Math.nextDown(single));
            }
        }
    }

    @Test
    void roundsTiesToEven() {
        for (int i = 0; i < 100_000; i++) {
            // 17 or 18 digits and a half, in places where a double can hold it.
            check((double) (random.nextLong(1L << 53) * 5L * (1 + random.nextInt(200))));
            check(random.nextInt(1 << 30) * 0.5 + 0x1p20);
            check((float) (random.nextInt(1 << 24) * 0.0009765625));
            check((float) (random.nextLong(1L << 40) * 5));
        }
    }

    @Test
    void writesIntegers() {
        byte[] out = new byte[NumberText.MAX_LENGTH];
        for (long value = 1; value > 0; value *= 10) {
            for (long near : new long[] {value - 1, value, -value, value + 7}) {
                int length = NumberText.write(near, out, 0);
                assertThat(new String(out, 0, length, US_ASCII)).isEqualTo(Long.toString(near));
            }
        }
        for (long value : new long[] {Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(new String(out, 0, NumberText.write(value, out, 0), US_ASCII))
                    .isEqualTo(Long.toString(value));
            assertThat(new String(out, 0, NumberText.writeUnsigned(value, out, 0), US_ASCII))
                    .isEqualTo(Long.toUnsignedString(value));
        }
    }

    private static void check(float value) {
        if (Float.isFinite(value)) {
            String six = format(value, 6);
            String expected = Float.parseFloat(six) == value ? six : format(value, 9);
            String text = text(value);
            if (!text.equals(expected)) {
                assertThat(text).as("float %s", value).isEqualTo(expected);
            }
        }
    }

    private static void check(double value) {
        if (Double.isFinite(value)) {
            String six = format(value, 6);
            String expected = Double.parseDouble(six) == value ? six : format(value, 17);
            String text = text(value);
            if (!text.equals(expected)) {
                assertThat(text).as("double %s", value).isEqualTo(expected);
            }
        }
    }

    /// `%.<precision>g`, and `.0` where it looks like an integer.
    private static String format(double value, int precision) {
        String sign = 1 / value < 0 || value < 0 ? "-" : "";
        if (value == 0) {
            return sign + "0.0";
        }
        BigDecimal rounded = new BigDecimal(Math.abs(value))
                .round(new MathContext(precision, RoundingMode.HALF_EVEN))
                .stripTrailingZeros();
        String digits = rounded.unscaledValue().toString();
        int exponent = digits.length() - 1 - rounded.scale();
        if (exponent < -4 || exponent >= precision) {
            String mantissa = digits.charAt(0) + (digits.length() == 1 ? "" : "." + digits.substring(1));
            String magnitude = Integer.toString(Math.abs(exponent));
            return sign + mantissa + (exponent < 0 ? "e-" : "e+") + (magnitude.length() < 2 ? "0" : "") + magnitude;
        }
        String plain = rounded.toPlainString();
        return sign + plain + (plain.contains(".") ? "" : ".0");
    }

    private static String text(float value) {
        byte[] out = new byte[NumberText.MAX_LENGTH];
        return new String(out, 0, NumberText.write(value, out, 0), US_ASCII);
    }

    private static String text(double value) {
        byte[] out = new byte[NumberText.MAX_LENGTH];
        return new String(out, 0, NumberText.write(value, out, 0), US_ASCII);
    }
}
