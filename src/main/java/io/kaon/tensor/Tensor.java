package io.kaon.tensor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A value with a type and a known shape, elements in row-major order.
///
/// Two kinds, because strings have no fixed size and every engine and codec treats them apart anyway. Tensors do not
/// own native memory beyond their arena's life: see `ARCHITECTURE.md`, "Who owns memory".
public sealed interface Tensor permits DenseTensor, StringTensor {
    DataType type();

    Shape shape();

    /// Whether both have the same type, shape and bytes.
    default boolean isSame(@Nullable Tensor other) {
        if (other == null || type() != other.type() || !shape().equals(other.shape())) {
            return false;
        }
        return switch (this) {
            case DenseTensor dense -> dense.data().mismatch(((DenseTensor) other).data()) < 0;
            case StringTensor strings ->
                Arrays.deepEquals(
                        strings.values().toArray(),
                        ((StringTensor) other).values().toArray());
        };
    }

    /// Bytes that the elements take: what limits and metrics count.
    long byteSize();

    /// Type and shape as messages show them, for example `FLOAT[2,3]`.
    default String describe() {
        return type() + "" + shape();
    }
}
