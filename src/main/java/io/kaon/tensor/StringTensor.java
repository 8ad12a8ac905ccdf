package io.kaon.tensor;

import java.util.List;

/// A tensor of byte strings.
///
/// @param shape all dimensions known
/// @param values one array per element, row-major; neither list nor arrays are changed after construction
public record StringTensor(Shape shape, List<byte[]> values) implements Tensor {
    /// What an element costs beside its bytes: an array header and a reference.
    public static final long OVERHEAD = 24;

    public StringTensor {
        long expected = shape.sizeOf(DataType.STRING, 1);
        if (values.size() != expected) {
            throw new IllegalArgumentException(
                    "STRING" + shape + " takes " + expected + " values, got " + values.size());
        }
    }

    @Override
    public DataType type() {
        return DataType.STRING;
    }

    @Override
    public long byteSize() {
        return OVERHEAD * values.size() + textBytes();
    }

    /// Bytes of the strings alone.
    public long textBytes() {
        long bytes = 0;
        for (byte[] value : values) {
            bytes += value.length;
        }
        return bytes;
    }
}
