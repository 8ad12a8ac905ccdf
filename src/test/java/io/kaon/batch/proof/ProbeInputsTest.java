package io.kaon.batch.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ModelSignature;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ProbeInputsTest {
    @ParameterizedTest
    @EnumSource(DataType.class)
    void makesRowsThatDifferAndAreTheSameEachTime(DataType type) {
        ProbeInputs inputs = ProbeInputs.of(signature(type, Shape.of(-1))).getFirst();
        for (int row = 0; row < ProbeInputs.ROWS; row++) {
            NamedTensors made = inputs.row(row);
            assertThat(made.isSame(inputs.row(row))).isTrue();
            assertThat(Tensors.get(made, "x").shape()).isEqualTo(Shape.of(1));
        }
        assertThat(inputs.row(0).isSame(inputs.row(1))).isFalse();
        if (type != DataType.BOOL) {
            assertThat(inputs.row(0).isSame(inputs.row(2))).isFalse();
            assertThat(inputs.row(1).isSame(inputs.row(2))).isFalse();
        }
    }

    @Test
    void makesLargeAndSmallNumbersOfBothSigns() {
        ProbeInputs inputs =
                ProbeInputs.of(signature(DataType.FLOAT, Shape.of(-1, 50))).getFirst();
        float[] ordinary = Tensors.floatsOf(Tensors.get(inputs.row(0), "x"));
        float[] large = Tensors.floatsOf(Tensors.get(inputs.row(1), "x"));
        float[] small = Tensors.floatsOf(Tensors.get(inputs.row(2), "x"));
        float[] positive = Tensors.floatsOf(Tensors.get(inputs.row(3), "x"));
        assertThat(largest(ordinary)).isBetween(0.5f, 1f);
        assertThat(largest(large)).isBetween(50f, 100f);
        assertThat(largest(small)).isBetween(0.005f, 0.01f);
        assertThat(least(ordinary)).isNegative();
        assertThat(least(positive)).isPositive();
    }

    @Test
    void triesSizesThatAreFreeAndOtherKindsOfValues() {
        assertThat(ProbeInputs.of(signature(DataType.FLOAT, Shape.of(-1, 4)))).hasSize(1);
        assertThat(ProbeInputs.of(signature(DataType.FLOAT, Shape.of(-1, -1)))).hasSizeGreaterThan(3);
        List<ProbeInputs> texts = ProbeInputs.of(signature(DataType.STRING, Shape.of(-1)));
        assertThat(texts).hasSize(2);
        assertThat(texts.get(0).isLike(texts.get(1))).isFalse();
    }

    @Test
    void makesNoRowsOfMegabytes() {
        assertThat(ProbeInputs.of(signature(DataType.FLOAT, Shape.of(-1, 1 << 20))))
                .isEmpty();
    }

    private static float least(float[] values) {
        float least = values[0];
        for (float value : values) {
            least = Math.min(least, value);
        }
        return least;
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static ModelSignature signature(DataType type, Shape shape) {
        return ModelSignature.of(
                ModelSignature.DEFAULT_NAME,
                List.of(TensorSpec.of("x", type, shape)),
                List.of(TensorSpec.of("y", type, shape)));
    }
}
