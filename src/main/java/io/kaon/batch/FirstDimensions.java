package io.kaon.batch;

import io.kaon.model.ModelSignature;
import io.kaon.tensor.TensorSpec;
import org.jspecify.annotations.Nullable;

/// What the names of dimensions say about rows: a model that counts its inputs apart, or has as many columns as rows,
/// has no rows that can run with those of other requests.
final class FirstDimensions {
    private FirstDimensions() {}

    /// Why requests for the signature are not to be merged, by the names alone; null where they say nothing.
    /// An output's first dimension may be called otherwise than those of the inputs: exporters often have no
    /// better name for it.
    ///
    /// @param signature all of whose tensors have a first dimension
    static @Nullable String obstacle(ModelSignature signature) {
        TensorSpec named = null;
        for (TensorSpec input : signature.inputs().values()) {
            String name = input.dimensionName(0);
            if (name.isEmpty()) {
                continue;
            }
            if (named != null && !name.equals(named.dimensionName(0))) {
                return "the first dimension is called `" + named.dimensionName(0) + "` in input `" + named.name()
                        + "` and `" + name + "` in input `" + input.name() + "`";
            }
            named = input;
        }
        if (named == null) {
            return null;
        }
        String inInputs = further("input", named, signature.inputs().values());
        return inInputs == null ? further("output", named, signature.outputs().values()) : inInputs;
    }

    private static @Nullable String further(String kind, TensorSpec rows, Iterable<TensorSpec> specs) {
        String name = rows.dimensionName(0);
        for (TensorSpec spec : specs) {
            if (spec.dimensionNames().lastIndexOf(name) > 0) {
                return "the first dimension of input `" + rows.name() + "`, `" + name + "`, is not only the first of "
                        + kind + " `" + spec.name() + "`: " + spec.describe();
            }
        }
        return null;
    }
}
