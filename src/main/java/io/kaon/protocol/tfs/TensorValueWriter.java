package io.kaon.protocol.tfs;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.kaon.protocol.tfs.proto.TensorProto;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/// The elements of one tensor into its message: all of them, in the type's own field or as bytes.
final class TensorValueWriter {
    private TensorValueWriter() {}

    static void values(Tensor tensor, TensorProto.Builder proto) {
        switch (tensor) {
            case DenseTensor dense -> denseValues(dense, proto);
            case StringTensor strings -> {
                for (byte[] value : strings.values()) {
                    // Not copied: nobody changes a tensor's strings.
                    proto.addStringVal(UnsafeByteOperations.unsafeWrap(value));
                }
            }
        }
    }

    static void content(Tensor tensor, TensorProto.Builder proto) {
        proto.setTensorContent(
                switch (tensor) {
                    case DenseTensor dense -> ByteString.copyFrom(dense.elements());
                    case StringTensor strings -> stringContent(strings);
                });
    }

    private static void denseValues(DenseTensor tensor, TensorProto.Builder proto) {
        ByteBuffer data = tensor.elements();
        long elements = tensor.shape().elements();
        switch (tensor.type()) {
            case FLOAT -> {
                for (long i = 0; i < elements; i++) {
                    proto.addFloatVal(data.getFloat());
                }
            }
            case DOUBLE -> {
                for (long i = 0; i < elements; i++) {
                    proto.addDoubleVal(data.getDouble());
                }
            }
            case INT64 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addInt64Val(data.getLong());
                }
            }
            case UINT64 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addUint64Val(data.getLong());
                }
            }
            case UINT32 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addUint32Val(data.getInt());
                }
            }
            case INT32 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addIntVal(data.getInt());
                }
            }
            case INT16 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addIntVal(data.getShort());
                }
            }
            case UINT16 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addIntVal(Short.toUnsignedInt(data.getShort()));
                }
            }
            case INT8 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addIntVal(data.get());
                }
            }
            case UINT8 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addIntVal(Byte.toUnsignedInt(data.get()));
                }
            }
            case FLOAT16, BFLOAT16 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addHalfVal(Short.toUnsignedInt(data.getShort()));
                }
            }
            case BOOL -> {
                for (long i = 0; i < elements; i++) {
                    proto.addBoolVal(data.get() != 0);
                }
            }
            case STRING -> throw new IllegalArgumentException("strings are not dense");
        }
    }

    /// All lengths, then all bytes.
    private static ByteString stringContent(StringTensor tensor) {
        int size = 0;
        for (byte[] value : tensor.values()) {
            size = Math.addExact(size, CodedOutputStream.computeUInt32SizeNoTag(value.length) + value.length);
        }
        byte[] content = new byte[size];
        CodedOutputStream out = CodedOutputStream.newInstance(content);
        try {
            for (byte[] value : tensor.values()) {
                out.writeUInt32NoTag(value.length);
            }
            for (byte[] value : tensor.values()) {
                out.writeRawBytes(value);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the array was measured", e);
        }
        return UnsafeByteOperations.unsafeWrap(content);
    }
}
