package io.kaon.protocol.tfs.example;

import java.util.List;

/// The value of every example.
public record Regressions(List<Float> values) implements ExampleResult {
    public Regressions {
        values = List.copyOf(values);
    }
}
