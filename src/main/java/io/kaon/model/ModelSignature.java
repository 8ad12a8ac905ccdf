package io.kaon.model;

import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One way to call a model: named inputs and outputs with their types and shapes.
///
/// @param name the name by which requests choose it
/// @param inputs by name, in the model's order
/// @param outputs by name, in the model's order
/// @param traits what else there is to know
public record ModelSignature(
        String name, Map<String, TensorSpec> inputs, Map<String, TensorSpec> outputs, SignatureTraits traits) {
    /// The signature that is meant when a request names none.
    public static final String DEFAULT_NAME = "serving_default";

    public ModelSignature {
        inputs = copy(inputs);
        outputs = copy(outputs);
    }

    private static Map<String, TensorSpec> copy(Map<String, TensorSpec> specs) {
        specs.forEach((name, spec) -> {
            if (!name.equals(spec.name())) {
                throw new IllegalArgumentException("the tensor " + spec.name() + " stands under the name " + name);
            }
        });
        return Collections.unmodifiableMap(new LinkedHashMap<>(specs));
    }

    /// Whether requests may be run together, one behind the other: the first dimension of every input and output is
    /// declared to be of any size, and calls leave nothing behind that others would see.
    public boolean isBatched() {
        return !traits.changesState() && haveRows(inputs) && haveRows(outputs);
    }

    /// A loop, because it is asked for every request.
    private static boolean haveRows(Map<String, TensorSpec> specs) {
        for (TensorSpec spec : specs.values()) {
            if (!hasRows(spec)) {
                return false;
            }
        }
        return !specs.isEmpty();
    }

    private static boolean hasRows(TensorSpec spec) {
        Shape shape = spec.shape();
        return shape != null && shape.rank() > 0 && shape.dim(0) == Shape.UNKNOWN;
    }

    /// Without special traits.
    public static ModelSignature of(String name, List<TensorSpec> inputs, List<TensorSpec> outputs) {
        return of(name, inputs, outputs, SignatureTraits.NONE);
    }

    public static ModelSignature of(
            String name, List<TensorSpec> inputs, List<TensorSpec> outputs, SignatureTraits traits) {
        return new ModelSignature(name, byName(inputs), byName(outputs), traits);
    }

    private static Map<String, TensorSpec> byName(List<TensorSpec> specs) {
        Map<String, TensorSpec> named = new LinkedHashMap<>();
        for (TensorSpec spec : specs) {
            if (named.put(spec.name(), spec) != null) {
                throw new IllegalArgumentException("two tensors are called " + spec.name());
            }
        }
        return named;
    }
}
