package io.kaon.model;

import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Inputs that a signature accepts, all zeros: enough to run a model whose purpose nobody knows.
///
/// Unknown dimensions are 1; where any shape fits, a scalar is given. Strings are empty. Inputs that a request may
/// leave out are left out.
public final class ZeroInputs {
    /// What all the inputs of a signature may take together.
    public static final long MOST_BYTES = 64L << 20;

    /// What an empty string costs.
    private static final int STRING_BYTES = 24;

    private ZeroInputs() {}

    /// @return nothing when the declared shapes take more than [#MOST_BYTES]
    public static Optional<NamedTensors> of(ModelSignature signature) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        long room = MOST_BYTES;
        for (TensorSpec input : signature.inputs().values()) {
            if (!input.required()) {
                continue;
            }
            Shape shape = smallest(input);
            int each = input.type() == DataType.STRING
                    ? STRING_BYTES
                    : input.type().bytes();
            if (!fits(shape, room / each)) {
                return Optional.empty();
            }
            room -= shape.elements() * each;
            inputs.put(input.name(), zeros(input.type(), shape));
        }
        return Optional.of(NamedTensors.of(inputs));
    }

    private static Shape smallest(TensorSpec input) {
        Shape shape = input.shape();
        if (shape == null) {
            return Shape.scalar();
        }
        long[] dims = shape.dims();
        for (int i = 0; i < dims.length; i++) {
            dims[i] = dims[i] == Shape.UNKNOWN ? 1 : dims[i];
        }
        return Shape.of(dims);
    }

    private static boolean fits(Shape shape, long mostElements) {
        try {
            return shape.elements() <= mostElements;
        } catch (ArithmeticException _) {
            return false;
        }
    }

    private static Tensor zeros(DataType type, Shape shape) {
        int elements = Math.toIntExact(shape.elements());
        return type == DataType.STRING
                ? new StringTensor(shape, Collections.nCopies(elements, new byte[0]))
                : new DenseTensor(type, shape, MemorySegment.ofArray(new byte[elements * type.bytes()]));
    }
}
