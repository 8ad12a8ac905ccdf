package io.kaon.tensor;

/// Element type of a tensor. The names are those that the ONNX standard uses.
public enum DataType {
    FLOAT(4),
    DOUBLE(8),
    /// IEEE 754 binary16, carried as its 16 bits.
    FLOAT16(2),
    /// The upper half of a FLOAT, carried as its 16 bits.
    BFLOAT16(2),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    UINT8(1),
    UINT16(2),
    UINT32(4),
    UINT64(8),
    /// One byte per element, 0 or 1.
    BOOL(1),
    /// Byte strings of any length and content; the only type whose elements differ in size.
    STRING(0);

    private final int bytes;

    DataType(int bytes) {
        this.bytes = bytes;
    }

    /// Bytes per element; 0 for [#STRING], whose elements have no fixed size.
    public int bytes() {
        return bytes;
    }
}
