package io.kaon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kaon.testkit.HeldOutDigits.Digit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldOutDigitsTest {
    @Test
    void holdsEveryDigitAboutEquallyOften() throws IOException {
        List<Digit> digits = HeldOutDigits.read();

        assertThat(digits).hasSize(360);
        assertThat(digits.stream().collect(Collectors.groupingBy(Digit::label, Collectors.counting())))
                .containsOnlyKeys(IntStream.range(0, 10).boxed().toList())
                .allSatisfy((label, count) -> assertThat(count).isBetween(35L, 37L));
    }

    @Test
    void drawsWhiteStrokesOnBlack() throws IOException {
        assertThat(HeldOutDigits.read()).allSatisfy(digit -> {
            assertThat(digit.pixels()).hasSize(HeldOutDigits.SIDE * HeldOutDigits.SIDE);
            float[] sorted = digit.pixels().clone();
            Arrays.sort(sorted);
            assertThat(sorted).startsWith(0f).endsWith(255f);
            assertThat(digit.pixels()[0]).as("a corner is ground").isZero();
        });
    }

    /// A picture that is read one byte off is not centred; one that is read by columns lies on its side.
    @Test
    void drawsEveryDigitUprightAndCentred() throws IOException {
        assertThat(HeldOutDigits.read()).allSatisfy(digit -> {
            double mass = 0;
            double x = 0;
            double y = 0;
            double xx = 0;
            double yy = 0;
            for (int row = 0; row < HeldOutDigits.SIDE; row++) {
                for (int column = 0; column < HeldOutDigits.SIDE; column++) {
                    float pixel = digit.pixels()[row * HeldOutDigits.SIDE + column];
                    mass += pixel;
                    x += pixel * column;
                    y += pixel * row;
                    xx += pixel * column * column;
                    yy += pixel * row * row;
                }
            }
            double middle = (HeldOutDigits.SIDE - 1) / 2.0;
            assertThat(x / mass).isCloseTo(middle, within(0.4));
            assertThat(y / mass).isCloseTo(middle, within(0.4));
            assertThat(yy).as("spread over rows against columns").isGreaterThan(xx);
        });
    }

    @Test
    void readsLabelsAndPixelsAsUnsignedBytesRowByRow() throws IOException {
        ByteBuffer file = ByteBuffer.allocate(4 + 785).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(1).put((byte) 7).put((byte) 0).put((byte) 200);
        file.put(4 + 784, (byte) 255);

        Digit digit = HeldOutDigits.parse(file.rewind()).getFirst();

        assertThat(digit.label()).isEqualTo(7);
        assertThat(digit.pixels()).startsWith(0f, 200f, 0f).endsWith(255f);
    }

    @Test
    void refusesAFileThatIsCutShort() {
        ByteBuffer file = ByteBuffer.allocate(4 + 785).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(2).rewind();

        assertThatThrownBy(() -> HeldOutDigits.parse(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected 1574 bytes for 2 digits, got 789");
    }
}
