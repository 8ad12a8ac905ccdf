package io.kaon.engine.djl.declaration;

import io.kaon.tensor.DataType;
import org.jspecify.annotations.Nullable;

/// Element types as Triton's files and DJL name them, and as we do.
public final class ElementTypes {
    private ElementTypes() {}

    /// Ours for what a declaration says: Triton's name, with or without its `TYPE_`, or our own. Null where neither has
    /// it.
    public static @Nullable DataType named(String name) {
        String plain = name.startsWith("TYPE_") ? name.substring("TYPE_".length()) : name;
        return switch (plain) {
            case "FP16" -> DataType.FLOAT16;
            case "FP32" -> DataType.FLOAT;
            case "FP64" -> DataType.DOUBLE;
            case "BF16" -> DataType.BFLOAT16;
            default -> {
                for (DataType type : DataType.values()) {
                    if (type.name().equals(plain)) {
                        yield type;
                    }
                }
                yield null;
            }
        };
    }

    /// As Triton names it.
    public static String declared(DataType type) {
        return switch (type) {
            case FLOAT16 -> "TYPE_FP16";
            case FLOAT -> "TYPE_FP32";
            case DOUBLE -> "TYPE_FP64";
            case BFLOAT16 -> "TYPE_BF16";
            case BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, STRING -> "TYPE_" + type;
        };
    }

    /// What DJL calls a type of which it makes tensors; null where it does not. Of some others it has a name, and ends
    /// the process when it is asked for a tensor of them.
    public static ai.djl.ndarray.types.@Nullable DataType ofDjl(DataType type) {
        return switch (type) {
            case FLOAT -> ai.djl.ndarray.types.DataType.FLOAT32;
            case DOUBLE -> ai.djl.ndarray.types.DataType.FLOAT64;
            case FLOAT16 -> ai.djl.ndarray.types.DataType.FLOAT16;
            case INT8 -> ai.djl.ndarray.types.DataType.INT8;
            case INT32 -> ai.djl.ndarray.types.DataType.INT32;
            case INT64 -> ai.djl.ndarray.types.DataType.INT64;
            case UINT8 -> ai.djl.ndarray.types.DataType.UINT8;
            case BOOL -> ai.djl.ndarray.types.DataType.BOOLEAN;
            case BFLOAT16, INT16, UINT16, UINT32, UINT64, STRING -> null;
        };
    }
}
