package io.kaon.protocol.tfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.protocol.json.JsonText;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/// Writes the answer to a predict request. One output is written as its bare value, several as objects; that goes by
/// what the model returned, not by what was asked.
final class PredictWriter {
    /// What an element typically takes, with its comma.
    private static final int TEXT_PER_ELEMENT = 13;

    private static final String BYTES_SUFFIX = "_bytes";

    private final NamedTensors outputs;
    private final JsonText text;

    PredictWriter(NamedTensors outputs) {
        this.outputs = outputs;
        this.text = new JsonText(expectedLength(outputs));
    }

    JsonText write(PredictForm form) {
        if (outputs.size() == 0) {
            throw invalid("Cannot convert empty tensor map to JSON: expected at least one output, got none");
        }
        text.beginObject();
        switch (form) {
            case ROW -> rows();
            case COLUMN -> columns();
        }
        text.endObject();
        return text;
    }

    private void columns() {
        text.name("outputs");
        boolean named = outputs.size() > 1;
        if (named) {
            text.beginObject();
        }
        for (Map.Entry<String, Tensor> output : outputs.asMap().entrySet()) {
            if (named) {
                text.name(output.getKey());
            }
            value(output.getKey(), output.getValue(), 0, 0);
        }
        if (named) {
            text.endObject();
        }
    }

    private void rows() {
        long rows = commonRows();
        text.name("predictions");
        text.beginList();
        boolean named = outputs.size() > 1;
        for (long row = 0; row < rows; row++) {
            if (named) {
                text.beginObject();
            }
            text.singleLine(true);
            for (Map.Entry<String, Tensor> output : outputs.asMap().entrySet()) {
                Tensor tensor = output.getValue();
                if (named) {
                    text.name(output.getKey());
                }
                value(output.getKey(), tensor, 1, row * (tensor.shape().elements() / rows));
            }
            text.singleLine(false);
            if (named) {
                text.endObject();
            }
        }
        text.endList();
    }

    /// The first dimension, in which all outputs must agree.
    private long commonRows() {
        long rows = -1;
        for (Map.Entry<String, Tensor> output : outputs.asMap().entrySet()) {
            Shape shape = output.getValue().shape();
            if (shape.rank() == 0) {
                throw invalid("Tensor name: " + output.getKey() + " has no shape information : expected at least one"
                        + " dimension in row form, got " + output.getValue().describe());
            }
            if (rows >= 0 && shape.dim(0) != rows) {
                throw invalid("Tensor name: " + output.getKey() + " has inconsistent batch size: " + shape.dim(0)
                        + " expecting: " + rows + ", got " + output.getValue().describe());
            }
            rows = shape.dim(0);
        }
        return rows;
    }

    /// Writes the dimensions from `axis` on.
    ///
    /// @param from the first element
    private void value(String name, Tensor tensor, int axis, long from) {
        Shape shape = tensor.shape();
        if (axis == shape.rank()) {
            elements(name, tensor, from, 1);
            return;
        }
        text.beginList();
        long size = shape.dim(axis);
        if (axis == shape.rank() - 1) {
            elements(name, tensor, from, size);
        } else {
            long stride = size == 0 ? 0 : stride(shape, axis);
            for (long i = 0; i < size; i++) {
                value(name, tensor, axis + 1, from + i * stride);
            }
        }
        text.endList();
    }

    private static long stride(Shape shape, int axis) {
        long stride = 1;
        for (int i = axis + 1; i < shape.rank(); i++) {
            stride *= shape.dim(i);
        }
        return stride;
    }

    private void elements(String name, Tensor tensor, long from, long count) {
        switch (tensor) {
            case DenseTensor dense -> numbers(name, dense, from, count);
            case StringTensor strings -> strings(strings.values().subList((int) from, (int) (from + count)), name);
        }
    }

    private void strings(List<byte[]> values, String name) {
        boolean asBytes = name.endsWith(BYTES_SUFFIX);
        for (byte[] value : values) {
            if (asBytes) {
                text.beginObject();
                text.name("b64");
                text.base64(value);
                text.endObject();
            } else {
                text.value(value);
            }
        }
    }

    private void numbers(String name, DenseTensor tensor, long from, long count) {
        int width = tensor.type().bytes();
        ByteBuffer data = tensor.elements();
        data.limit(Math.toIntExact((from + count) * width)).position(Math.toIntExact(from * width));
        switch (tensor.type()) {
            case FLOAT -> text.floats(data);
            case DOUBLE -> {
                while (data.hasRemaining()) {
                    text.value(data.getDouble());
                }
            }
            case INT8, INT16, INT32, INT64, UINT8, UINT32 -> {
                while (data.hasRemaining()) {
                    text.value(integer(tensor.type(), data));
                }
            }
            case UINT64 -> {
                while (data.hasRemaining()) {
                    text.unsignedValue(data.getLong());
                }
            }
            case BOOL -> {
                while (data.hasRemaining()) {
                    text.value(data.get() != 0);
                }
            }
            case FLOAT16, BFLOAT16, UINT16 -> {
                if (count > 0) {
                    throw invalid(
                            "Failed to write JSON value for tensor type: " + TfsTypes.name(tensor.type()) + ": output `"
                                    + name + "` is " + tensor.describe() + ", which JSON cannot carry; gRPC can");
                }
            }
            case STRING -> throw new IllegalStateException("strings are a StringTensor");
        }
    }

    private static long integer(DataType type, ByteBuffer data) {
        return switch (type) {
            case INT8 -> data.get();
            case UINT8 -> data.get() & 0xFFL;
            case INT16 -> data.getShort();
            case INT32 -> data.getInt();
            case UINT32 -> data.getInt() & 0xFFFF_FFFFL;
            case INT64 -> data.getLong();
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16, UINT16, UINT64, BOOL, STRING ->
                throw new IllegalArgumentException(type + " is not an integer that fits a long");
        };
    }

    private static int expectedLength(NamedTensors outputs) {
        long elements = 0;
        for (Tensor tensor : outputs.asMap().values()) {
            elements += tensor.shape().elements();
        }
        return (int) Math.min(64 + elements * TEXT_PER_ELEMENT, 1 << 26);
    }

    private static ServingException invalid(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }
}
