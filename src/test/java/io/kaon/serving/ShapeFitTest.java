package io.kaon.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.kaon.tensor.Shape;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShapeFitTest {
    private static final long SEED = 20_261_123;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    -1         | 4         | 4
                    -1 1       | 4         | 4 1
                    -1 1       | 0         | 0 1
                    -1         | 4 1       | 4
                    -1         | 1 4       | 4
                    -1         | 1 1       | 1
                    -1         | 1 4 1     | 4
                    1          | ''        | 1
                    ''         | 1         | ''
                    ''         | 1 1       | ''
                    1 -1       | 4         | 1 4
                    1 -1 1     | 1         | 1 1 1
                    1 28 28    | 28 28     | 1 28 28
                    -1 28 28 1 | 1 28 28   | 1 28 28 1
                    -1 28 28 1 | 2 28 28   | 2 28 28 1
                    -1 1 28 28 | 2 28 28   | 2 1 28 28
                    -1 1 28 28 | 2 28 28 1 | 2 1 28 28
                    -1 28 28   | 2 28 28 1 | 2 28 28
                    28 28      | 1 28 28   | 28 28
                    """)
    void addsDeclaredOnesAndDropsSurplusOnes(String declared, String given, String fitted) {
        assertThat(ShapeFit.of(shape(declared), shape(given))).isEqualTo(shape(fitted));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    -1 -1      | 1 5 1     | 1 5
                    -1 -1      | 5 1 1     | 5 1
                    -1 -1      | 1 1 5     | 1 5
                    -1 -1      | 1 5 7     | 5 7
                    -1 1       | 1 1 1     | 1 1
                    -1 1 -1    | 5 7       | 5 1 7
                    1 -1       | 5 1       | 1 5
                    -1 1 -1    | 1 5       | 1 1 5
                    """)
    void keepsTheFirstDimensionFirstWhereThereIsAChoice(String declared, String given, String fitted) {
        assertThat(ShapeFit.of(shape(declared), shape(given))).isEqualTo(shape(fitted));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    -1         | ''
                    -1 3       | 3
                    -1 28 28   | 28 28
                    -1 -1      | 5
                    -1         | 2 2
                    -1 1       | 2 2
                    -1 3       | 3 2
                    -1 28 28   | 28 28 1
                    2 2        | 4
                    2 3        | 3 2
                    ''         | 2
                    ''         | 0
                    0          | ''
                    1 1        | 0
                    """)
    void inventsNoUnknownDimensionAndMovesNoElement(String declared, String given) {
        assertThat(ShapeFit.of(shape(declared), shape(given))).isNull();
    }

    @Test
    void takesNoLongerForHundredsOfOnes() {
        long[] ones = new long[Shape.MAX_RANK];
        Arrays.fill(ones, 1);
        long[] unknown = new long[Shape.MAX_RANK / 2];
        Arrays.fill(unknown, Shape.UNKNOWN);
        unknown[0] = 7;
        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(ShapeFit.of(Shape.of(unknown), Shape.of(ones))).isNull());
    }

    @Test
    void givesAShapeThatIsDeclaredWithTheSameElementsInTheSameOrder() {
        System.out.println("ShapeFitTest seed " + SEED);
        SplittableRandom random = new SplittableRandom(SEED);
        int fitted = 0;
        for (int i = 0; i < 100_000; i++) {
            Shape declared = Shape.of(
                    random.ints(random.nextInt(5), -1, 4).mapToLong(d -> d).toArray());
            Shape given = Shape.of(
                    random.ints(random.nextInt(5), 0, 4).mapToLong(d -> d).toArray());
            Shape fit = ShapeFit.of(declared, given);
            if (fit != null) {
                fitted++;
                assertThat(declared.accepts(fit)).isTrue();
                assertThat(withoutOnes(fit)).isEqualTo(withoutOnes(given));
            }
        }
        assertThat(fitted).isGreaterThan(1_000);
    }

    private static long[] withoutOnes(Shape shape) {
        return Arrays.stream(shape.dims()).filter(dim -> dim != 1).toArray();
    }

    private static Shape shape(String dims) {
        return dims.isBlank()
                ? Shape.scalar()
                : Shape.of(Arrays.stream(dims.trim().split(" "))
                        .mapToLong(Long::parseLong)
                        .toArray());
    }
}
