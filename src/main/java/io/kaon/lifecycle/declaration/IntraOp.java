package io.kaon.lifecycle.declaration;

import java.util.Map;

/// How many threads share one operator of a model, as far as the operator says.
///
/// @param fixed by the name of the model: a number that is not to be questioned
/// @param most threads that are tried for other heavy models; 1 if the engine settings hold for all of them
public record IntraOp(Map<String, Integer> fixed, int most) {
    public IntraOp {
        fixed = Map.copyOf(fixed);
    }

    /// What the engine settings say, for every model.
    public static IntraOp asSet() {
        return new IntraOp(Map.of(), 1);
    }
}
