package io.kaon.model;

import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One way to call a model: named inputs and outputs with their types and shapes. Immutable.
public final class ModelSignature {
    /// The signature that is meant when a request names none.
    public static final String DEFAULT_NAME = "serving_default";

    private final String name;
    private final Map<String, TensorSpec> inputs;
    private final Map<String, TensorSpec> outputs;
    private final SignatureTraits traits;
    // What requests ask is worked out once.
    private final boolean batched;
    private final SharedDimensions shared;

    /// @param name the name by which requests choose it
    /// @param inputs by name, in the model's order
    /// @param outputs by name, in the model's order
    /// @param traits what else there is to know
    /// @throws IllegalArgumentException if a tensor stands under a name that is not its own
    public ModelSignature(
            String name, Map<String, TensorSpec> inputs, Map<String, TensorSpec> outputs, SignatureTraits traits) {
        this.name = name;
        this.inputs = copy(inputs);
        this.outputs = copy(outputs);
        this.traits = traits;
        this.batched = !traits.changesState() && haveRows(inputs) && haveRows(outputs);
        this.shared = SharedDimensions.of(this.inputs.values());
    }

    public String name() {
        return name;
    }

    /// By name, in the model's order.
    public Map<String, TensorSpec> inputs() {
        return inputs;
    }

    /// By name, in the model's order.
    public Map<String, TensorSpec> outputs() {
        return outputs;
    }

    /// What else there is to know.
    public SignatureTraits traits() {
        return traits;
    }

    /// Whether the first dimension of every input and output is declared to be of any size, and calls leave nothing
    /// behind that others would see. Only then may requests be run together, one behind the other.
    public boolean isBatched() {
        return batched;
    }

    /// Dimensions of inputs that have one size, because they have one name.
    public SharedDimensions sharedDimensions() {
        return shared;
    }

    private static Map<String, TensorSpec> copy(Map<String, TensorSpec> specs) {
        specs.forEach((name, spec) -> {
            if (!name.equals(spec.name())) {
                throw new IllegalArgumentException("the tensor " + spec.name() + " stands under the name " + name);
            }
        });
        return Collections.unmodifiableMap(new LinkedHashMap<>(specs));
    }

    private static boolean haveRows(Map<String, TensorSpec> specs) {
        return !specs.isEmpty() && specs.values().stream().allMatch(ModelSignature::hasRows);
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
