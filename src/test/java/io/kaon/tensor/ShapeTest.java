package io.kaon.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class ShapeTest {
    private static final Shape UNKNOWN_ROWS = Shape.of(Shape.UNKNOWN, 28, 28);

    @Test
    void keepsItsDimensionsToItself() {
        long[] dims = {2, 3};
        Shape shape = Shape.of(dims);
        dims[0] = 7;
        shape.dims()[1] = 7;

        assertThat(shape.dims()).containsExactly(2, 3);
        assertThat(shape.rank()).isEqualTo(2);
        assertThat(shape.dim(1)).isEqualTo(3);
    }

    @Test
    void refusesDimensionsBelowUnknown() {
        assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(3, -2)).withMessage("dimension -2 in [3, -2]");
        assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(3).with(0, -2));
        assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(3).prepend(Long.MIN_VALUE));
    }

    @Test
    void takesRankUpToTheLimitAndNoFurther() {
        Shape largest = Shape.of(new long[Shape.MAX_RANK]);

        assertThat(largest.rank()).isEqualTo(254);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> largest.prepend(1))
                .withMessage("rank 255 is above 254");
    }

    @Test
    void countsElements() {
        assertThat(Shape.scalar().elements()).isEqualTo(1);
        assertThat(Shape.of(2, 3, 4).elements()).isEqualTo(24);
        assertThat(Shape.of(5, 0).elements()).isZero();
        assertThat(Shape.of(1L << 31, 1L << 31).elements()).isEqualTo(1L << 62);
    }

    @Test
    void countsNoElementsInAnEmptyShapeHoweverLargeTheOtherDimensions() {
        assertThat(Shape.of(Long.MAX_VALUE, Long.MAX_VALUE, 0).elements()).isZero();
    }

    @Test
    void hasNoElementCountWhileADimensionIsUnknown() {
        assertThat(UNKNOWN_ROWS.isKnown()).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(UNKNOWN_ROWS::elements)
                .withMessage("no element count for [-1,28,28]");
        assertThatIllegalStateException().isThrownBy(Shape.of(0, Shape.UNKNOWN)::elements);
    }

    @Test
    void refusesToCountWhatFitsNoLong() {
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(Shape.of(1L << 32, 1L << 31)::elements);
    }

    @Test
    void acceptsWhatAgreesWhereverItIsKnown() {
        assertThat(UNKNOWN_ROWS.accepts(Shape.of(1, 28, 28))).isTrue();
        assertThat(UNKNOWN_ROWS.accepts(Shape.of(0, 28, 28))).isTrue();
        assertThat(UNKNOWN_ROWS.accepts(Shape.of(1, 28, 27))).isFalse();
        assertThat(UNKNOWN_ROWS.accepts(Shape.of(28, 28))).isFalse();
        assertThat(UNKNOWN_ROWS.accepts(Shape.of(1, 28, 28, 1))).isFalse();
        assertThat(Shape.scalar().accepts(Shape.scalar())).isTrue();
        assertThat(Shape.scalar().accepts(Shape.of(1))).isFalse();
    }

    @Test
    void isChangedByCopyOnly() {
        Shape shape = Shape.of(2, 3);

        assertThat(shape.prepend(Shape.UNKNOWN)).isEqualTo(Shape.of(-1, 2, 3));
        assertThat(shape.with(0, 9)).isEqualTo(Shape.of(9, 3));
        assertThat(Shape.scalar().prepend(4)).isEqualTo(Shape.of(4));
        assertThat(shape).isEqualTo(Shape.of(2, 3));
    }

    @Test
    void equalsByDimensions() {
        assertThat(Shape.of(2, 3)).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
        assertThat(Shape.of(2, 3)).isNotEqualTo(Shape.of(3, 2)).isNotEqualTo(Shape.of(2, 3, 1));
        assertThat(Shape.of()).isEqualTo(Shape.scalar());
    }

    @Test
    void showsItsDimensions() {
        assertThat(UNKNOWN_ROWS).hasToString("[-1,28,28]");
        assertThat(Shape.scalar()).hasToString("[]");
    }
}
