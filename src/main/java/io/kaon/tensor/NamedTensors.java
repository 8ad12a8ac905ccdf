package io.kaon.tensor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tensors by name, in a fixed order: the one parameter and the one result of inference. Immutable.
public final class NamedTensors {
    private final Map<String, Tensor> tensors;

    private NamedTensors(Map<String, Tensor> tensors) {
        this.tensors = tensors;
    }

    /// Keeps the order of the map's entries.
    public static NamedTensors of(Map<String, ? extends Tensor> tensors) {
        // Most models have one input and one output, and a map of one is a fraction of the cost.
        return new NamedTensors(
                tensors.size() == 1 ? Map.copyOf(tensors) : Collections.unmodifiableMap(new LinkedHashMap<>(tensors)));
    }

    public static NamedTensors of(String name, Tensor tensor) {
        return new NamedTensors(Map.of(name, tensor));
    }

    public @Nullable Tensor get(String name) {
        return tensors.get(name);
    }

    public Set<String> names() {
        return tensors.keySet();
    }

    /// Unmodifiable, in order.
    public Map<String, Tensor> asMap() {
        return tensors;
    }

    public int size() {
        return tensors.size();
    }

    /// Elements of all tensors together, as a measure of the work that there is in them. Where strings are longer than
    /// the widest number, they count by their bytes: a text of megabytes is no more one element than an array is.
    public long elements() {
        long elements = 0;
        for (Tensor tensor : tensors.values()) {
            long own = tensor.shape().elements();
            elements += tensor instanceof StringTensor strings ? Math.max(own, strings.textBytes() / Long.BYTES) : own;
        }
        return elements;
    }

    /// Whether both hold the same names, types, shapes and bytes.
    public boolean isSame(NamedTensors other) {
        return tensors.keySet().equals(other.tensors.keySet())
                && tensors.entrySet().stream()
                        .allMatch(tensor -> tensor.getValue().isSame(other.tensors.get(tensor.getKey())));
    }

    /// Sum of [Tensor#byteSize()].
    public long byteSize() {
        long bytes = 0;
        for (Tensor tensor : tensors.values()) {
            bytes += tensor.byteSize();
        }
        return bytes;
    }

    @Override
    public String toString() {
        return tensors.toString();
    }
}
