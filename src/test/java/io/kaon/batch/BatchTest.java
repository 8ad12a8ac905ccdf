package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.Tensors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BatchTest {
    private static final int PARTS = 7;

    @ParameterizedTest
    @EnumSource(DataType.class)
    void givesEachPartBackWhatItBrought(DataType type) {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<NamedTensors> parts = new ArrayList<>();
        for (int i = 0; i < PARTS; i++) {
            int rows = 1 + random.nextInt(5);
            parts.add(NamedTensors.of(Map.of(
                    "a", Tensors.random(type, Shape.of(rows, 3), random),
                    "b", Tensors.random(DataType.STRING, Shape.of(rows), random),
                    "c", Tensors.random(DataType.INT8, Shape.of(rows, 1, 5), random))));
        }
        int padding = random.nextInt(4);
        NamedTensors whole = gather(parts, padding);
        long from = 0;
        for (NamedTensors part : parts) {
            long rows = tensor(part, "a").shape().dim(0);
            NamedTensors slice = Batch.slice(whole, from, rows);
            part.asMap().forEach((name, tensor) -> Tensors.assertEqual(tensor(slice, name), tensor));
            from += rows;
        }
        assertThat(Batch.hasRows(whole, from + padding)).isTrue();
        for (int i = 0; i < padding; i++) {
            NamedTensors added = Batch.slice(whole, from + i, 1);
            NamedTensors row = Batch.slice(parts.getLast(), 0, 1);
            row.asMap().forEach((name, tensor) -> Tensors.assertEqual(tensor(added, name), tensor));
        }
    }

    @Test
    void alignsEveryTensor() {
        NamedTensors whole = gather(List.of(NamedTensors.of(Map.of("a", bytes(3), "b", bytes(3), "c", bytes(3)))), 0);
        for (Tensor tensor : whole.asMap().values()) {
            assertThat(((DenseTensor) tensor).data().address() % 64).isZero();
        }
    }

    @Test
    void takesRowsThatHoldNothing() {
        NamedTensors empty = NamedTensors.of("x", new StringTensor(Shape.of(2, 0), List.of()));
        NamedTensors whole = gather(List.of(empty, empty), 1);
        assertThat(tensor(whole, "x").shape()).isEqualTo(Shape.of(5, 0));
        assertThat(tensor(Batch.slice(whole, 2, 2), "x").shape()).isEqualTo(Shape.of(2, 0));
    }

    @Test
    void seesAnOutputThatHasOtherRows() {
        NamedTensors outputs =
                NamedTensors.of(Map.of("x", bytes(3), "y", Tensors.floats(Shape.scalar(), new float[1])));
        assertThat(Batch.hasRows(outputs, 3)).isFalse();
        assertThat(Batch.hasRows(NamedTensors.of("x", bytes(3)), 4)).isFalse();
    }

    private static NamedTensors gather(List<NamedTensors> parts, int padding) {
        return Batch.gather(parts, padding, Arena.ofAuto().allocate(Math.max(1, Batch.room(parts, padding)), 64));
    }

    private static Tensor tensor(NamedTensors tensors, String name) {
        return Objects.requireNonNull(tensors.get(name));
    }

    private static DenseTensor bytes(int count) {
        return new DenseTensor(DataType.UINT8, Shape.of(count), MemorySegment.ofArray(new byte[count]));
    }
}
