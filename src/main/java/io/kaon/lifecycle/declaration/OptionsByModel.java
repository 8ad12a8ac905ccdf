package io.kaon.lifecycle.declaration;

import java.util.Map;

/// What the operator chose for models, before it is known which models there are.
///
/// @param otherwise for models of which nothing is said by name
/// @param named by the name of the model: everything that holds for it, not only what differs
public record OptionsByModel(ModelOptions otherwise, Map<String, ModelOptions> named) {
    public OptionsByModel {
        named = Map.copyOf(named);
    }

    /// Default options for every model.
    public static OptionsByModel defaults() {
        return new OptionsByModel(ModelOptions.defaults(), Map.of());
    }

    public ModelOptions of(String model) {
        return named.getOrDefault(model, otherwise);
    }
}
