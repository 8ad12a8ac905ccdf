package io.kaon.engine.djl.archive;

import java.util.List;

/// What a TorchScript model's `forward` gives.
public sealed interface TorchResult {
    /// Tensors that have a place and no name.
    ///
    /// @param count how many; [Integer#MAX_VALUE] if only a run tells
    public record Positions(int count) implements TorchResult {}

    /// Tensors by names that only a run tells.
    public record Keys() implements TorchResult {}

    /// Tensors that have a place and a name.
    public record Fields(List<String> names) implements TorchResult {
        public Fields {
            names = List.copyOf(names);
        }
    }
}
