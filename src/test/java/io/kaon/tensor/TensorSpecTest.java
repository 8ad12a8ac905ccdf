package io.kaon.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorSpecTest {
    private static Tensor floats(long... dims) {
        Shape shape = Shape.of(dims);
        return new DenseTensor(DataType.FLOAT, shape, MemorySegment.ofArray(new byte[(int) shape.elements() * 4]));
    }

    @Test
    void acceptsItsTypeWhereTheShapeFits() {
        TensorSpec spec = TensorSpec.of("x", DataType.FLOAT, Shape.of(-1, 3));

        assertThat(spec.accepts(floats(2, 3))).isTrue();
        assertThat(spec.accepts(floats(2, 4))).isFalse();
        assertThat(spec.accepts(floats(3))).isFalse();
    }

    @Test
    void refusesAnotherTypeOfTheSameSize() {
        TensorSpec spec = TensorSpec.of("x", DataType.INT32, Shape.of(-1, 3));

        assertThat(spec.accepts(floats(2, 3))).isFalse();
    }

    @Test
    void acceptsEveryShapeWhereNoneIsDeclared() {
        TensorSpec spec = TensorSpec.of("x", DataType.FLOAT, null);

        assertThat(spec.accepts(floats())).isTrue();
        assertThat(spec.accepts(floats(1, 2, 3))).isTrue();
        assertThat(spec.accepts(new StringTensor(Shape.of(0), List.of()))).isFalse();
    }

    @Test
    void takesOnlyScalarsWhereAScalarIsDeclared() {
        TensorSpec spec = TensorSpec.of("x", DataType.FLOAT, Shape.scalar());

        assertThat(spec.accepts(floats())).isTrue();
        assertThat(spec.accepts(floats(1))).isFalse();
    }

    @Test
    void describesWhatItExpects() {
        assertThat(TensorSpec.of("x", DataType.FLOAT, Shape.of(-1, 3)).describe())
                .isEqualTo("FLOAT[-1,3]");
        assertThat(TensorSpec.of("x", DataType.BOOL, Shape.scalar()).describe()).isEqualTo("BOOL[]");
        assertThat(TensorSpec.of("x", DataType.STRING, null).describe()).isEqualTo("STRING of any shape");
        assertThat(TensorSpec.of("x", DataType.FLOAT, Shape.of(-1, -1, 4))
                        .withDimensionNames("batch", "", "")
                        .describe())
                .isEqualTo("FLOAT[batch,-1,4]");
    }

    @Test
    void wantsANameForEachDimensionOrNone() {
        TensorSpec spec = TensorSpec.of("x", DataType.FLOAT, Shape.of(-1, 3));

        assertThat(spec.dimensionName(1)).isEmpty();
        assertThat(spec.withDimensionNames("n", "").dimensionName(0)).isEqualTo("n");
        assertThatIllegalArgumentException().isThrownBy(() -> spec.withDimensionNames("n"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TensorSpec.of("x", DataType.FLOAT, null).withDimensionNames("n"));
    }

    @Test
    void isRequiredAndWithoutClassesUnlessSaidOtherwise() {
        TensorSpec spec = TensorSpec.of("x", DataType.FLOAT, null);

        assertThat(spec.required()).isTrue();
        assertThat(spec.classKeys()).isEmpty();
    }

    @Test
    void doesNotSeeLaterChangesOfTheClassKeys() {
        List<String> keys = new ArrayList<>(List.of("cat", "dog"));
        TensorSpec spec = new TensorSpec("x", DataType.FLOAT, null, true, keys);
        keys.clear();

        assertThat(spec.classKeys()).containsExactly("cat", "dog");
    }
}
