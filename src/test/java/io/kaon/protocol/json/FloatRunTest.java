package io.kaon.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a run reads is compared with what [JsonNumber] reads, bit by bit.
class FloatRunTest {
    private static final long SEED = 20_261_127;

    /// Where a run no longer looks.
    private static final String BEHIND = ",0".repeat(50) + "]";

    private final SplittableRandom random = new SplittableRandom(SEED);

    @BeforeAll
    static void printSeed() {
        System.out.println("FloatRunTest seed " + SEED);
    }

    @Test
    void readsEverythingPlainAsTheGeneralReaderDoes() {
        for (int i = 0; i < 3_000; i++) {
            List<String> numbers =
                    Stream.generate(this::plain).limit(random.nextInt(1, 300)).toList();
            String text = String.join(random.nextBoolean() ? "," : ", ", numbers) + BEHIND;
            assertThat(read(text, numbers.size())).as(text).isEqualTo(numbers.size());
        }
    }

    @Test
    void roundsWhatLiesNearHalfWayBetweenFloatsOnce() {
        for (int i = 0; i < 200_000; i++) {
            double near = (Float.intBitsToFloat(random.nextInt(0x3000_0000, 0x5000_0000)) * (1 + 0x1p-24));
            String text = new BigDecimal(near).setScale(random.nextInt(8, 17), RoundingMode.DOWN) + BEHIND;
            read(text, 1);
        }
    }

    /// Bytes of all kinds in between: whatever is read must be what the general reader reads.
    @Test
    void readsNothingThatTheGeneralReaderRefuses() {
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text =
                    new StringBuilder(Stream.generate(this::plain).limit(6).collect(Collectors.joining(",")) + BEHIND);
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                char other = random.nextBoolean()
                        ? (char) random.nextInt(256)
                        : "0123456789.-+eE,] \t\n\"NI".charAt(random.nextInt(23));
                text.setCharAt(random.nextInt(40), other);
            }
            read(text.toString(), 8);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-0,",
                "-0.0,",
                "01.5,",
                "00.5,",
                "1.,",
                ".5,",
                "-,",
                "--1,",
                "1e5,",
                "1.5e3,",
                "NaN,",
                "-Infinity,",
                "12345678,",
                "1 ,",
                "1\t,",
                "1]",
                "1.5]",
                "1.5 ]",
                "\"1\",",
                "[1,",
                "null,",
                "0.12345678901234567890,",
                "\u00AD1,",
                "\u00B1.5,",
                "1234567.1234567890123,",
                ""
            })
    void leavesWhatWantsACloserLook(String text) {
        assertThat(read(text + BEHIND, 1)).isEqualTo(0);
    }

    @Test
    void stopsAtTheEndOfTheDocument() {
        String row = IntStream.range(0, 40).mapToObj(i -> "0.5").collect(Collectors.joining(","));
        byte[] data = row.getBytes(ISO_8859_1);
        for (int end = 0; end <= data.length; end++) {
            FloatRun run = new FloatRun(data, end);
            run.read(0, new byte[4 * 64], 0, 64);
            assertThat(run.next()).isLessThanOrEqualTo(Math.max(0, end));
        }
    }

    @Test
    void readsNoMoreThanThereIsRoomFor() {
        byte[] data = ("1.5,".repeat(20) + BEHIND).getBytes(ISO_8859_1);
        FloatRun run = new FloatRun(data, data.length);
        assertThat(run.read(4, new byte[12], 0, 3)).isEqualTo(3);
        assertThat(run.next()).isEqualTo(16);
    }

    private String plain() {
        String sign = random.nextInt(3) == 0 ? "-" : "";
        String whole = Long.toString(random.nextInt(4) == 0 ? random.nextLong(10_000_000) : random.nextLong(10));
        int digits = random.nextInt(0, 13);
        String fraction = IntStream.range(0, digits)
                .mapToObj(_ -> String.valueOf(random.nextInt(10)))
                .collect(Collectors.joining());
        String text = digits == 0 ? whole : whole + "." + fraction;
        return Double.parseDouble(text) == 0 ? text : sign + text;
    }

    /// Reads up to `most` numbers and compares each with the general reader's.
    private static int read(String text, int most) {
        byte[] data = text.getBytes(ISO_8859_1);
        ByteBuffer out = ByteBuffer.allocate(4 * most).order(ByteOrder.LITTLE_ENDIAN);
        FloatRun run = new FloatRun(data, data.length);
        int count = run.read(0, out.array(), 0, most);
        JsonCursor general = new JsonCursor(data, 0, data.length, 8);
        for (int i = 0; i < count; i++) {
            float expected = general.number().floatValue();
            assertThat(Float.floatToRawIntBits(out.getFloat(4 * i)))
                    .as("number %d of %s, expected %s", i, text, expected)
                    .isEqualTo(Float.floatToRawIntBits(expected));
            assertThat(general.peek()).isEqualTo(',');
            general.rewind(general.position() + 1, 0);
        }
        int behindSpace = count > 0 && data[general.position()] == ' ' ? 1 : 0;
        assertThat(run.next()).isEqualTo(count == 0 ? 0 : general.position() + behindSpace);
        return count;
    }
}
