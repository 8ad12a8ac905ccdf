package io.kaon.protocol.tfs;

import com.google.protobuf.CodedOutputStream;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import java.io.IOException;

/// A tensor as TensorFlow's message, byte by byte what protobuf's own classes would write: type, shape, elements.
/// The tensor must not change meanwhile; it is not referred to afterwards.
final class TensorWriter {
    private static final int DTYPE_TAG = 1 << 3;
    private static final int SHAPE_TAG = 2 << 3 | 2;
    private static final int DIM_TAG = 2 << 3 | 2;
    private static final int DIM_SIZE_TAG = 1 << 3;

    private final Shape shape;
    private final int dtype;
    private final int shapeSize;
    private final TensorValueWriter values;
    private final long size;

    TensorWriter(Tensor tensor, TfsTensorProto.Form form) {
        this.shape = tensor.shape();
        this.dtype = ProtoTypes.toProto(tensor.type()).getNumber();
        this.shapeSize = shapeSize(shape);
        this.values = new TensorValueWriter(tensor, form);
        this.size = 2L
                + CodedOutputStream.computeUInt32SizeNoTag(dtype)
                + CodedOutputStream.computeUInt32SizeNoTag(shapeSize)
                + shapeSize
                + values.size();
    }

    /// Bytes of the message, which may be more than one can have.
    long size() {
        return size;
    }

    void write(CodedOutputStream out) throws IOException {
        out.writeUInt32NoTag(DTYPE_TAG);
        out.writeUInt32NoTag(dtype);
        out.writeUInt32NoTag(SHAPE_TAG);
        out.writeUInt32NoTag(shapeSize);
        for (int axis = 0; axis < shape.rank(); axis++) {
            out.writeUInt32NoTag(DIM_TAG);
            out.writeUInt32NoTag(dimSize(shape.dim(axis)));
            if (shape.dim(axis) != 0) {
                out.writeUInt32NoTag(DIM_SIZE_TAG);
                out.writeUInt64NoTag(shape.dim(axis));
            }
        }
        values.write(out);
    }

    private static int shapeSize(Shape shape) {
        int size = 0;
        for (int axis = 0; axis < shape.rank(); axis++) {
            // A dimension takes less than 128 bytes, so its length takes one, as its tag does.
            size += 2 + dimSize(shape.dim(axis));
        }
        return size;
    }

    /// What is 0 is not written.
    private static int dimSize(long dim) {
        return dim == 0 ? 0 : 1 + CodedOutputStream.computeUInt64SizeNoTag(dim);
    }
}
