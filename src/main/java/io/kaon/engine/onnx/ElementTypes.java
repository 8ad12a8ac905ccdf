package io.kaon.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import io.kaon.tensor.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Element types as the ONNX standard numbers them, as ONNX Runtime's Java API names them, and as we do.
final class ElementTypes {
    /// In the order of the standard's `TensorProto.DataType`.
    private static final List<String> NAMES = List.of(
            "UNDEFINED",
            "FLOAT",
            "UINT8",
            "INT8",
            "UINT16",
            "INT16",
            "INT32",
            "INT64",
            "STRING",
            "BOOL",
            "FLOAT16",
            "DOUBLE",
            "UINT32",
            "UINT64",
            "COMPLEX64",
            "COMPLEX128",
            "BFLOAT16",
            "FLOAT8E4M3FN",
            "FLOAT8E4M3FNUZ",
            "FLOAT8E5M2",
            "FLOAT8E5M2FNUZ",
            "UINT4",
            "INT4",
            "FLOAT4E2M1",
            "FLOAT8E8M0",
            "UINT2",
            "INT2");

    private static final String ORT_PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

    private ElementTypes() {}

    /// The standard's name for one of its numbers.
    static String name(int number) {
        return number >= 0 && number < NAMES.size() ? NAMES.get(number) : "type " + number;
    }

    static String name(OnnxTensorType type) {
        return type.name().substring(ORT_PREFIX.length());
    }

    /// Ours for the standard's name; null where we have none.
    static @Nullable DataType named(String name) {
        for (DataType type : DataType.values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        return null;
    }

    /// What the Java API calls a type of which it can create tensors; null where it cannot.
    static @Nullable OnnxJavaType creatable(DataType type) {
        return switch (type) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case INT8 -> OnnxJavaType.INT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case UINT8 -> OnnxJavaType.UINT8;
            case BOOL -> OnnxJavaType.BOOL;
            case STRING -> OnnxJavaType.STRING;
            case UINT16, UINT32, UINT64 -> null;
        };
    }
}
