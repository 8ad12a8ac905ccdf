package io.kaon.tensor;

/// A value with a type and a known shape, elements in row-major order.
///
/// Two kinds, because strings have no fixed size and every engine and codec treats them apart anyway. Tensors do not
/// own native memory beyond their arena's life: see `ARCHITECTURE.md`, "Who owns memory".
public sealed interface Tensor permits DenseTensor, StringTensor {
    DataType type();

    Shape shape();

    /// Bytes that the elements take: what limits and metrics count.
    long byteSize();

    /// Type and shape as messages show them, for example `FLOAT[2,3]`.
    default String describe() {
        return type() + "" + shape();
    }
}
