package io.kaon.protocol.tfs;

import io.kaon.model.ModelSignature;
import io.kaon.model.Nearest;
import io.kaon.protocol.json.JsonString;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One reader for every input of a signature, found by the names in a body without making strings of them.
final class InputTensors {
    private final List<TensorReader> readers = new ArrayList<>();

    /// The inputs in the order in which the latest object had them. Rows nearly always have the same order.
    private final TensorReader[] order;

    /// @param outer how many of a tensor's dimensions are around a value
    InputTensors(ModelSignature signature, int outer, Coercion coercion) {
        int count = signature.inputs().size();
        for (TensorSpec spec : signature.inputs().values()) {
            readers.add(new TensorReader(spec, outer, count, coercion));
        }
        order = readers.toArray(TensorReader[]::new);
    }

    List<TensorReader> readers() {
        return readers;
    }

    /// The only input, if there is only one.
    @Nullable
    TensorReader single() {
        return readers.size() == 1 ? readers.getFirst() : null;
    }

    /// The input of that name.
    ///
    /// @param place how many members the object had before this one
    @Nullable
    TensorReader find(JsonString name, int place) {
        if (place < order.length && name.contentEquals(order[place].nameBytes())) {
            return order[place];
        }
        for (TensorReader reader : readers) {
            if (name.contentEquals(reader.nameBytes())) {
                if (place < order.length) {
                    order[place] = reader;
                }
                return reader;
            }
        }
        return null;
    }

    /// All names, sorted, as messages list them.
    String names() {
        return String.join(",", sortedNames());
    }

    /// What may help a client that gave a name that is not here.
    String hint(String unknown) {
        return Nearest.hint("inputs", unknown, sortedNames());
    }

    private Set<String> sortedNames() {
        Set<String> names = new TreeSet<>();
        for (TensorReader reader : readers) {
            names.add(reader.spec().name());
        }
        return names;
    }

    /// What was read as whole tensors. Inputs that were left out are not in it.
    NamedTensors columns() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (TensorReader reader : readers) {
            if (reader.values() > 0) {
                tensors.put(reader.spec().name(), reader.tensor());
            }
        }
        return NamedTensors.of(tensors);
    }

    /// What was read row by row. Inputs that were left out are not in it.
    NamedTensors rows() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (TensorReader reader : readers) {
            if (reader.values() > 0) {
                tensors.put(reader.spec().name(), reader.rows());
            }
        }
        return NamedTensors.of(tensors);
    }
}
