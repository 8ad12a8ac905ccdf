package io.kaon.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
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

    /// The elements, to be read from the first to the last. A segment's own accessors are for the odd element: what
    /// they call is found anew each time until a compiler has seen the place run often, and a native executable has
    /// no such compiler.
    public ByteBuffer elements() {
        // A segment over an array of numbers is no buffer.
        boolean isBuffer =
                data.heapBase().filter(array -> !(array instanceof byte[])).isEmpty();
        ByteBuffer bytes = isBuffer ? data.asByteBuffer() : ByteBuffer.wrap(data.toArray(ValueLayout.JAVA_BYTE));
        return bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public long byteSize() {
        return data.byteSize();
    }
}
