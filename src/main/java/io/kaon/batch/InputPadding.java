package io.kaon.batch;

import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the rows of several requests equally large, as TensorFlow Serving does where it is told to pad inputs: each
/// dimension after the first becomes as large as the largest of the batch. What is missing comes at the end of the
/// dimension, and is the tensor's own first element: a value that the model is known to take.
///
/// An object is the way from one shape to a larger one. What it makes are copies: a request keeps its own tensors.
final class InputPadding {
    /// As in TensorFlow Serving.
    private static final int MOST_RANK = 6;

    private final Shape narrow;
    private final Shape wide;

    /// The last dimension that grows. What lies within one of its stretches stays side by side.
    private final int grows;

    private final long stretch;
    private final long wideStretch;

    private InputPadding(Shape narrow, Shape wide) {
        this.narrow = narrow;
        this.wide = wide;
        int axis = narrow.rank() - 1;
        long within = 1;
        while (axis > 1 && narrow.dim(axis) == wide.dim(axis)) {
            within *= narrow.dim(axis);
            axis--;
        }
        this.grows = axis;
        this.stretch = within * narrow.dim(axis);
        this.wideStretch = within * wide.dim(axis);
    }

    /// Whether tensors whose rows differ can get rows of the same size. A tensor without elements has none to fill
    /// with; and where the model wants a certain size, it gets no other.
    static boolean isPossible(@Nullable TensorSpec spec, Shape one, Shape other) {
        Shape declared = spec == null ? null : spec.shape();
        int rank = one.rank();
        if (declared == null || declared.rank() != rank || other.rank() != rank || rank > MOST_RANK) {
            return false;
        }
        for (int axis = 1; axis < rank; axis++) {
            if (one.dim(axis) != other.dim(axis) && declared.dim(axis) != Shape.UNKNOWN) {
                return false;
            }
        }
        return one.elements() > 0 && other.elements() > 0;
    }

    /// The smallest rows that hold those of both; the first dimension is that of the first.
    static Shape widest(Shape one, Shape other) {
        if (one.sameRows(other)) {
            return one;
        }
        long[] dims = one.dims();
        for (int axis = 1; axis < dims.length; axis++) {
            dims[axis] = Math.max(dims[axis], other.dim(axis));
        }
        return Shape.of(dims);
    }

    /// The same tensors with rows of the same size; those that need nothing as they are.
    ///
    /// @param parts with the same names, types and ranks
    static List<NamedTensors> widen(List<NamedTensors> parts) {
        Map<String, Shape> widest = new LinkedHashMap<>();
        boolean same = true;
        for (NamedTensors part : parts) {
            for (Map.Entry<String, Tensor> input : part.asMap().entrySet()) {
                Shape shape = input.getValue().shape();
                Shape before = widest.putIfAbsent(input.getKey(), shape);
                if (before != null && !before.sameRows(shape)) {
                    widest.put(input.getKey(), widest(before, shape));
                    same = false;
                }
            }
        }
        if (same) {
            return parts;
        }
        List<NamedTensors> padded = new ArrayList<>(parts.size());
        for (NamedTensors part : parts) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            part.asMap()
                    .forEach((name, tensor) ->
                            tensors.put(name, widen(tensor, widest.getOrDefault(name, tensor.shape()))));
            padded.add(NamedTensors.of(tensors));
        }
        return padded;
    }

    private static Tensor widen(Tensor tensor, Shape widest) {
        if (tensor.shape().sameRows(widest)) {
            return tensor;
        }
        InputPadding padding =
                new InputPadding(tensor.shape(), widest.with(0, tensor.shape().dim(0)));
        return switch (tensor) {
            case DenseTensor dense -> padding.widen(dense);
            case StringTensor strings -> padding.widen(strings);
        };
    }

    private DenseTensor widen(DenseTensor tensor) {
        long each = tensor.type().bytes();
        MemorySegment data = tensor.data();
        MemorySegment padded =
                MemorySegment.ofArray(new byte[Math.toIntExact(Math.multiplyExact(wide.elements(), each))]);
        MemorySegment.copy(data, 0, padded, 0, each);
        for (long filled = each; filled < padded.byteSize(); filled *= 2) {
            MemorySegment.copy(padded, 0, padded, filled, Math.min(filled, padded.byteSize() - filled));
        }
        stretches(0, 0, 0, (from, to, count) -> MemorySegment.copy(data, from * each, padded, to * each, count * each));
        return new DenseTensor(tensor.type(), wide, padded);
    }

    private StringTensor widen(StringTensor tensor) {
        List<byte[]> values = tensor.values();
        byte[][] padded = new byte[Math.toIntExact(wide.elements())][];
        Arrays.fill(padded, values.getFirst());
        stretches(0, 0, 0, (from, to, count) -> {
            for (int i = 0; i < count; i++) {
                padded[(int) to + i] = values.get((int) from + i);
            }
        });
        return new StringTensor(wide, Arrays.asList(padded));
    }

    @FunctionalInterface
    private interface Copy {
        void copy(long from, long to, long count);
    }

    /// Copies all elements, stretch by stretch.
    ///
    /// @param from which of the parts that the dimensions before `axis` make is meant, in the narrow tensor
    /// @param to the same in the wide one
    private void stretches(int axis, long from, long to, Copy copy) {
        if (axis == grows) {
            copy.copy(from * stretch, to * wideStretch, stretch);
            return;
        }
        for (long i = 0; i < narrow.dim(axis); i++) {
            stretches(axis + 1, from * narrow.dim(axis) + i, to * wide.dim(axis) + i, copy);
        }
    }
}
