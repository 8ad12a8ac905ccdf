package io.kaon.protocol.tfs.example;

import java.util.List;

/// The classes of every example, with their scores.
public record Classifications(List<List<ScoredClass>> examples) implements ExampleResult {
    public Classifications {
        examples = List.copyOf(examples);
    }

    /// @param label empty where the model has none
    /// @param score 0 where the model has none
    public record ScoredClass(String label, float score) {}
}
