package io.kaon.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class StringTensorTest {
    private static final byte[] ABC = "abc".getBytes(UTF_8);

    @Test
    void takesOneValuePerElement() {
        StringTensor tensor = new StringTensor(Shape.of(2, 1), List.of(ABC, new byte[] {(byte) 0xff, 0}));

        assertThat(tensor.type()).isEqualTo(DataType.STRING);
        assertThat(tensor.describe()).isEqualTo("STRING[2,1]");
        assertThat(tensor.values()).containsExactly(ABC, new byte[] {(byte) 0xff, 0});
    }

    @Test
    void takesOneValueAsAScalarAndNoneWhenEmpty() {
        assertThat(new StringTensor(Shape.scalar(), List.of(ABC)).values()).containsExactly(ABC);
        assertThat(new StringTensor(Shape.of(3, 0), List.of()).byteSize()).isZero();
    }

    @Test
    void refusesAnotherNumberOfValues() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StringTensor(Shape.of(3), List.of(ABC, ABC)))
                .withMessage("STRING[3] takes 3 values, got 2");
    }

    @Test
    void refusesShapesThatNoTensorCanHave() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StringTensor(Shape.of(-1), List.of(ABC)))
                .withMessage("STRING[-1] is not the shape of a tensor");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StringTensor(Shape.of(1L << 32, 1L << 32), List.of(ABC)))
                .withMessageContaining("is not the shape of a tensor");
    }

    /// A million empty strings take memory too, and limits must see it.
    @Test
    void countsWhatElementsCostBesideTheirBytes() {
        assertThat(new StringTensor(Shape.of(2), List.of(ABC, new byte[0])).byteSize())
                .isEqualTo(2 * 24 + 3);
    }
}
