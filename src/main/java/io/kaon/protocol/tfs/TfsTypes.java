package io.kaon.protocol.tfs;

import io.kaon.tensor.DataType;

/// TensorFlow Serving's names of the element types, as its messages show them.
final class TfsTypes {
    private TfsTypes() {}

    static String name(DataType type) {
        return switch (type) {
            case FLOAT -> "float";
            case DOUBLE -> "double";
            case FLOAT16 -> "half";
            case BFLOAT16 -> "bfloat16";
            case INT8 -> "int8";
            case INT16 -> "int16";
            case INT32 -> "int32";
            case INT64 -> "int64";
            case UINT8 -> "uint8";
            case UINT16 -> "uint16";
            case UINT32 -> "uint32";
            case UINT64 -> "uint64";
            case BOOL -> "bool";
            case STRING -> "string";
        };
    }
}
