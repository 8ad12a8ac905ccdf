package io.kaon.engine.tensorflow;

import com.google.protobuf.ByteString;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/// The values that a signature gives for inputs that a request leaves out: the defaults of the Python function's
/// arguments. Written by TensorFlow, as bytes or as a list whose last value stands for the rest.
final class DefaultInputs {
    /// Far more than an argument's default has.
    private static final long MOST_ELEMENTS = 1 << 24;

    private DefaultInputs() {}

    /// @throws ServingException UNSUPPORTED if one makes no tensor
    static NamedTensors of(Map<String, TensorProto> defaults) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        defaults.forEach((name, proto) -> tensors.put(name, tensor(name, proto)));
        return NamedTensors.of(tensors);
    }

    private static Tensor tensor(String name, TensorProto proto) {
        DataType type = TensorflowTypes.fromNumber(proto.getDtypeValue());
        long[] dims = proto.getTensorShape().getDimList().stream()
                .mapToLong(TensorShapeProto.Dim::getSize)
                .toArray();
        try {
            Shape shape = Shape.of(dims);
            long elements = shape.elements();
            if (type == null || elements > MOST_ELEMENTS) {
                throw new IllegalArgumentException(proto.getDtype() + "" + shape);
            }
            return type == DataType.STRING
                    ? new StringTensor(shape, strings(proto, (int) elements))
                    : new DenseTensor(type, shape, MemorySegment.ofArray(bytes(type, proto, (int) elements)));
        } catch (RuntimeException malformed) {
            throw new ServingException(
                    ErrorKind.UNSUPPORTED,
                    "the default of input `" + name + "` makes no tensor: " + malformed.getMessage(),
                    malformed);
        }
    }

    private static List<byte[]> strings(TensorProto proto, int elements) {
        List<byte[]> values = new ArrayList<>(elements);
        for (int i = 0; i < elements; i++) {
            int there = proto.getStringValCount();
            values.add((there == 0 ? ByteString.EMPTY : proto.getStringVal(Math.min(i, there - 1))).toByteArray());
        }
        return values;
    }

    private static byte[] bytes(DataType type, TensorProto proto, int elements) {
        if (!proto.getTensorContent().isEmpty()) {
            return proto.getTensorContent().toByteArray();
        }
        ByteBuffer bytes = ByteBuffer.allocate(elements * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        List<? extends Object> values = values(type, proto);
        for (int i = 0; i < elements && !values.isEmpty(); i++) {
            Object value = values.get(Math.min(i, values.size() - 1));
            switch (type) {
                case FLOAT -> bytes.putFloat((Float) value);
                case DOUBLE -> bytes.putDouble((Double) value);
                case BOOL -> bytes.put((byte) ((Boolean) value ? 1 : 0));
                case INT8, UINT8 -> bytes.put(((Number) value).byteValue());
                case INT16, UINT16, FLOAT16, BFLOAT16 -> bytes.putShort(((Number) value).shortValue());
                case INT32, UINT32 -> bytes.putInt(((Number) value).intValue());
                case INT64, UINT64 -> bytes.putLong(((Number) value).longValue());
                case STRING -> throw new IllegalStateException("strings have no bytes here");
            }
        }
        return bytes.array();
    }

    private static List<? extends Object> values(DataType type, TensorProto proto) {
        return switch (type) {
            case FLOAT -> proto.getFloatValList();
            case DOUBLE -> proto.getDoubleValList();
            case BOOL -> proto.getBoolValList();
            case INT8, UINT8, INT16, UINT16, INT32 -> proto.getIntValList();
            case FLOAT16, BFLOAT16 -> proto.getHalfValList();
            case UINT32 -> proto.getUint32ValList();
            case INT64 -> proto.getInt64ValList();
            case UINT64 -> proto.getUint64ValList();
            case STRING -> proto.getStringValList();
        };
    }
}
