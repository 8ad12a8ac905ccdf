package io.kaon.engine.tensorflow;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.internal.c_api.TF_TString;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.internal.c_api.global.tensorflow;

/// Copies tensors into TensorFlow's memory and out of it.
///
/// A string element is a `TF_TString` of 24 bytes, which owns its text where that is longer than 22 bytes.
/// TensorFlow frees the texts of tensors that it made, and leaves those of tensors that we made to us: see
/// [#freeOurs].
final class NativeTensors {
    private static final long STRING_BYTES = 24;

    /// Of the product of a tensor's dimensions, zeros aside. Far more than any request holds, and far from where
    /// TensorFlow's own products overflow, over which it ends the process.
    private static final long MOST_EXTENT = 1L << 40;

    private NativeTensors() {}

    /// A copy; to be freed with [#freeOurs].
    ///
    /// @throws ServingException INVALID_REQUEST for an empty tensor whose other dimensions are absurd
    static TF_Tensor make(Tensor tensor) {
        long[] dims = tensor.shape().dims();
        refuseAbsurd(tensor, dims);
        return switch (tensor) {
            case DenseTensor dense -> {
                TF_Tensor copy = allocate(dense.type(), dims, dense.byteSize());
                if (dense.byteSize() > 0) {
                    memory(copy, dense.byteSize()).copyFrom(dense.data());
                }
                yield copy;
            }
            case StringTensor strings -> {
                TF_Tensor copy =
                        allocate(DataType.STRING, dims, strings.values().size() * STRING_BYTES);
                copyStrings(strings.values(), copy);
                yield copy;
            }
        };
    }

    private static void refuseAbsurd(Tensor tensor, long[] dims) {
        long extent = 1;
        for (long dim : dims) {
            if (dim > MOST_EXTENT / extent) {
                throw new ServingException(
                        ErrorKind.INVALID_REQUEST,
                        tensor.describe() + " has no elements, but its dimensions other than 0 multiply to more than "
                                + MOST_EXTENT + ", which TensorFlow cannot take");
            }
            extent *= Math.max(1, dim);
        }
    }

    private static TF_Tensor allocate(DataType type, long[] dims, long bytes) {
        TF_Tensor tensor = tensorflow.TF_AllocateTensor(TensorflowTypes.toNumber(type), dims, dims.length, bytes);
        if (tensor == null || tensor.isNull()) {
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED, "TensorFlow has no memory for " + type + Shape.of(dims));
        }
        return tensor;
    }

    /// Restricted, because nothing but TensorFlow's word says how large the memory is.
    @SuppressWarnings("restricted")
    private static MemorySegment memory(TF_Tensor tensor, long bytes) {
        return MemorySegment.ofAddress(tensorflow.TF_TensorData(tensor).address())
                .reinterpret(bytes);
    }

    private static void copyStrings(List<byte[]> values, TF_Tensor copy) {
        if (values.isEmpty()) {
            return;
        }
        TF_TString element = new TF_TString(tensorflow.TF_TensorData(copy));
        for (int i = 0; i < values.size(); i++) {
            tensorflow.TF_StringInit(element.getPointer(i));
        }
        for (int i = 0; i < values.size(); i++) {
            byte[] value = values.get(i);
            if (value.length > 0) {
                try (BytePointer text = new BytePointer(value)) {
                    tensorflow.TF_StringCopy(element.getPointer(i), text, value.length);
                }
            }
        }
    }

    /// Frees what [#make] made.
    static void freeOurs(TF_Tensor tensor) {
        if (tensorflow.TF_TensorType(tensor) == TensorflowTypes.STRING) {
            long count = tensorflow.TF_TensorByteSize(tensor) / STRING_BYTES;
            if (count > 0) {
                TF_TString element = new TF_TString(tensorflow.TF_TensorData(tensor));
                for (long i = 0; i < count; i++) {
                    tensorflow.TF_StringDealloc(element.getPointer(i));
                }
            }
        }
        tensorflow.TF_DeleteTensor(tensor);
    }

    /// A copy of what TensorFlow computed, on the heap.
    ///
    /// @throws ServingException UNSUPPORTED if it does not fit a Java array
    static Tensor read(TensorSpec spec, TF_Tensor tensor) {
        long[] dims = new long[tensorflow.TF_NumDims(tensor)];
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = tensorflow.TF_Dim(tensor, axis);
        }
        Shape shape = Shape.of(dims);
        long bytes = tensorflow.TF_TensorByteSize(tensor);
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new ServingException(
                    ErrorKind.UNSUPPORTED,
                    "output `" + spec.name() + "`: " + spec.type() + shape + " takes " + bytes
                            + " bytes, a Java array holds " + Integer.MAX_VALUE);
        }
        if (spec.type() == DataType.STRING) {
            return new StringTensor(shape, strings(tensor, (int) shape.elements()));
        }
        byte[] data = new byte[(int) bytes];
        if (bytes > 0) {
            MemorySegment.ofArray(data).copyFrom(memory(tensor, bytes));
        }
        return new DenseTensor(spec.type(), shape, MemorySegment.ofArray(data));
    }

    private static List<byte[]> strings(TF_Tensor tensor, int count) {
        List<byte[]> values = new ArrayList<>(count);
        Pointer data = count == 0 ? null : tensorflow.TF_TensorData(tensor);
        if (data != null) {
            TF_TString element = new TF_TString(data);
            for (int i = 0; i < count; i++) {
                TF_TString string = element.getPointer(i);
                byte[] value = new byte[Math.toIntExact(tensorflow.TF_StringGetSize(string))];
                if (value.length > 0) {
                    tensorflow.TF_StringGetDataPointer(string).get(value);
                }
                values.add(value);
            }
        }
        return values;
    }
}
