package io.kaon.testkit;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.kaon.protocol.tfs.proto.DataType;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.TensorProto;
import io.kaon.protocol.tfs.proto.TensorShapeProto;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// gRPC messages as a client of TensorFlow Serving writes and reads them. Knows nothing of how the server does it.
public final class GrpcTensors {
    private GrpcTensors() {}

    public static TensorProto floats(float[] values, long... shape) {
        return values(Tensors.floats(Shape.of(shape), values));
    }

    /// The elements in the typed field.
    public static TensorProto values(Tensor tensor) {
        TensorProto.Builder proto = head(tensor);
        switch (tensor) {
            case StringTensor strings ->
                strings.values().forEach(value -> proto.addStringVal(ByteString.copyFrom(value)));
            case DenseTensor dense -> {
                ByteBuffer data = ByteBuffer.wrap(dense.data().toArray(ValueLayout.JAVA_BYTE))
                        .order(ByteOrder.LITTLE_ENDIAN);
                while (data.hasRemaining()) {
                    addValue(dense.type(), data, proto);
                }
            }
        }
        return proto.build();
    }

    /// The elements as bytes in `tensor_content`.
    public static TensorProto content(Tensor tensor) {
        TensorProto.Builder proto = head(tensor);
        switch (tensor) {
            case StringTensor strings -> proto.setTensorContent(stringContent(strings));
            case DenseTensor dense ->
                proto.setTensorContent(ByteString.copyFrom(dense.data().toArray(ValueLayout.JAVA_BYTE)));
        }
        return proto.build();
    }

    /// Reads either form. Every element must be there: clients need not know that the last one may stand for the rest.
    public static Tensor tensor(TensorProto proto) {
        Shape shape = Shape.of(proto.getTensorShape().getDimList().stream()
                .mapToLong(TensorShapeProto.Dim::getSize)
                .toArray());
        io.kaon.tensor.DataType type = fromProto(proto.getDtype());
        if (type == io.kaon.tensor.DataType.STRING) {
            return new StringTensor(
                    shape,
                    proto.getTensorContent().isEmpty()
                            ? proto.getStringValList().stream()
                                    .map(ByteString::toByteArray)
                                    .toList()
                            : strings(proto.getTensorContent(), shape.elements()));
        }
        ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(shape.elements() * type.bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        if (proto.getTensorContent().isEmpty()) {
            putValues(type, proto, data);
        } else {
            data.put(proto.getTensorContent().asReadOnlyByteBuffer());
        }
        if (data.hasRemaining()) {
            throw new AssertionError(type + "" + shape + " lacks " + data.remaining() + " bytes");
        }
        return new DenseTensor(type, shape, MemorySegment.ofArray(data.array()));
    }

    public static TensorShapeProto shape(long... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long dim : dims) {
            shape.addDimBuilder().setSize(dim);
        }
        return shape.build();
    }

    /// A request for the newest version.
    public static PredictRequest predict(String model, String input, TensorProto tensor) {
        return PredictRequest.newBuilder()
                .setModelSpec(ModelSpec.newBuilder().setName(model))
                .putInputs(input, tensor)
                .build();
    }

    /// A request for the newest version, with typed fields.
    public static PredictRequest predict(String model, NamedTensors inputs) {
        PredictRequest.Builder request =
                PredictRequest.newBuilder().setModelSpec(ModelSpec.newBuilder().setName(model));
        inputs.asMap().forEach((name, tensor) -> request.putInputs(name, values(tensor)));
        return request.build();
    }

    private static TensorProto.Builder head(Tensor tensor) {
        return TensorProto.newBuilder()
                .setDtype(toProto(tensor.type()))
                .setTensorShape(shape(tensor.shape().dims()));
    }

    private static void addValue(io.kaon.tensor.DataType type, ByteBuffer data, TensorProto.Builder proto) {
        switch (type) {
            case FLOAT -> proto.addFloatVal(data.getFloat());
            case DOUBLE -> proto.addDoubleVal(data.getDouble());
            case FLOAT16, BFLOAT16 -> proto.addHalfVal(Short.toUnsignedInt(data.getShort()));
            case INT8 -> proto.addIntVal(data.get());
            case INT16 -> proto.addIntVal(data.getShort());
            case INT32 -> proto.addIntVal(data.getInt());
            case INT64 -> proto.addInt64Val(data.getLong());
            case UINT8 -> proto.addIntVal(Byte.toUnsignedInt(data.get()));
            case UINT16 -> proto.addIntVal(Short.toUnsignedInt(data.getShort()));
            case UINT32 -> proto.addUint32Val(data.getInt());
            case UINT64 -> proto.addUint64Val(data.getLong());
            case BOOL -> proto.addBoolVal(data.get() != 0);
            case STRING -> throw new IllegalArgumentException("strings are not dense");
        }
    }

    private static void putValues(io.kaon.tensor.DataType type, TensorProto proto, ByteBuffer data) {
        switch (type) {
            case FLOAT -> proto.getFloatValList().forEach(data::putFloat);
            case DOUBLE -> proto.getDoubleValList().forEach(data::putDouble);
            case FLOAT16, BFLOAT16 -> proto.getHalfValList().forEach(value -> data.putShort(value.shortValue()));
            case INT8, UINT8 -> proto.getIntValList().forEach(value -> data.put(value.byteValue()));
            case INT16, UINT16 -> proto.getIntValList().forEach(value -> data.putShort(value.shortValue()));
            case INT32 -> proto.getIntValList().forEach(data::putInt);
            case INT64 -> proto.getInt64ValList().forEach(data::putLong);
            case UINT32 -> proto.getUint32ValList().forEach(data::putInt);
            case UINT64 -> proto.getUint64ValList().forEach(data::putLong);
            case BOOL -> proto.getBoolValList().forEach(value -> data.put((byte) (value ? 1 : 0)));
            case STRING -> throw new IllegalArgumentException("strings are not dense");
        }
    }

    /// All lengths as varints, then all bytes.
    private static ByteString stringContent(StringTensor tensor) {
        ByteString.Output bytes = ByteString.newOutput();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            for (byte[] value : tensor.values()) {
                out.writeUInt32NoTag(value.length);
            }
            for (byte[] value : tensor.values()) {
                out.writeRawBytes(value);
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteString();
    }

    private static List<byte[]> strings(ByteString content, long count) {
        CodedInputStream in = content.newCodedInput();
        List<Integer> lengths = new ArrayList<>();
        List<byte[]> values = new ArrayList<>();
        try {
            for (long i = 0; i < count; i++) {
                lengths.add(in.readUInt32());
            }
            for (int length : lengths) {
                values.add(in.readRawBytes(length));
            }
            if (!in.isAtEnd()) {
                throw new AssertionError("bytes behind the last string");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return values;
    }

    private static DataType toProto(io.kaon.tensor.DataType type) {
        String name = type == io.kaon.tensor.DataType.FLOAT16 ? "HALF" : type.name();
        return DataType.valueOf("DT_" + name);
    }

    private static io.kaon.tensor.DataType fromProto(DataType type) {
        String name = type.name().substring("DT_".length());
        return io.kaon.tensor.DataType.valueOf(name.equals("HALF") ? "FLOAT16" : name);
    }
}
