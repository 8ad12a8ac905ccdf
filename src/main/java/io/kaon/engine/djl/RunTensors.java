package io.kaon.engine.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.kaon.engine.InputMemory;
import io.kaon.engine.djl.declaration.DeclaredTensor;
import io.kaon.engine.djl.declaration.ElementTypes;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Set;

/// Tensors of one run, from ours to DJL's and back. Inputs are not copied again: what DJL makes over native memory
/// reads it in place. Outputs are copied to the heap.
final class RunTensors {
    /// DJL counts a tensor's elements in an int, and a Java array holds no more bytes.
    private static final long MOST_BYTES = Integer.MAX_VALUE - 64L;

    /// Of the product of a tensor's dimensions, zeros aside: libtorch multiplies them into 64 bits.
    private static final long MOST_EXTENT = 1L << 40;

    private RunTensors() {}

    /// libtorch would not say which input is meant.
    ///
    /// @throws ServingException INVALID_REQUEST or UNSUPPORTED, naming the tensor
    static void check(ModelSignature signature, NamedTensors inputs, Set<String> wanted) {
        for (TensorSpec spec : signature.inputs().values()) {
            Tensor tensor = inputs.get(spec.name());
            if (tensor == null) {
                throw invalid("input `" + spec.name() + "`: missing, expected " + spec.describe());
            }
            if (!spec.accepts(tensor)) {
                throw invalid(
                        "input `" + spec.name() + "`: expected " + spec.describe() + ", got " + tensor.describe());
            }
            refuseAbsurd(spec.name(), tensor);
        }
        if (inputs.size() > signature.inputs().size()) {
            throw invalid("inputs: expected " + signature.inputs().keySet() + ", got " + inputs.names());
        }
        for (String name : wanted) {
            if (!signature.outputs().containsKey(name)) {
                throw invalid("output `" + name + "`: unknown, expected some of "
                        + signature.outputs().keySet());
            }
        }
    }

    private static void refuseAbsurd(String name, Tensor tensor) {
        if (tensor.byteSize() > MOST_BYTES) {
            throw new ServingException(
                    ErrorKind.UNSUPPORTED,
                    "input `" + name + "`: " + tensor.describe() + " takes " + tensor.byteSize() + " bytes, DJL takes "
                            + MOST_BYTES);
        }
        long extent = 1;
        for (int axis = 0; axis < tensor.shape().rank(); axis++) {
            long dim = tensor.shape().dim(axis);
            if (dim > MOST_EXTENT / extent) {
                throw invalid("input `" + name + "`: " + tensor.describe()
                        + " has no elements, but its dimensions other than 0 multiply to more than " + MOST_EXTENT);
            }
            extent *= Math.max(1, dim);
        }
    }

    /// @param memory where its numbers are put
    /// @return to be closed before `memory` is
    static NDArray make(NDManager manager, DeclaredTensor input, NamedTensors inputs, InputMemory memory) {
        DenseTensor tensor = (DenseTensor) Objects.requireNonNull(inputs.get(input.name()));
        ByteBuffer numbers = memory.of(tensor).asByteBuffer().order(ByteOrder.nativeOrder());
        NDArray array = manager.create(
                numbers,
                new ai.djl.ndarray.types.Shape(input.toModel(tensor.shape()).dims()),
                Objects.requireNonNull(ElementTypes.ofDjl(input.type())));
        array.setName(input.name());
        return array;
    }

    /// @throws ServingException ENGINE_FAILED if it is not as declared, UNSUPPORTED if it does not fit a Java array
    static DenseTensor read(DeclaredTensor output, NDArray array) {
        Shape given = Shape.of(array.getShape().getShape());
        if (array.getDataType() != ElementTypes.ofDjl(output.type())) {
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED,
                    "output `" + output.name() + "`: declared as " + output.type() + ", the model gave "
                            + array.getDataType() + given + "; correct the declaration");
        }
        Shape shape = output.toClient(given);
        long bytes = given.elements() * output.type().bytes();
        if (bytes > MOST_BYTES) {
            throw new ServingException(
                    ErrorKind.UNSUPPORTED,
                    "output `" + output.name() + "`: " + output.type() + given + " takes " + bytes
                            + " bytes, a Java array holds " + MOST_BYTES);
        }
        if (bytes == 0) {
            return new DenseTensor(output.type(), shape, MemorySegment.ofArray(new byte[0]));
        }
        ByteBuffer numbers = array.toByteBuffer();
        return new DenseTensor(output.type(), shape, MemorySegment.ofBuffer(numbers));
    }

    private static ServingException invalid(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }
}
