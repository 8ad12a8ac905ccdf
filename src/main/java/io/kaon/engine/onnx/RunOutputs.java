package io.kaon.engine.onnx;

import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtUtil;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Copies what a run gave from ONNX Runtime's memory to the heap, where it needs no closing and may cross threads.
final class RunOutputs {
    private RunOutputs() {}

    /// @param outputs those that were asked for, in the order of the answer
    /// @param classes the keys of those outputs that are maps
    static NamedTensors read(OrtSession.Result result, Iterable<TensorSpec> outputs, Map<String, List<Object>> classes)
            throws OrtException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (TensorSpec output : outputs) {
            String name = output.name();
            OnnxValue value = result.get(name).orElseThrow();
            if (value instanceof OnnxTensor tensor) {
                tensors.put(name, tensor(output, tensor));
            } else if (value instanceof OnnxSequence maps && classes.containsKey(name)) {
                tensors.put(name, rows(maps, classes.get(name)));
            } else {
                throw new IllegalStateException(output + " came as " + value.getType());
            }
        }
        return NamedTensors.of(tensors);
    }

    private static Tensor tensor(TensorSpec output, OnnxTensor tensor) throws OrtException {
        DataType type = output.type();
        Shape shape = Shape.of(tensor.getInfo().getShape());
        if (type == DataType.STRING) {
            return new StringTensor(shape, strings(tensor, shape));
        }
        if (shape.elements() == 0) {
            return new DenseTensor(type, shape, MemorySegment.ofArray(new byte[0]));
        }
        if (shape.elements() > Integer.MAX_VALUE / type.bytes()) {
            throw new ServingException(
                    ErrorKind.UNSUPPORTED,
                    "output `" + output.name() + "`: " + type + shape + " is larger than a Java buffer, "
                            + Integer.MAX_VALUE + " bytes");
        }
        return new DenseTensor(
                type, shape, MemorySegment.ofArray(tensor.getByteBuffer().array()));
    }

    private static List<byte[]> strings(OnnxTensor tensor, Shape shape) throws OrtException {
        if (shape.elements() == 0) {
            return List.of();
        }
        Object value = tensor.getValue();
        return JavaStrings.encode(
                value instanceof String scalar ? new String[] {scalar} : OrtUtil.flattenString(value));
    }

    /// A row per map, a column per key. Each map is a value of its own and wants closing.
    private static DenseTensor rows(OnnxSequence sequence, List<Object> keys) throws OrtException {
        int length = sequence.getInfo().length;
        // An empty sequence has lost its type, and the Java API cannot read it.
        List<? extends OnnxValue> maps = length == 0 ? List.of() : sequence.getValue();
        byte[] bytes = new byte[Math.multiplyExact(Math.multiplyExact(maps.size(), keys.size()), Float.BYTES)];
        ByteBuffer rows = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        try {
            for (OnnxValue map : maps) {
                Map<?, ?> values = ((OnnxMap) map).getValue();
                for (Object key : keys) {
                    if (!(values.get(key) instanceof Float value)) {
                        throw new IllegalStateException("no FLOAT for class " + key + " among " + values.keySet());
                    }
                    rows.putFloat(value);
                }
            }
        } finally {
            maps.forEach(OnnxValue::close);
        }
        return new DenseTensor(DataType.FLOAT, Shape.of(maps.size(), keys.size()), MemorySegment.ofArray(bytes));
    }
}
