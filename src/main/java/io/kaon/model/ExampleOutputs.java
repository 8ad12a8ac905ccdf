package io.kaon.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the operator says about the outputs of one model, where names, types and shapes do not say it.
///
/// @param scores name of the output with a score per class; null to find it
/// @param classes name of the output with the classes; null to find it
/// @param value name of the output with the value of a regression; null to find it
/// @param labels names of the classes, in the order of the scores' columns; empty if the model names them
public record ExampleOutputs(
        @Nullable String scores,
        @Nullable String classes,
        @Nullable String value,
        List<String> labels) {
    /// Everything is to be found.
    public static final ExampleOutputs FOUND = new ExampleOutputs(null, null, null, List.of());

    public ExampleOutputs {
        labels = List.copyOf(labels);
    }
}
