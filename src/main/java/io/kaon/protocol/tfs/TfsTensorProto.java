package io.kaon.protocol.tfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.proto.TensorShapeProto;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.io.IOException;

/// TensorFlow's tensor message and our tensors.
///
/// ## How the message is read
///
/// As leniently as TensorFlow reads it, because clients rely on every one of these rules. Without a shape the tensor is
/// a scalar. `tensor_content` wins over the typed fields and must have exactly the right length. Otherwise only the
/// field that belongs to the type counts: values that are missing at its end repeat the last one, so that one value
/// fills the whole tensor; with none all elements are zero, false or empty; surplus values are dropped. Integers
/// narrower than 32 bits wrap.
///
/// ## What it may cost
///
/// Since one value fills any shape, ten bytes can ask for gigabytes. So [#byteSize] tells what a message would take,
/// from its type, its shape and the lengths of its strings, before anything is allocated, and [#decode] compares that
/// with a limit.
///
/// Types that no model here can declare (complex, quantised, eight-bit floats, resources, variants) are refused as
/// INVALID_REQUEST: in TensorFlow too the request then contradicts the signature, whatever the model.
public final class TfsTensorProto {
    /// How a tensor's elements are written.
    enum Form {
        /// In the typed field, as every client expects.
        VALUES,
        /// As bytes in `tensor_content`: faster, but only for clients that know it.
        CONTENT
    }

    /// What one Java array can hold; protobuf cannot carry more either.
    private static final long MAX_BYTES = Integer.MAX_VALUE - 8;

    private TfsTensorProto() {}

    /// What the tensor in the message would take, [Tensor#byteSize()]; an upper bound for strings in
    /// `tensor_content` and for more strings than elements. Allocates nothing that grows with it.
    ///
    /// @param name of the input, for messages
    /// @throws ServingException INVALID_REQUEST, if type or shape make no tensor
    static long byteSize(String name, WireTensor message) {
        long elements = shape(name, message).elements();
        DataType type = type(name, message);
        return type == DataType.STRING
                ? stringBytes(name, message, elements)
                : saturatedProduct(elements, type.bytes());
    }

    /// Reads one message.
    ///
    /// @param name of the tensor, for messages
    /// @param limit bytes that it may take
    /// @throws ServingException INVALID_REQUEST for a message that makes no tensor, TOO_LARGE over the limit
    public static Tensor decode(String name, byte[] message, long limit) {
        try {
            return decode(name, WireTensor.of(message, 0, message.length), limit);
        } catch (IOException malformed) {
            throw parsingError(name, String.valueOf(malformed.getMessage()));
        }
    }

    /// Reads the message. Elements may be shared with the message instead of copied.
    ///
    /// @param name of the input, for messages
    /// @param limit bytes, as [#byteSize] counts them
    /// @throws ServingException INVALID_REQUEST for a message that makes no tensor, TOO_LARGE over the limit
    static Tensor decode(String name, WireTensor message, long limit) {
        long bytes = byteSize(name, message);
        DataType type = type(name, message);
        Shape shape = shape(name, message);
        long most = Math.min(limit, MAX_BYTES);
        if (bytes > most) {
            throw new ServingException(
                    ErrorKind.TOO_LARGE,
                    "input `" + name + "`: " + type + shape + " takes " + bytes + " bytes, the limit is " + most);
        }
        TensorValueReader reader = new TensorValueReader(name, message, Math.toIntExact(shape.elements()));
        return type == DataType.STRING
                ? new StringTensor(shape, reader.strings())
                : new DenseTensor(type, shape, reader.dense(type));
    }

    /// The shape as the message has it; unknown sizes are -1.
    static TensorShapeProto.Builder shape(Shape shape) {
        TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
        for (int axis = 0; axis < shape.rank(); axis++) {
            proto.addDimBuilder().setSize(shape.dim(axis));
        }
        return proto;
    }

    /// What TensorFlow says about a message that makes no tensor, and the reason, which it does not say.
    static ServingException parsingError(String name, String reason) {
        return new ServingException(ErrorKind.INVALID_REQUEST, "tensor parsing error: " + name + ": " + reason);
    }

    private static DataType type(String name, WireTensor message) {
        io.kaon.protocol.tfs.proto.DataType protoType = io.kaon.protocol.tfs.proto.DataType.forNumber(message.dtype());
        if (protoType == null) {
            throw parsingError(name, "there is no dtype " + message.dtype());
        }
        DataType type = ProtoTypes.fromProto(protoType);
        if (type != null) {
            return type;
        }
        if (message.dtype() == 0) {
            throw parsingError(name, "no dtype");
        }
        throw new ServingException(
                ErrorKind.INVALID_REQUEST, "input `" + name + "`: no model here takes tensors of type " + protoType);
    }

    /// TensorFlow multiplies from the left and refuses when that overflows, even if a zero comes later.
    private static Shape shape(String name, WireTensor message) {
        if (message.rank() > Shape.MAX_RANK) {
            throw parsingError(name, "rank " + message.rank() + " is above " + Shape.MAX_RANK);
        }
        long[] dims = new long[message.rank()];
        long elements = 1;
        for (int axis = 0; axis < dims.length; axis++) {
            long size = message.dim(axis);
            if (size < 0) {
                throw parsingError(name, "dimension " + axis + " is " + size);
            }
            if (size != 0 && elements > Long.MAX_VALUE / size) {
                throw parsingError(name, "the number of elements does not fit 64 bits");
            }
            elements *= size;
            dims[axis] = size;
        }
        return Shape.of(dims);
    }

    private static long stringBytes(String name, WireTensor message, long elements) {
        long overhead = saturatedProduct(elements, StringTensor.OVERHEAD);
        int content = message.contentSize();
        if (content > 0) {
            if (elements > content) {
                // Each has a length of one byte at least.
                throw parsingError(name, "tensor_content is too short for " + elements + " strings");
            }
            return overhead + (elements == 0 ? 0 : content);
        }
        long missing = Math.max(0, elements - message.count(ValueField.STRING_VAL));
        long filled = saturatedProduct(missing, message.lastString());
        return saturatedSum(overhead, saturatedSum(message.stringBytes(), filled));
    }

    private static long saturatedProduct(long a, long b) {
        return b != 0 && a > Long.MAX_VALUE / b ? Long.MAX_VALUE : a * b;
    }

    private static long saturatedSum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
