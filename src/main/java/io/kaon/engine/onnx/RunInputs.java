package io.kaon.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.kaon.engine.InputMemory;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.NativeSlab;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/// The inputs of one run as ONNX Runtime takes them; closed when the run is over.
///
/// A tensor over a direct buffer is not copied by ONNX Runtime, one over a heap buffer is, into a direct buffer
/// made for the occasion. So everything that is not native yet is copied into the thread's slab, one tensor
/// behind the other, and the tensors are made over that.
final class RunInputs implements AutoCloseable {
    /// The Java API counts a buffer's bytes in an int and keeps a little to itself.
    private static final long MAX_TENSOR_BYTES = Integer.MAX_VALUE - 64L;

    private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    private final InputMemory memory;

    private RunInputs(InputMemory memory) {
        this.memory = memory;
    }

    /// @param inputs checked, see [#check]
    /// @param inspected whether the model looks at the characters of strings
    /// @throws ServingException INVALID_REQUEST or UNSUPPORTED, naming the input
    static RunInputs of(OrtEnvironment environment, NamedTensors inputs, boolean inspected, NativeSlab slab)
            throws OrtException {
        RunInputs run = new RunInputs(new InputMemory(inputs, slab));
        try {
            for (Map.Entry<String, Tensor> input : inputs.asMap().entrySet()) {
                String name = input.getKey();
                switch (input.getValue()) {
                    case DenseTensor tensor ->
                        run.tensors.put(name, dense(environment, tensor.type(), tensor.shape(), run.memory.of(tensor)));
                    case StringTensor tensor ->
                        run.tensors.put(
                                name,
                                OnnxTensor.createTensor(
                                        environment,
                                        JavaStrings.decode(name, tensor, inspected),
                                        tensor.shape().dims()));
                }
            }
            return run;
        } catch (OrtException | RuntimeException | Error e) {
            run.close();
            throw e;
        }
    }

    Map<String, OnnxTensor> tensors() {
        return tensors;
    }

    @Override
    public void close() {
        tensors.values().forEach(OnnxTensor::close);
        memory.close();
    }

    /// ONNX Runtime notices most of this itself, but does not always say which input is meant.
    ///
    /// @throws ServingException INVALID_REQUEST or UNSUPPORTED, naming the input
    static void check(ModelSignature signature, NamedTensors inputs) {
        for (TensorSpec spec : signature.inputs().values()) {
            if (inputs.get(spec.name()) == null) {
                throw invalid(spec.name(), "missing, expected " + spec.describe());
            }
        }
        for (Map.Entry<String, Tensor> input : inputs.asMap().entrySet()) {
            String name = input.getKey();
            TensorSpec spec = signature.inputs().get(name);
            if (spec == null) {
                throw invalid(name, "unknown, expected " + signature.inputs().keySet());
            }
            Tensor tensor = input.getValue();
            if (!spec.accepts(tensor)) {
                throw invalid(name, "expected " + spec.describe() + ", got " + tensor.describe());
            }
            if (tensor instanceof DenseTensor && tensor.byteSize() > MAX_TENSOR_BYTES) {
                throw new ServingException(
                        ErrorKind.UNSUPPORTED,
                        "input `" + name + "`: " + tensor.describe() + " takes " + tensor.byteSize()
                                + " bytes, ONNX Runtime's Java API takes " + MAX_TENSOR_BYTES);
            }
        }
    }

    /// A tensor over native memory.
    static OnnxTensor dense(OrtEnvironment environment, DataType type, Shape shape, MemorySegment data)
            throws OrtException {
        OnnxJavaType known = ElementTypes.creatable(type);
        if (known == null) {
            throw new IllegalStateException(type + " is in no signature of this engine");
        }
        ByteBuffer buffer = data.asByteBuffer().order(ByteOrder.nativeOrder());
        return OnnxTensor.createTensor(environment, buffer, shape.dims(), known);
    }

    private static ServingException invalid(String name, String why) {
        return new ServingException(ErrorKind.INVALID_REQUEST, "input `" + name + "`: " + why);
    }
}
