package io.kaon.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class DenseTensorTest {
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "STRING")
    void takesExactlyTheBytesThatItsShapeNeeds(DataType type) {
        Shape shape = Shape.of(2, 3);
        int needed = 6 * type.bytes();

        DenseTensor tensor = new DenseTensor(type, shape, MemorySegment.ofArray(new byte[needed]));
        assertThat(tensor.byteSize()).isEqualTo(needed);
        assertThat(tensor.describe()).isEqualTo(type + "[2,3]");
        for (int wrong : new int[] {0, needed - 1, needed + 1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new DenseTensor(type, shape, MemorySegment.ofArray(new byte[wrong])))
                    .withMessage(type + "[2,3] takes " + needed + " bytes, got " + wrong);
        }
    }

    @Test
    void takesNoBytesWhenEmptyAndOneElementWhenScalar() {
        MemorySegment nothing = MemorySegment.ofArray(new byte[0]);

        assertThat(new DenseTensor(DataType.FLOAT, Shape.of(0, 5), nothing).byteSize())
                .isZero();
        assertThat(new DenseTensor(DataType.INT64, Shape.scalar(), MemorySegment.ofArray(new byte[8])).byteSize())
                .isEqualTo(8);
    }

    @Test
    void refusesStrings() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DenseTensor(DataType.STRING, Shape.of(0), MemorySegment.NULL))
                .withMessage("strings are a StringTensor");
    }

    @Test
    void refusesShapesThatNoTensorCanHave() {
        MemorySegment some = MemorySegment.ofArray(new byte[8]);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DenseTensor(DataType.FLOAT, Shape.of(-1, 2), some))
                .withMessage("FLOAT[-1,2] is not the shape of a tensor");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DenseTensor(DataType.FLOAT, Shape.of(1L << 32, 1L << 32), some))
                .withMessage("FLOAT[4294967296,4294967296] is not the shape of a tensor");
        // The elements can be counted, their bytes cannot.
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DenseTensor(DataType.DOUBLE, Shape.of(1L << 61), some));
    }

    @Test
    void readsLittleEndianAtAnyAlignmentOnHeapAndOff() {
        byte[] bytes = {0, 1, 2, 3, 4, 5, 6, 7, 8};
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment heap = MemorySegment.ofArray(bytes);
            MemorySegment unaligned = arena.allocate(bytes.length).copyFrom(heap);
            for (MemorySegment segment : new MemorySegment[] {heap, unaligned}) {
                assertThat(segment.get(DenseTensor.SHORT, 1)).isEqualTo((short) 0x0201);
                assertThat(segment.get(DenseTensor.INT, 1)).isEqualTo(0x04030201);
                assertThat(segment.get(DenseTensor.LONG, 1)).isEqualTo(0x0807060504030201L);
                assertThat(segment.get(DenseTensor.FLOAT, 1)).isEqualTo(Float.intBitsToFloat(0x04030201));
                assertThat(segment.get(DenseTensor.DOUBLE, 1)).isEqualTo(Double.longBitsToDouble(0x0807060504030201L));
            }
        }
    }
}
