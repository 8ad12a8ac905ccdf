package io.kaon.engine.tensorflow;

import io.kaon.tensor.DataType;
import org.jspecify.annotations.Nullable;

/// Element types by the numbers that TensorFlow gives them, in files and in its C API alike.
final class TensorflowTypes {
    static final int STRING = 7;

    /// A reference to a tensor of type `n` has the number `n + 100`; what is fetched from it is a tensor of type `n`.
    private static final int REFERENCE = 100;

    private TensorflowTypes() {}

    /// The type of that number, or of what a reference of that number refers to; null if there is none here.
    static @Nullable DataType fromNumber(int number) {
        return switch (number > REFERENCE ? number - REFERENCE : number) {
            case 1 -> DataType.FLOAT;
            case 2 -> DataType.DOUBLE;
            case 3 -> DataType.INT32;
            case 4 -> DataType.UINT8;
            case 5 -> DataType.INT16;
            case 6 -> DataType.INT8;
            case STRING -> DataType.STRING;
            case 9 -> DataType.INT64;
            case 10 -> DataType.BOOL;
            case 14 -> DataType.BFLOAT16;
            case 17 -> DataType.UINT16;
            case 19 -> DataType.FLOAT16;
            case 22 -> DataType.UINT32;
            case 23 -> DataType.UINT64;
            default -> null;
        };
    }

    static int toNumber(DataType type) {
        return switch (type) {
            case FLOAT -> 1;
            case DOUBLE -> 2;
            case INT32 -> 3;
            case UINT8 -> 4;
            case INT16 -> 5;
            case INT8 -> 6;
            case STRING -> STRING;
            case INT64 -> 9;
            case BOOL -> 10;
            case BFLOAT16 -> 14;
            case UINT16 -> 17;
            case FLOAT16 -> 19;
            case UINT32 -> 22;
            case UINT64 -> 23;
        };
    }
}
