package io.kaon.protocol.tfs;

import com.google.protobuf.CodedOutputStream;
import io.kaon.protocol.tfs.TfsTensorProto.Form;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The elements of one tensor as a part of its message: all of them, in the type's own field or as bytes. How
/// many bytes that takes is known first, since messages begin with it.
final class TensorValueWriter {
    private static final int CONTENT_TAG = 4 << 3 | 2;

    private final Tensor tensor;
    private final Form form;
    private final ValueField field;
    /// What comes behind one tag and one length; 0 for strings that have one each.
    private final long payload;

    TensorValueWriter(Tensor tensor, Form form) {
        this.tensor = tensor;
        this.form = form;
        this.field = ValueField.of(tensor.type());
        this.payload = switch (tensor) {
            case DenseTensor dense -> isRaw() ? dense.byteSize() : varintBytes(dense);
            case StringTensor strings -> form == Form.CONTENT ? contentBytes(strings) : 0;
        };
    }

    /// Whether the message has the elements as the tensor has them.
    private boolean isRaw() {
        return form == Form.CONTENT || field.isRaw();
    }

    private int tag() {
        return form == Form.CONTENT ? CONTENT_TAG : field.packedTag();
    }

    /// Bytes that will be written.
    long size() {
        int tagBytes = CodedOutputStream.computeUInt32SizeNoTag(tag());
        if (payload > 0) {
            return tagBytes + CodedOutputStream.computeUInt64SizeNoTag(payload) + payload;
        }
        long size = 0;
        if (tensor instanceof StringTensor strings && form == Form.VALUES) {
            for (byte[] value : strings.values()) {
                size += tagBytes + CodedOutputStream.computeByteArraySizeNoTag(value);
            }
        }
        return size;
    }

    void write(CodedOutputStream out) throws IOException {
        if (payload > 0) {
            out.writeUInt32NoTag(tag());
            out.writeUInt64NoTag(payload);
        }
        switch (tensor) {
            case DenseTensor dense -> writeNumbers(dense, out);
            case StringTensor strings -> writeStrings(strings, out);
        }
    }

    private void writeNumbers(DenseTensor dense, CodedOutputStream out) throws IOException {
        ByteBuffer data = dense.elements();
        if (isRaw()) {
            out.writeRawBytes(data);
            return;
        }
        while (data.hasRemaining()) {
            out.writeUInt64NoTag(varint(data, dense.type()));
        }
    }

    private void writeStrings(StringTensor strings, CodedOutputStream out) throws IOException {
        for (byte[] value : strings.values()) {
            if (form == Form.VALUES) {
                out.writeUInt32NoTag(tag());
                out.writeByteArrayNoTag(value);
            } else {
                out.writeUInt32NoTag(value.length);
            }
        }
        if (form == Form.CONTENT) {
            for (byte[] value : strings.values()) {
                out.writeRawBytes(value);
            }
        }
    }

    private static long varintBytes(DenseTensor dense) {
        ByteBuffer data = dense.elements();
        long bytes = 0;
        while (data.hasRemaining()) {
            bytes += CodedOutputStream.computeUInt64SizeNoTag(varint(data, dense.type()));
        }
        return bytes;
    }

    /// All lengths, then all bytes.
    private static long contentBytes(StringTensor strings) {
        long bytes = 0;
        for (byte[] value : strings.values()) {
            bytes += CodedOutputStream.computeByteArraySizeNoTag(value);
        }
        return bytes;
    }

    /// The next element as its field has it. Negative ones take 64 bits, whatever their type.
    private static long varint(ByteBuffer data, DataType type) {
        return switch (type) {
            case INT64, UINT64 -> data.getLong();
            case INT32 -> data.getInt();
            case UINT32 -> Integer.toUnsignedLong(data.getInt());
            case INT16 -> data.getShort();
            case UINT16, FLOAT16, BFLOAT16 -> Short.toUnsignedLong(data.getShort());
            case INT8 -> data.get();
            case UINT8 -> Byte.toUnsignedLong(data.get());
            case BOOL -> data.get() == 0 ? 0 : 1;
            case FLOAT, DOUBLE, STRING -> throw new IllegalArgumentException(type + " is no varint");
        };
    }
}
