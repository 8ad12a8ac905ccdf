package io.kaon.batch;

import io.kaon.model.ModelSignature;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Requests for a model that takes rows of any size.
final class WideRequests {
    private WideRequests() {}

    /// @param x all requests that are to merge have it of the same type and rank
    static InferenceRequest of(Tensor x) {
        long[] open = new long[x.shape().rank()];
        Arrays.fill(open, Shape.UNKNOWN);
        ModelSignature signature = ModelSignature.of(
                ModelSignature.DEFAULT_NAME,
                List.of(TensorSpec.of("x", x.type(), Shape.of(open))),
                List.of(TensorSpec.of("y", x.type(), Shape.of(open))));
        return new InferenceRequest(signature, NamedTensors.of("x", x), Set.of(), Deadline.NEVER, Runnable::run);
    }
}
