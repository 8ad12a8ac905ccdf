package io.kaon.testkit;

import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.lang.foreign.ValueLayout;

/// Types and constant tensors as an ONNX file declares them.
///
/// @param proto the `TypeProto`
public record OnnxType(ProtoMessage proto) {
    /// The standard's numbers of types that we have no name for.
    public static final int COMPLEX64 = 14;

    public static final int FLOAT8E4M3FN = 17;

    /// A tensor with a declared shape. A dimension is a size such as `3`, a symbol such as `batch`, or empty when
    /// nothing is said about it.
    public static OnnxType tensor(DataType type, String... dims) {
        return tensor(number(type), dims);
    }

    public static OnnxType tensor(int element, String... dims) {
        ProtoMessage shape = new ProtoMessage();
        for (String dim : dims) {
            ProtoMessage size = new ProtoMessage();
            if (dim.matches("-?\\d+")) {
                size.number(1, Long.parseLong(dim));
            } else if (!dim.isEmpty()) {
                size.text(2, dim);
            }
            shape.message(1, size);
        }
        return wrap(1, new ProtoMessage().number(1, element).message(2, shape));
    }

    /// A tensor of which no shape is declared.
    public static OnnxType anyShape(DataType type) {
        return wrap(1, new ProtoMessage().number(1, number(type)));
    }

    public static OnnxType sparse(DataType type) {
        return wrap(8, new ProtoMessage().number(1, number(type)));
    }

    public static OnnxType sequence(OnnxType element) {
        return wrap(4, new ProtoMessage().message(1, element.proto));
    }

    public static OnnxType optional(OnnxType element) {
        return wrap(9, new ProtoMessage().message(1, element.proto));
    }

    public static OnnxType map(DataType key, OnnxType value) {
        return wrap(5, new ProtoMessage().number(1, number(key)).message(2, value.proto));
    }

    private static OnnxType wrap(int field, ProtoMessage type) {
        return new OnnxType(new ProtoMessage().message(field, type));
    }

    /// A `TensorProto` without a name.
    static ProtoMessage constant(Tensor tensor) {
        ProtoMessage proto = head(tensor);
        switch (tensor) {
            case DenseTensor dense -> proto.bytes(9, dense.data().toArray(ValueLayout.JAVA_BYTE));
            case StringTensor strings -> strings.values().forEach(value -> proto.bytes(6, value));
        }
        return proto;
    }

    /// A `TensorProto` whose elements are the content of a file beside the model.
    static ProtoMessage external(Tensor tensor, String file) {
        return head(tensor)
                .message(13, new ProtoMessage().text(1, "location").text(2, file))
                .number(14, 1);
    }

    private static ProtoMessage head(Tensor tensor) {
        ProtoMessage proto = new ProtoMessage();
        Shape shape = tensor.shape();
        for (int i = 0; i < shape.rank(); i++) {
            proto.number(1, shape.dim(i));
        }
        return proto.number(2, number(tensor.type()));
    }

    static int number(DataType type) {
        return switch (type) {
            case FLOAT -> 1;
            case UINT8 -> 2;
            case INT8 -> 3;
            case UINT16 -> 4;
            case INT16 -> 5;
            case INT32 -> 6;
            case INT64 -> 7;
            case STRING -> 8;
            case BOOL -> 9;
            case FLOAT16 -> 10;
            case DOUBLE -> 11;
            case UINT32 -> 12;
            case UINT64 -> 13;
            case BFLOAT16 -> 16;
        };
    }
}
