package io.kaon.batch;

import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts the inputs of several requests behind one another, and takes the outputs apart again.
///
/// Every part has the same names, types and sizes but for the number of its rows. Copying in is the only copy: what
/// comes out are windows on the outputs of all.
final class Batch {
    /// Each tensor begins where the widest vector instructions like it.
    private static final long ALIGNMENT = 64;

    private Batch() {}

    /// Bytes of memory that [#gather] needs.
    static long room(List<NamedTensors> parts, int padding) {
        long bytes = 0;
        for (String name : parts.getFirst().names()) {
            long each = 0;
            for (NamedTensors part : parts) {
                each += part.get(name) instanceof DenseTensor tensor ? tensor.byteSize() : 0;
            }
            bytes += aligned(each + padding * rowBytes(parts.getLast().get(name)));
        }
        return bytes;
    }

    private static long rowBytes(@Nullable Tensor tensor) {
        return tensor instanceof DenseTensor dense
                ? dense.byteSize() / Math.max(1, dense.shape().dim(0))
                : 0;
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /// All rows, in order.
    ///
    /// @param padding copies of the last part's first row to add at the end, as TensorFlow Serving does: a row that
    ///     the model is known to take
    /// @param memory of at least [#room] bytes; dense tensors are windows on it
    static NamedTensors gather(List<NamedTensors> parts, int padding, MemorySegment memory) {
        Map<String, Tensor> gathered = new LinkedHashMap<>();
        long used = 0;
        for (Map.Entry<String, Tensor> first : parts.getFirst().asMap().entrySet()) {
            List<Tensor> tensors = new ArrayList<>(parts.size());
            long rows = padding;
            for (NamedTensors part : parts) {
                Tensor tensor = part.get(first.getKey());
                if (tensor == null) {
                    throw new IllegalArgumentException("a part has no " + first.getKey());
                }
                tensors.add(tensor);
                rows += tensor.shape().dim(0);
            }
            Shape shape = first.getValue().shape().with(0, rows);
            if (first.getValue() instanceof DenseTensor dense) {
                long end = copy(tensors, padding, memory, used);
                gathered.put(first.getKey(), new DenseTensor(dense.type(), shape, memory.asSlice(used, end - used)));
                used = aligned(end);
            } else {
                gathered.put(first.getKey(), new StringTensor(shape, strings(tensors, padding)));
            }
        }
        return NamedTensors.of(gathered);
    }

    private static long copy(List<Tensor> tensors, int padding, MemorySegment memory, long from) {
        long used = from;
        for (Tensor tensor : tensors) {
            MemorySegment data = ((DenseTensor) tensor).data();
            MemorySegment.copy(data, 0, memory, used, data.byteSize());
            used += data.byteSize();
        }
        DenseTensor last = (DenseTensor) tensors.getLast();
        long row = rowBytes(last);
        for (int i = 0; i < padding; i++) {
            MemorySegment.copy(last.data(), 0, memory, used, row);
            used += row;
        }
        return used;
    }

    private static List<byte[]> strings(List<Tensor> tensors, int padding) {
        List<byte[]> values = new ArrayList<>();
        for (Tensor tensor : tensors) {
            values.addAll(((StringTensor) tensor).values());
        }
        StringTensor last = (StringTensor) tensors.getLast();
        int row =
                last.values().size() / Math.toIntExact(Math.max(1, last.shape().dim(0)));
        for (int i = 0; i < padding; i++) {
            values.addAll(last.values().subList(0, row));
        }
        return values;
    }

    /// Whether every output has so many rows. A model may declare what it does not keep.
    static boolean hasRows(NamedTensors outputs, long rows) {
        for (Tensor tensor : outputs.asMap().values()) {
            if (tensor.shape().rank() == 0 || tensor.shape().dim(0) != rows) {
                return false;
            }
        }
        return true;
    }

    /// Some of the rows.
    static NamedTensors slice(NamedTensors whole, long from, long count) {
        if (whole.size() == 1) {
            Map.Entry<String, Tensor> only = whole.asMap().entrySet().iterator().next();
            return NamedTensors.of(only.getKey(), slice(only.getValue(), from, count));
        }
        Map<String, Tensor> slices = new LinkedHashMap<>();
        whole.asMap().forEach((name, tensor) -> slices.put(name, slice(tensor, from, count)));
        return NamedTensors.of(slices);
    }

    private static Tensor slice(Tensor tensor, long from, long count) {
        Shape shape = tensor.shape().with(0, count);
        return switch (tensor) {
            case DenseTensor dense -> {
                long row = rowBytes(dense);
                yield new DenseTensor(dense.type(), shape, dense.data().asSlice(from * row, count * row));
            }
            case StringTensor strings -> {
                long row = strings.values().size() / Math.max(1, tensor.shape().dim(0));
                yield new StringTensor(
                        shape,
                        strings.values().subList(Math.toIntExact(from * row), Math.toIntExact((from + count) * row)));
            }
        };
    }
}
