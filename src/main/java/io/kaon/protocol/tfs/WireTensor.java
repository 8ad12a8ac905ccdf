package io.kaon.protocol.tfs;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kaon.protocol.tfs.proto.ResourceHandleProto;
import io.kaon.protocol.tfs.proto.VariantTensorDataProto;
import io.kaon.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A tensor message that was found in the bytes of a request, and not made objects of.
///
/// ## How it works
///
/// Protobuf's own classes copy every element into lists, from which it is copied again into a tensor, and keep
/// an object for each string. Here a first walk finds type, shape and content, and counts the values of every
/// field. That is enough to tell what the tensor would take, and makes sure that the message is one: whatever
/// protobuf refuses is refused, and whatever it takes is taken, fields in several parts, packed or not, in any
/// order. A second walk, [#values], visits the values of one field where they lie. Nothing is kept that grows
/// with their number.
///
/// Shares the array, which no code may change. Made by one thread, then only read.
final class WireTensor {
    private static final int DTYPE = 1 << 3;
    private static final int TENSOR_SHAPE = 2 << 3 | 2;
    private static final int TENSOR_CONTENT = 4 << 3 | 2;
    private static final int DIM = 2 << 3 | 2;
    private static final int DIM_SIZE = 1 << 3;
    private static final int DIM_NAME = 2 << 3 | 2;

    private final byte[] bytes;
    private final int start;
    private final int end;
    /// By the fields' numbers.
    private final int[] counts = new int[ValueField.NUMBERS];
    private int dtype;
    /// As many as are kept; the message may have had more.
    private long[] dims = new long[4];
    private int rank;
    private int contentStart;
    private int contentSize;
    private long stringBytes;
    private int lastString;

    private WireTensor(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
    }

    /// @param start of the message in the array
    /// @param end just behind it
    /// @throws InvalidProtocolBufferException if the bytes are no such message
    static WireTensor of(byte[] bytes, int start, int end) throws IOException {
        WireTensor tensor = new WireTensor(bytes, start, end);
        WireFields fields = new WireFields(bytes, start, end);
        while (fields.next()) {
            tensor.take(fields);
        }
        return tensor;
    }

    private void take(WireFields fields) throws IOException {
        switch (fields.tag()) {
            case DTYPE -> dtype = (int) fields.varint();
            case TENSOR_SHAPE -> takeShape(fields.payload(), fields.position());
            case TENSOR_CONTENT -> {
                contentStart = fields.payload();
                contentSize = fields.position() - contentStart;
            }
            default -> {
                ValueField field = ValueField.at(fields.tag());
                if (field == null) {
                    fields.skip();
                } else if (field.isPackable() && fields.tag() == field.packedTag()) {
                    int from = fields.payload();
                    counts[field.number()] += field.count(bytes, from, fields.position());
                } else if (field.isPackable()) {
                    fields.skip();
                    counts[field.number()]++;
                } else {
                    int from = fields.payload();
                    takeBytes(field, from, fields.position());
                    counts[field.number()]++;
                }
            }
        }
    }

    private void takeBytes(ValueField field, int from, int to) throws InvalidProtocolBufferException {
        // No model takes handles and variants, but a message that has them must be one.
        if (field == ValueField.RESOURCE_HANDLE_VAL) {
            ResourceHandleProto.parser().parseFrom(bytes, from, to - from);
        } else if (field == ValueField.VARIANT_VAL) {
            VariantTensorDataProto.parser().parseFrom(bytes, from, to - from);
        } else {
            lastString = to - from;
            stringBytes += lastString;
        }
    }

    private void takeShape(int from, int to) throws IOException {
        WireFields fields = new WireFields(bytes, from, to);
        while (fields.next()) {
            if (fields.tag() == DIM) {
                long size = size(fields.payload(), fields.position());
                if (rank <= Shape.MAX_RANK) {
                    if (rank == dims.length) {
                        dims = Arrays.copyOf(dims, 2 * rank);
                    }
                    dims[rank] = size;
                }
                rank++;
            } else {
                fields.skip();
            }
        }
    }

    private long size(int from, int to) throws IOException {
        WireFields fields = new WireFields(bytes, from, to);
        long size = 0;
        while (fields.next()) {
            switch (fields.tag()) {
                case DIM_SIZE -> size = fields.varint();
                case DIM_NAME -> fields.text();
                default -> fields.skip();
            }
        }
        return size;
    }

    /// The number of the type, which may be that of none.
    int dtype() {
        return dtype;
    }

    /// How many dimensions the message has; 0 without a shape.
    int rank() {
        return rank;
    }

    /// @param axis below [#rank()], and at most [Shape#MAX_RANK]
    long dim(int axis) {
        return dims[axis];
    }

    /// Bytes of `tensor_content`.
    int contentSize() {
        return contentSize;
    }

    /// `tensor_content`, where it lies.
    MemorySegment content() {
        return MemorySegment.ofArray(bytes).asSlice(contentStart, contentSize);
    }

    /// Bytes of all strings in `string_val`.
    long stringBytes() {
        return stringBytes;
    }

    /// Bytes of the last of them; 0 without any.
    int lastString() {
        return lastString;
    }

    /// How many values a field has.
    int count(ValueField field) {
        return counts[field.number()];
    }

    /// Shows all values of a field where they lie, those that were packed together in one part, all others each in its
    /// own.
    void values(ValueField field, Visitor visitor) {
        try {
            WireFields fields = new WireFields(bytes, start, end);
            while (fields.next()) {
                if (fields.tag() == field.packedTag()) {
                    int from = fields.payload();
                    visitor.visit(bytes, from, fields.position());
                } else if (fields.tag() == field.tag()) {
                    int from = fields.position();
                    fields.skip();
                    visitor.visit(bytes, from, fields.position());
                } else {
                    fields.skip();
                }
            }
        } catch (IOException changed) {
            throw new IllegalStateException("the message was read before", changed);
        }
    }

    /// Sees values.
    interface Visitor {
        /// @param from where they begin in the array
        /// @param to just behind them
        void visit(byte[] bytes, int from, int to);
    }
}
