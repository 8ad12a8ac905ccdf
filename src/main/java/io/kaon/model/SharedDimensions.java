package io.kaon.model;

import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Dimensions of a signature's inputs that carry the same name, and so have the same size in a request. An engine does
/// not compare them: it broadcasts where one of the sizes is 1, and answers something.
public final class SharedDimensions {
    private record Place(TensorSpec input, int axis) {}

    /// By name; at least two places each.
    private final Map<String, List<Place>> places;

    private SharedDimensions(Map<String, List<Place>> places) {
        this.places = places;
    }

    static SharedDimensions of(Collection<TensorSpec> inputs) {
        Map<String, List<Place>> places = new LinkedHashMap<>();
        for (TensorSpec input : inputs) {
            for (int axis = 0; axis < input.dimensionNames().size(); axis++) {
                String name = input.dimensionName(axis);
                if (!name.isEmpty()) {
                    places.computeIfAbsent(name, _ -> new ArrayList<>()).add(new Place(input, axis));
                }
            }
        }
        places.values().removeIf(same -> same.size() < 2);
        return new SharedDimensions(places);
    }

    /// Whether no two dimensions have the same name, so that there is nothing to compare.
    public boolean isEmpty() {
        return places.isEmpty();
    }

    /// Which two sizes differ, for clients; null if none do. Inputs that are not there are not compared.
    ///
    /// @param inputs in their declared ranks
    public @Nullable String conflict(NamedTensors inputs) {
        for (Map.Entry<String, List<Place>> dimension : places.entrySet()) {
            Place first = null;
            long size = 0;
            for (Place place : dimension.getValue()) {
                Tensor tensor = inputs.get(place.input().name());
                if (tensor == null) {
                    continue;
                }
                long own = tensor.shape().dim(place.axis());
                if (first == null) {
                    first = place;
                    size = own;
                } else if (own != size) {
                    return "dimension `" + dimension.getKey() + "` has the size " + size + " in "
                            + described(first, inputs) + " and " + own + " in " + described(place, inputs)
                            + ": expected the same size";
                }
            }
        }
        return null;
    }

    private static String described(Place place, NamedTensors inputs) {
        TensorSpec input = place.input();
        Tensor tensor = inputs.get(input.name());
        return "input `" + input.name() + "` (" + input.describe() + ", got "
                + (tensor == null ? "none" : tensor.describe()) + ")";
    }
}
