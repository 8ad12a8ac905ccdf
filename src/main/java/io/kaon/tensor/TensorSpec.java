package io.kaon.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a signature says about one input or output.
///
/// @param name the name that clients use
/// @param type element type
/// @param shape declared shape, [Shape#UNKNOWN] where any size fits; null when any shape fits, scalars included
/// @param required whether a request must carry it; outputs are always required
/// @param classKeys what the positions along the last dimension stand for, where the model says so (the classes of a
///     scikit-learn classifier); empty otherwise
public record TensorSpec(
        String name, DataType type, @Nullable Shape shape, boolean required, List<String> classKeys) {
    public TensorSpec {
        classKeys = List.copyOf(classKeys);
    }

    public static TensorSpec of(String name, DataType type, @Nullable Shape shape) {
        return new TensorSpec(name, type, shape, true, List.of());
    }

    /// Whether a tensor of this type and shape may be given here.
    public boolean accepts(Tensor tensor) {
        return tensor.type() == type && (shape == null || shape.accepts(tensor.shape()));
    }

    /// Type and shape as messages show them, for example `FLOAT[-1,3]`, or `FLOAT of any shape`.
    public String describe() {
        return shape == null ? type + " of any shape" : type + "" + shape;
    }
}
