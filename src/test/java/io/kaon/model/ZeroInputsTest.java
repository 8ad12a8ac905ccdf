package io.kaon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ZeroInputsTest {
    @ParameterizedTest
    @EnumSource(DataType.class)
    void fitsTheSignatureInEveryType(DataType type) {
        TensorSpec input = TensorSpec.of("x", type, Shape.of(-1, 3));
        NamedTensors zeros = ZeroInputs.of(signature(input)).getFirst();
        assertThat(zeros.get("x")).isNotNull().satisfies(tensor -> {
            assertThat(input.accepts(tensor)).isTrue();
            assertThat(tensor.shape()).isEqualTo(Shape.of(1, 3));
        });
        switch (zeros.get("x")) {
            case DenseTensor dense ->
                assertThat(dense.data().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
            case StringTensor strings -> assertThat(strings.values()).allMatch(value -> value.length == 0);
            case null -> throw new AssertionError();
        }
    }

    @Test
    void givesAScalarWhereAnyShapeFits() {
        assertThat(shapeFor(null)).isEqualTo(Shape.scalar());
    }

    @Test
    void keepsDimensionsThatAreZero() {
        assertThat(shapeFor(Shape.of(0, Long.MAX_VALUE))).isEqualTo(Shape.of(0, Long.MAX_VALUE));
    }

    @Test
    void givesOneRowWhereverRowsAreCounted() {
        Shape table = Shape.of(-1, -1);
        TensorSpec rows = TensorSpec.of("x", DataType.FLOAT, table).withDimensionNames("n", "width");
        TensorSpec square = TensorSpec.of("a", DataType.FLOAT, table).withDimensionNames("n", "n");
        NamedTensors last = ZeroInputs.of(signature(rows, square)).getLast();
        assertThat(last.get("x")).isNotNull().extracting(Tensor::shape).isEqualTo(Shape.of(1, 224));
        assertThat(last.get("a")).isNotNull().extracting(Tensor::shape).isEqualTo(Shape.of(1, 1));
    }

    @Test
    void leavesOutWhatIsOptional() {
        NamedTensors zeros = ZeroInputs.of(signature(
                        TensorSpec.of("x", DataType.FLOAT, Shape.of(1)),
                        new TensorSpec("hint", DataType.FLOAT, Shape.of(1), false, List.of())))
                .getFirst();
        assertThat(zeros.names()).containsExactly("x");
    }

    @Test
    void refusesShapesThatTakeTooMuchMemory() {
        long floats = ZeroInputs.MOST_BYTES / 4;
        assertThat(of(Shape.of(floats))).isTrue();
        assertThat(of(Shape.of(floats + 1))).isFalse();
        assertThat(of(Shape.of(Long.MAX_VALUE, Long.MAX_VALUE))).isFalse();
    }

    @Test
    void countsAllInputsTogether() {
        Shape half = Shape.of(ZeroInputs.MOST_BYTES / 4 / 2);
        TensorSpec a = TensorSpec.of("a", DataType.FLOAT, half);
        TensorSpec b = TensorSpec.of("b", DataType.FLOAT, half);
        TensorSpec c = TensorSpec.of("c", DataType.FLOAT, Shape.of(1));
        assertThat(ZeroInputs.of(signature(a, b))).hasSize(1);
        assertThat(ZeroInputs.of(signature(a, b, c))).isEmpty();
    }

    @Test
    void triesSizesThatTheModelDoesNotDeclare() {
        List<NamedTensors> zeros =
                ZeroInputs.of(signature(TensorSpec.of("x", DataType.FLOAT, Shape.of(Shape.UNKNOWN, Shape.UNKNOWN, 3))));
        assertThat(zeros.stream()
                        .map(inputs -> inputs.asMap().values().iterator().next().shape()))
                .startsWith(Shape.of(1, 1, 3), Shape.of(1, 2, 3))
                .endsWith(Shape.of(1, 224, 3));
        assertThat(ZeroInputs.accepted(zeros, ZeroInputsTest::wantsFour)).isEqualTo(zeros.get(3));
        assertThatThrownBy(() -> ZeroInputs.accepted(zeros.subList(0, 3), ZeroInputsTest::wantsFour))
                .hasMessage("[1,1,3]");
    }

    private static void wantsFour(NamedTensors inputs) {
        Shape shape = inputs.asMap().values().iterator().next().shape();
        if (shape.dim(1) < 4) {
            throw new IllegalArgumentException(shape.toString());
        }
    }

    private static boolean of(Shape shape) {
        return ZeroInputs.of(signature(TensorSpec.of("x", DataType.FLOAT, shape)))
                        .size()
                == 1;
    }

    private static @Nullable Shape shapeFor(@Nullable Shape declared) {
        NamedTensors zeros = ZeroInputs.of(signature(TensorSpec.of("x", DataType.INT64, declared)))
                .getFirst();
        return zeros.asMap().values().iterator().next().shape();
    }

    private static ModelSignature signature(TensorSpec... inputs) {
        return ModelSignature.of("test", List.of(inputs), List.of());
    }
}
