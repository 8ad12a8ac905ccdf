package io.kaon.batch.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.Tensors;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AgreementTest {
    @Test
    void takesRoundingForTheSame() {
        assertThat(difference(Tensors.floats(1, 1000), Tensors.floats(1.005f, 1000)))
                .isNull();
        assertThat(difference(Tensors.doubles(Shape.of(2), 1, 1000), Tensors.doubles(Shape.of(2), 1.005, 1000)))
                .isNull();
    }

    @Test
    void takesMoreThanRoundingForADifference() {
        assertThat(difference(Tensors.floats(1, 1000), Tensors.floats(1.2f, 1000)))
                .contains("output `y` differs by 0.2", "largest element is 1000");
    }

    @Test
    void measuresASmallRowByItself() {
        assertThat(difference(Tensors.floats(0.001f), Tensors.floats(0.002f))).isNotNull();
    }

    @Test
    void allowsHalvesTheRoundingThatTheyHave() {
        assertThat(difference(halves(1, 100), halves(1.4f, 100))).isNull();
        assertThat(difference(halves(1, 100), halves(2, 100))).isNotNull();
    }

    @Test
    void takesWholeNumbersAndStringsForTheSameOnlyIfTheyAreEqual() {
        assertThat(difference(Tensors.longs(Shape.of(2), 7, 8), Tensors.longs(Shape.of(2), 7, 9)))
                .contains("another value at position 1");
        assertThat(difference(Tensors.strings(Shape.of(1), "a"), Tensors.strings(Shape.of(1), "b")))
                .contains("another string at position 0");
        assertThat(difference(Tensors.strings(Shape.of(1), "a"), Tensors.strings(Shape.of(1), "a")))
                .isNull();
    }

    @Test
    void takesOtherShapesTypesAndNamesForADifference() {
        assertThat(difference(Tensors.floats(Shape.of(1, 2), 1, 2), Tensors.floats(Shape.of(1, 3), 1, 2, 0)))
                .contains("FLOAT[1,2] alone and FLOAT[1,3] in company");
        assertThat(difference(Tensors.floats(1), Tensors.doubles(Shape.of(1), 1)))
                .isNotNull();
        assertThat(Agreement.difference(
                        NamedTensors.of("y", Tensors.floats(1)), NamedTensors.of("z", Tensors.floats(1))))
                .contains("`y` is missing");
    }

    @Test
    void takesNaNForNaNAndForNothingElse() {
        assertThat(difference(Tensors.floats(Float.NaN, 1), Tensors.floats(Float.NaN, 1)))
                .isNull();
        assertThat(difference(Tensors.floats(Float.NaN), Tensors.floats(1))).contains("NaN alone and 1.0 in company");
        assertThat(difference(Tensors.floats(1, 2), Tensors.floats(1, Float.POSITIVE_INFINITY)))
                .isNotNull();
        assertThat(difference(Tensors.floats(0f), Tensors.floats(-0f))).isNull();
    }

    @Test
    void learnsNothingFromNaNs() {
        assertThat(Agreement.tells(NamedTensors.of("y", Tensors.floats(Float.NaN, Float.NEGATIVE_INFINITY))))
                .isFalse();
        assertThat(Agreement.tells(NamedTensors.of("y", Tensors.floats(Float.NaN, 0))))
                .isTrue();
        assertThat(Agreement.tells(NamedTensors.of("y", Tensors.strings(Shape.of(1), ""))))
                .isTrue();
    }

    private static DenseTensor halves(float... values) {
        short[] bits = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToFloat16(values[i]);
        }
        return new DenseTensor(DataType.FLOAT16, Shape.of(values.length), MemorySegment.ofArray(bits));
    }

    private static @Nullable String difference(Tensor alone, Tensor inCompany) {
        return Agreement.difference(NamedTensors.of("y", alone), NamedTensors.of("y", inCompany));
    }
}
