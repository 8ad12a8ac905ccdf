package io.kaon.model;

import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Inputs that a signature accepts, all zeros: enough to run a model of which nothing else is known.
///
/// One row; where any shape fits, a scalar is given. Strings are empty. Inputs that a request may leave out are left
/// out. Other unknown dimensions are tried in several sizes, for many a model cannot work on a picture of one pixel.
public final class ZeroInputs {
    /// What all the inputs of a signature may take together.
    public static final long MOST_BYTES = 64L << 20;

    /// What an empty string costs.
    private static final int STRING_BYTES = 24;

    /// An input with sizes for all its dimensions.
    ///
    /// @param shape without unknown sizes
    public record Sized(TensorSpec input, Shape shape) {}

    private ZeroInputs() {}

    private static final List<Integer> SIZES = List.of(1, 2, 3, 4, 8, 32, 64, 224);

    /// From small to large; one if no size is free.
    ///
    /// @return those that take no more than [#MOST_BYTES]: nothing when the declared shapes take more
    public static List<NamedTensors> of(ModelSignature signature) {
        return shapes(signature).stream()
                .map(shapes -> {
                    Map<String, Tensor> inputs = new LinkedHashMap<>();
                    shapes.forEach(sized ->
                            inputs.put(sized.input().name(), zeros(sized.input().type(), sized.shape())));
                    return NamedTensors.of(inputs);
                })
                .toList();
    }

    /// Shapes of one row that the required inputs may be given in, from small to large; one set if no size is free.
    ///
    /// @return those in which all inputs together take no more than [#MOST_BYTES]
    public static List<List<Sized>> shapes(ModelSignature signature) {
        boolean free = signature.inputs().values().stream()
                .anyMatch(input -> input.required() && input.shape() != null && isFree(input.shape()));
        return (free ? SIZES : SIZES.subList(0, 1))
                .stream().flatMap(size -> shapes(signature, size).stream()).toList();
    }

    /// The first that a model does not refuse.
    ///
    /// @param candidates from [#of], at least one
    /// @param run gives them to the model
    /// @throws RuntimeException what the model said to the first, when it refuses all
    public static NamedTensors accepted(List<NamedTensors> candidates, Consumer<NamedTensors> run) {
        RuntimeException refusal = null;
        for (NamedTensors candidate : candidates) {
            try {
                run.accept(candidate);
                return candidate;
            } catch (RuntimeException refused) {
                refusal = refusal == null ? refused : refusal;
            }
        }
        throw refusal == null ? new IllegalArgumentException("no candidates") : refusal;
    }

    private static boolean isFree(Shape shape) {
        return shape.rank() > 1 && Arrays.stream(shape.dims()).skip(1).anyMatch(size -> size == Shape.UNKNOWN);
    }

    private static Optional<List<Sized>> shapes(ModelSignature signature, int size) {
        List<Sized> shapes = new ArrayList<>();
        long room = MOST_BYTES;
        Set<String> rows = rowNames(signature);
        for (TensorSpec input : signature.inputs().values()) {
            if (!input.required()) {
                continue;
            }
            Shape shape = shape(input, size, rows);
            int each = input.type() == DataType.STRING
                    ? STRING_BYTES
                    : input.type().bytes();
            if (!fits(shape, room / each)) {
                return Optional.empty();
            }
            room -= shape.elements() * each;
            shapes.add(new Sized(input, shape));
        }
        return Optional.of(shapes);
    }

    /// What first dimensions are called. There is one row, wherever rows are counted again.
    private static Set<String> rowNames(ModelSignature signature) {
        Set<String> names = new HashSet<>();
        for (TensorSpec input : signature.inputs().values()) {
            names.addAll(input.dimensionNames().stream().limit(1).toList());
        }
        names.remove("");
        return names;
    }

    private static Shape shape(TensorSpec input, int size, Set<String> rows) {
        Shape shape = input.shape();
        if (shape == null) {
            return Shape.scalar();
        }
        long[] dims = shape.dims();
        for (int i = 0; i < dims.length; i++) {
            dims[i] = dims[i] != Shape.UNKNOWN ? dims[i] : i == 0 || rows.contains(input.dimensionName(i)) ? 1 : size;
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
