package io.kaon.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A tensor whose elements all have the same size.
///
/// @param type any type but [DataType#STRING]
/// @param shape all dimensions known
/// @param data exactly the elements' bytes, row-major, little-endian, of any alignment
public record DenseTensor(DataType type, Shape shape, MemorySegment data) implements Tensor {
    public static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    public static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    public static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public DenseTensor {
        if (type == DataType.STRING) {
            throw new IllegalArgumentException("strings are a StringTensor");
        }
        long expected = shape.sizeOf(type, type.bytes());
        if (data.byteSize() != expected) {
            throw new IllegalArgumentException(
                    type + "" + shape + " takes " + expected + " bytes, got " + data.byteSize());
        }
    }

    @Override
    public long byteSize() {
        return data.byteSize();
    }
}
