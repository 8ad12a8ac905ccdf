package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class InputPaddingTest {
    @Test
    void fillsEveryRowWithTheFirstElementOfTheWholeTensor() {
        List<Tensor> widened = widen(Tensors.longs(Shape.of(2, 1), 7, 8), Tensors.longs(Shape.of(1, 3), 1, 2, 3));
        Tensors.assertEqual(widened.getFirst(), Tensors.longs(Shape.of(2, 3), 7, 7, 7, 8, 7, 7));
        Tensors.assertEqual(widened.getLast(), Tensors.longs(Shape.of(1, 3), 1, 2, 3));
    }

    @Test
    void takesTheLargestOfEachDimensionThoughNoRequestHasBoth() {
        List<Tensor> widened = widen(Tensors.longs(Shape.of(1, 2, 1), 1, 2), Tensors.longs(Shape.of(1, 1, 3), 4, 5, 6));
        Tensors.assertEqual(widened.getFirst(), Tensors.longs(Shape.of(1, 2, 3), 1, 1, 1, 2, 1, 1));
        Tensors.assertEqual(widened.getLast(), Tensors.longs(Shape.of(1, 2, 3), 4, 5, 6, 4, 4, 4));
    }

    @Test
    void fillsStringsToo() {
        List<Tensor> widened = widen(
                Tensors.strings(Shape.of(2, 1, 2), "a", "b", "c", "d"), Tensors.strings(Shape.of(1, 2, 1), "e", "f"));
        Tensors.assertEqual(
                widened.getFirst(), Tensors.strings(Shape.of(2, 2, 2), "a", "b", "a", "a", "c", "d", "a", "a"));
        Tensors.assertEqual(widened.getLast(), Tensors.strings(Shape.of(1, 2, 2), "e", "e", "f", "e"));
    }

    @Test
    void leavesAloneWhatHasEqualRows() {
        List<NamedTensors> parts = List.of(
                NamedTensors.of("x", Tensors.floats(Shape.of(1, 2), 1, 2)),
                NamedTensors.of("x", Tensors.floats(Shape.of(2, 2), 1, 2, 3, 4)));
        assertThat(InputPadding.widen(parts)).isSameAs(parts);
    }

    @Test
    void widensEachInputByItself() {
        Tensor same = Tensors.floats(1);
        List<NamedTensors> widened = InputPadding.widen(List.of(
                NamedTensors.of(Map.of("a", same, "b", Tensors.longs(Shape.of(1, 1), 5))),
                NamedTensors.of(Map.of("a", same, "b", Tensors.longs(Shape.of(1, 2), 6, 7)))));
        assertThat(widened.getFirst().get("a")).isSameAs(same);
        Tensors.assertEqual(Tensors.get(widened.getFirst(), "b"), Tensors.longs(Shape.of(1, 2), 5, 5));
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void putsEveryElementWhereItsIndexSaysForAllRanks(DataType type) {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int rank = 2; rank <= 6; rank++) {
            Tensor one = Tensors.random(type, shape(rank, random), random);
            Tensor other = Tensors.random(type, shape(rank, random), random);
            List<Tensor> widened = widen(one, other);
            assertWidened(one, other.shape(), widened.getFirst());
            assertWidened(other, one.shape(), widened.getLast());
        }
    }

    private static Shape shape(int rank, Random random) {
        long[] dims = new long[rank];
        Arrays.setAll(dims, _ -> 1 + random.nextInt(3));
        return Shape.of(dims);
    }

    private static void assertWidened(Tensor narrow, Shape other, Tensor wide) {
        Shape shape = wide.shape();
        assertThat(wide.type()).isEqualTo(narrow.type());
        assertThat(shape.dim(0)).isEqualTo(narrow.shape().dim(0));
        for (int axis = 1; axis < shape.rank(); axis++) {
            assertThat(shape.dim(axis)).isEqualTo(Math.max(narrow.shape().dim(axis), other.dim(axis)));
        }
        for (long i = 0; i < shape.elements(); i++) {
            assertThat(element(wide, i)).isEqualTo(element(narrow, positionIn(narrow.shape(), shape, i)));
        }
    }

    /// Where the element of the wide tensor comes from; the first where it lies outside.
    private static long positionIn(Shape narrow, Shape wide, long position) {
        long rest = position;
        long found = 0;
        long stride = 1;
        for (int axis = wide.rank() - 1; axis >= 0; axis--) {
            long index = rest % wide.dim(axis);
            if (index >= narrow.dim(axis)) {
                return 0;
            }
            found += index * stride;
            stride *= narrow.dim(axis);
            rest /= wide.dim(axis);
        }
        return found;
    }

    private static List<Byte> element(Tensor tensor, long position) {
        byte[] bytes = switch (tensor) {
            case DenseTensor dense -> {
                int each = dense.type().bytes();
                yield Arrays.copyOfRange(Tensors.bytesOf(dense), (int) position * each, (int) position * each + each);
            }
            case StringTensor strings -> strings.values().get((int) position);
        };
        Byte[] boxed = new Byte[bytes.length];
        Arrays.setAll(boxed, i -> bytes[i]);
        return List.of(boxed);
    }

    @Test
    void isPossibleWhereTheModelLeavesTheSizeOpen() {
        assertThat(isPossible(Shape.of(-1, -1, 4), Shape.of(1, 2, 4), Shape.of(3, 5, 4)))
                .isTrue();
        assertThat(isPossible(Shape.of(-1, 2, 4), Shape.of(1, 2, 4), Shape.of(3, 5, 4)))
                .isFalse();
        assertThat(isPossible(null, Shape.of(1, 2), Shape.of(1, 3))).isFalse();
    }

    @Test
    void isImpossibleWhereRanksDifferOrAreAboveSix() {
        assertThat(isPossible(Shape.of(-1, -1), Shape.of(1, 2), Shape.of(1, 3, 1)))
                .isFalse();
        assertThat(isPossible(open(6), ending(6, 2), ending(6, 3))).isTrue();
        assertThat(isPossible(open(7), ending(7, 2), ending(7, 3))).isFalse();
    }

    @Test
    void isImpossibleWhereATensorHasNothingToFillWith() {
        assertThat(isPossible(Shape.of(-1, -1), Shape.of(2, 0), Shape.of(1, 1))).isFalse();
        assertThat(isPossible(Shape.of(-1, -1), Shape.of(1, 1), Shape.of(2, 0))).isFalse();
    }

    private static boolean isPossible(@Nullable Shape declared, Shape one, Shape other) {
        return InputPadding.isPossible(TensorSpec.of("x", DataType.FLOAT, declared), one, other);
    }

    private static Shape open(int rank) {
        long[] dims = new long[rank];
        Arrays.fill(dims, Shape.UNKNOWN);
        return Shape.of(dims);
    }

    private static Shape ending(int rank, int last) {
        long[] dims = new long[rank];
        Arrays.fill(dims, 1);
        dims[rank - 1] = last;
        return Shape.of(dims);
    }

    private static List<Tensor> widen(Tensor one, Tensor other) {
        return InputPadding.widen(List.of(NamedTensors.of("x", one), NamedTensors.of("x", other))).stream()
                .map(part -> Tensors.get(part, "x"))
                .toList();
    }
}
