package io.kaon.protocol.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ServingException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every conversion is compared with the JDK's, bit by bit.
class JsonNumberTest {
    private static final long SEED = 20_260_714;

    private final SplittableRandom random = new SplittableRandom(SEED);

    @BeforeAll
    static void printSeed() {
        System.out.println("JsonNumberTest seed " + SEED);
    }

    @Test
    void roundsShortDecimalsAsTheJdkDoes() {
        for (int i = 0; i < 200_000; i++) {
            check(random.nextLong(-1_000_000, 1_000_000) + "." + random.nextLong(1_000_000_000));
        }
    }

    @Test
    void roundsWhatPrintsAnyFloatAndAnyDouble() {
        for (int i = 0; i < 150_000; i++) {
            float single = Float.intBitsToFloat(random.nextInt());
            if (Float.isFinite(single)) {
                check(Float.toString(single));
            }
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                check(Double.toString(value));
            }
        }
    }

    @Test
    void roundsRandomDigitsWithRandomExponents() {
        for (int i = 0; i < 300_000; i++) {
            check(Long.toUnsignedString(random.nextLong() >>> random.nextInt(64)) + "e" + random.nextInt(-345, 290));
        }
        for (int i = 0; i < 150_000; i++) {
            check(Long.toUnsignedString(random.nextLong() >>> random.nextInt(64)) + "e" + random.nextInt(-66, 40));
        }
    }

    @Test
    void roundsWhatLiesHalfWayBetweenNeighbours() {
        for (int i = 0; i < 6_000; i++) {
            float single = Math.abs(Float.intBitsToFloat(random.nextInt()));
            if (single < Float.MAX_VALUE) {
                checkAround(new BigDecimal(single).add(new BigDecimal(Math.nextUp(single))));
            }
            double value = Math.abs(Double.longBitsToDouble(random.nextLong()));
            if (value < Double.MAX_VALUE) {
                checkAround(new BigDecimal(value).add(new BigDecimal(Math.nextUp(value))));
            }
        }
    }

    @Test
    void roundsIntegersHalfWayBetweenNeighbours() {
        for (int i = 0; i < 200_000; i++) {
            check(Long.toString(((random.nextLong() >>> 10) | (1L << 53)) * 2 + 1));
            check(Long.toString(((random.nextLong() >>> 39) | (1L << 24)) * 2 + 1));
        }
    }

    @Test
    void roundsSubnormals() {
        for (int i = 0; i < 2_000; i++) {
            float single = Float.intBitsToFloat(random.nextInt(1 << 23));
            checkAround(new BigDecimal(single).add(new BigDecimal(Math.nextUp(single))));
            double value = Double.longBitsToDouble(random.nextLong(1L << 52));
            checkAround(new BigDecimal(value).add(new BigDecimal(Math.nextUp(value))));
        }
        checkAround(new BigDecimal(Double.MIN_VALUE));
        checkAround(new BigDecimal(Float.MIN_VALUE));
        checkAround(new BigDecimal(Double.MIN_NORMAL).add(new BigDecimal(Math.nextDown(Double.MIN_NORMAL))));
        checkAround(new BigDecimal(Float.MIN_NORMAL).add(new BigDecimal(Math.nextDown(Float.MIN_NORMAL))));
    }

    @Test
    void roundsNumbersOfManyDigits() {
        for (int i = 0; i < 10_000; i++) {
            StringBuilder digits = new StringBuilder().append(1 + random.nextInt(9));
            int count = random.nextInt(17, i % 10 == 0 ? 800 : 60);
            int point = random.nextInt(count);
            for (int j = 1; j < count; j++) {
                digits.append(j == point ? "." : "").append(random.nextInt(10));
            }
            check(digits + "e" + (random.nextInt(-340, 300) - count));
            check("0." + "0".repeat(random.nextInt(340)) + digits.toString().replace(".", ""));
        }
    }

    /// @param sum twice the point around which to look
    private void checkAround(BigDecimal sum) {
        BigDecimal half = sum.divide(BigDecimal.TWO);
        String plain = half.toPlainString();
        check(half.toString());
        check(plain.contains(".") ? plain + "000000000000000000001" : plain + ".000000000000000000001");
        check(half.subtract(half.ulp().movePointLeft(3)).toString());
    }

    private static void check(String text) {
        JsonNumber number = number(text);
        double expected = Double.parseDouble(text);
        double value = number.doubleValue();
        float single = number.floatValue();
        if (Double.doubleToRawLongBits(value) != Double.doubleToRawLongBits(expected)
                || Float.floatToRawIntBits(single) != Float.floatToRawIntBits(Float.parseFloat(text))) {
            assertThat(value).as(text).isEqualTo(expected);
            assertThat(single).as(text).isEqualTo(Float.parseFloat(text));
        }
    }

    @Test
    @Timeout(10)
    void readsAMillionDigitsInLinearTime() {
        String digits = "7".repeat(1_000_000);
        assertThat(number("0." + digits).doubleValue()).isEqualTo(0.7777777777777778);
        assertThat(number("0." + "0".repeat(1_000_000) + "1e1000000").doubleValue())
                .isEqualTo(0.1);
        assertThat(number("1" + "0".repeat(1_000_000) + "e-1000000").floatValue())
                .isEqualTo(1f);
        assertThat(number("1e-" + digits).doubleValue()).isZero();
        assertThatThrownBy(() -> number(digits)).hasMessageContaining("Number too big");
        assertThatThrownBy(() -> number("1e" + digits)).hasMessageContaining("Number too big");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "-0,0",
        "7,7",
        "-1,-1",
        "12345678,12345678",
        "123456789,123456789",
        "9223372036854775807,9223372036854775807",
        "-9223372036854775808,-9223372036854775808"
    })
    void readsIntegers(String text, long value) {
        JsonNumber number = number(text);
        assertThat(number.isLong()).isTrue();
        assertThat(number.longValue()).isEqualTo(value);
        assertThat(number.isUnsignedLong()).isEqualTo(value >= 0);
    }

    @Test
    void integersReachUpToTheUnsignedLimit() {
        for (String text : new String[] {"9223372036854775808", "18446744073709551609", "18446744073709551615"}) {
            JsonNumber number = number(text);
            assertThat(number.isLong()).as(text).isFalse();
            assertThat(number.isUnsignedLong()).as(text).isTrue();
            assertThat(number.longValue()).as(text).isEqualTo(new BigInteger(text).longValue());
            check(text);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "18446744073709551616",
                "18446744073709551620",
                "-9223372036854775809",
                "184467440737095516150",
                "1.0",
                "1e2",
                "-0.0",
                "100000000000000000000000000"
            })
    void everythingElseIsNoInteger(String text) {
        assertThat(number(text).isLong()).isFalse();
        assertThat(number(text).isUnsignedLong()).isFalse();
        check(text);
    }

    @Test
    void onlyNumbersThatAreNoIntegersHaveASignedZero() {
        assertThat(Float.floatToRawIntBits(number("-0").floatValue())).isZero();
        assertThat(Double.doubleToRawLongBits(number("-0").doubleValue())).isZero();
        assertThat(number("-0.0").floatValue()).isEqualTo(-0f);
        assertThat(number("-0e5").doubleValue()).isEqualTo(-0d);
        assertThat(number("-1e-400").doubleValue()).isEqualTo(-0d);
    }

    @Test
    void floatsOverflowToInfinityAndDoublesAreRefused() {
        assertThat(number("3.4028236e38").floatValue()).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(number("-1e39").floatValue()).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(number("1.7976931348623157e308").doubleValue()).isEqualTo(Double.MAX_VALUE);
        for (String big : new String[] {"1.7976931348623159e308", "1e309", "-1e400", "10e308", "1".repeat(310)}) {
            assertThatThrownBy(() -> number(big)).as(big).hasMessageContaining("JSON Parse error: Number too big");
        }
    }

    @Test
    void readsTheWordsForWhatHasNoDigits() {
        assertThat(number("NaN").floatValue()).isNaN();
        assertThat(number("-NaN").doubleValue()).isNaN();
        assertThat(number("Inf").doubleValue()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(number("-Inf").floatValue()).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(number("Infinity").isLong()).isFalse();
        assertThat(number("-Infinity").doubleValue()).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "-", "+1", ".5", "1.", "1.e5", "1e", "1e+", "-e5", "01", "-01", "00", "nan", "inf", "INF", "N",
                "-I", "--1", "0x10"
            })
    void refusesWhatIsNoNumber(String text) {
        assertThatThrownBy(() -> {
                    JsonCursor cursor = cursor("[" + text + "]");
                    cursor.openArray();
                    cursor.number();
                    cursor.nextElement();
                })
                .isInstanceOf(ServingException.class)
                .hasMessageStartingWith("JSON Parse error: ")
                .hasMessageContaining(" at offset: ");
    }

    @Test
    void stopsWhereTheNumberEnds() {
        JsonCursor cursor = cursor("[123456789,0.5 ,-12e1]");
        assertThat(cursor.openArray()).isTrue();
        assertThat(cursor.number().longValue()).isEqualTo(123_456_789);
        assertThat(cursor.nextElement()).isTrue();
        assertThat(cursor.number().floatValue()).isEqualTo(0.5f);
        assertThat(cursor.nextElement()).isTrue();
        assertThat(cursor.number().floatValue()).isEqualTo(-120f);
        assertThat(cursor.nextElement()).isFalse();
    }

    private static JsonNumber number(String text) {
        return cursor(text).number();
    }

    private static JsonCursor cursor(String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        return new JsonCursor(bytes, 0, bytes.length, 100);
    }
}
