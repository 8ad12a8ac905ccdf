package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.Tensors;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class BatchSizeTest {
    @Test
    void isTheSumWhereNothingIsWidened() {
        BatchSize size = size(false, floats(1, 2), floats(3, 2));
        assertThat(size.elements()).isEqualTo(8);
        assertThat(size.bytes()).isEqualTo(32);
    }

    @Test
    void isTheSumWhereRowsAreEqual() {
        BatchSize size = size(true, floats(1, 2), floats(3, 2));
        assertThat(size.elements()).isEqualTo(8);
        assertThat(size.bytes()).isEqualTo(32);
    }

    @Test
    void countsWhatIsAdded() {
        BatchSize size = size(true, floats(3, 1), floats(1, 5), floats(1, 2));
        assertThat(size.elements()).isEqualTo(25);
        assertThat(size.bytes()).isEqualTo(100);
    }

    @Test
    void countsAddedStringsAsIfEachWereThere() {
        Tensor word = Tensors.strings(Shape.of(1, 1), "word");
        Tensor letters = Tensors.strings(Shape.of(1, 3), "a", "b", "c");
        assertThat(size(true, word, letters).bytes()).isEqualTo(3 * (24 + 4) + 3 * (24 + 1));
    }

    @Test
    void isHugeWhereTheLargestSizesHaveAProductThatNoIntegerHolds() {
        long[] dims = {1, 1, 1, 1, 1, 1};
        Tensor[] tensors = new Tensor[5];
        for (int axis = 1; axis < dims.length; axis++) {
            long[] longer = dims.clone();
            longer[axis] = 1 << 14;
            tensors[axis - 1] =
                    new DenseTensor(DataType.INT8, Shape.of(longer), MemorySegment.ofArray(new byte[1 << 14]));
        }
        assertThat(size(true, tensors).bytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(size(true, tensors).elements()).isEqualTo(Long.MAX_VALUE);
    }

    private static BatchSize size(boolean widens, Tensor... inputs) {
        BatchSize size = new BatchSize(WideRequests.of(inputs[0]), widens);
        Arrays.stream(inputs).skip(1).map(WideRequests::of).forEach(size::add);
        return size;
    }

    private static Tensor floats(int rows, int length) {
        return Tensors.floats(Shape.of(rows, length), new float[rows * length]);
    }
}
