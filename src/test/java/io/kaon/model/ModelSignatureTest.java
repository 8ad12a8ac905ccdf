package io.kaon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelSignatureTest {
    private static TensorSpec spec(String name) {
        return TensorSpec.of(name, DataType.FLOAT, Shape.of(-1));
    }

    @Test
    void keepsTheModelsOrder() {
        ModelSignature signature = ModelSignature.of(
                ModelSignature.DEFAULT_NAME,
                List.of(spec("z"), spec("a"), spec("m")),
                List.of(spec("y2"), spec("y1"), spec("y3")));

        assertThat(signature.name()).isEqualTo("serving_default");
        assertThat(signature.inputs().keySet()).containsExactly("z", "a", "m");
        assertThat(signature.outputs().keySet()).containsExactly("y2", "y1", "y3");
        assertThat(signature.inputs().get("a")).isEqualTo(spec("a"));
    }

    @Test
    void letsAnInputAndAnOutputHaveTheSameName() {
        ModelSignature signature = ModelSignature.of("s", List.of(spec("x")), List.of(spec("x")));

        assertThat(signature.inputs()).isEqualTo(signature.outputs());
    }

    @Test
    void refusesTwoInputsOrTwoOutputsOfOneName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelSignature.of("s", List.of(spec("x"), spec("x")), List.of(spec("y"))))
                .withMessage("two tensors are called x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelSignature.of("s", List.of(spec("x")), List.of(spec("y"), spec("y"))))
                .withMessage("two tensors are called y");
    }

    @Test
    void refusesATensorUnderAnotherName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelSignature("s", Map.of("x", spec("y")), Map.of(), SignatureTraits.NONE))
                .withMessage("the tensor y stands under the name x");
    }

    @Test
    void cannotBeChanged() {
        Map<String, TensorSpec> inputs = new LinkedHashMap<>(Map.of("x", spec("x")));
        ModelSignature signature = new ModelSignature("s", inputs, Map.of(), SignatureTraits.NONE);
        inputs.clear();

        assertThat(signature.inputs()).containsOnlyKeys("x");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> signature.inputs().remove("x"));
    }
}
