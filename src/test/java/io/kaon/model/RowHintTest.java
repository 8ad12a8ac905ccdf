package io.kaon.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import org.junit.jupiter.api.Test;

final class RowHintTest {
    private static final TensorSpec ROWS = TensorSpec.of("x", DataType.FLOAT, Shape.of(-1, 4));

    @Test
    void oneRowInPlaceOfRowsIsRecognised() {
        assertThat(RowHint.of(ROWS, Shape.of(4)))
                .contains("one row? write [[…]], a list of rows of which there is one: shape [1,4] instead of [4]");
        assertThat(RowHint.of(TensorSpec.of("x", DataType.FLOAT, Shape.of(-1, -1)), Shape.of(7)))
                .isPresent();
    }

    @Test
    void otherMistakesAreNotGuessedAt() {
        assertThat(RowHint.of(ROWS, Shape.of(3))).isEmpty();
        assertThat(RowHint.of(ROWS, Shape.of(2, 3))).isEmpty();
        assertThat(RowHint.of(ROWS, Shape.scalar())).isEmpty();
        assertThat(RowHint.of(TensorSpec.of("x", DataType.FLOAT, Shape.of(2, 4)), Shape.of(4)))
                .isEmpty();
        assertThat(RowHint.of(TensorSpec.of("x", DataType.FLOAT, null), Shape.of(4)))
                .isEmpty();
    }
}
