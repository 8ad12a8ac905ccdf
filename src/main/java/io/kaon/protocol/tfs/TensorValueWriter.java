package io.kaon.protocol.tfs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.kaon.protocol.tfs.proto.TensorProto;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;

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
                    case DenseTensor dense -> ByteString.copyFrom(dense.data().asByteBuffer());
                    case StringTensor strings -> stringContent(strings);
                });
    }

    private static void denseValues(DenseTensor tensor, TensorProto.Builder proto) {
        MemorySegment data = tensor.data();
        long elements = tensor.shape().elements();
        switch (tensor.type()) {
            case FLOAT -> {
                for (long i = 0; i < elements; i++) {
                    proto.addFloatVal(data.getAtIndex(DenseTensor.FLOAT, i));
                }
            }
            case DOUBLE -> {
                for (long i = 0; i < elements; i++) {
                    proto.addDoubleVal(data.getAtIndex(DenseTensor.DOUBLE, i));
                }
            }
            case INT64 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addInt64Val(data.getAtIndex(DenseTensor.LONG, i));
                }
            }
            case UINT64 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addUint64Val(data.getAtIndex(DenseTensor.LONG, i));
                }
            }
            case UINT32 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addUint32Val(data.getAtIndex(DenseTensor.INT, i));
                }
            }
            case INT32 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addIntVal(data.getAtIndex(DenseTensor.INT, i));
                }
            }
            case INT16 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addIntVal(data.getAtIndex(DenseTensor.SHORT, i));
                }
            }
            case UINT16 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addIntVal(Short.toUnsignedInt(data.getAtIndex(DenseTensor.SHORT, i)));
                }
            }
            case INT8 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addIntVal(data.get(JAVA_BYTE, i));
                }
            }
            case UINT8 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addIntVal(Byte.toUnsignedInt(data.get(JAVA_BYTE, i)));
                }
            }
            case FLOAT16, BFLOAT16 -> {
                for (long i = 0; i < elements; i++) {
                    proto.addHalfVal(Short.toUnsignedInt(data.getAtIndex(DenseTensor.SHORT, i)));
                }
            }
            case BOOL -> {
                for (long i = 0; i < elements; i++) {
                    proto.addBoolVal(data.get(JAVA_BYTE, i) != 0);
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
