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
/// @param dimensionNames what the model calls each dimension of unknown size, "" where it does not say: one entry per
///     dimension, or none at all. Dimensions of one name have one size in a request
public record TensorSpec(
        String name,
        DataType type,
        @Nullable Shape shape,
        boolean required,
        List<String> classKeys,
        List<String> dimensionNames) {
    /// @throws IllegalArgumentException if there are names, but not one for each dimension
    public TensorSpec {
        classKeys = List.copyOf(classKeys);
        dimensionNames = List.copyOf(dimensionNames);
        if (!dimensionNames.isEmpty() && (shape == null || dimensionNames.size() != shape.rank())) {
            throw new IllegalArgumentException("names " + dimensionNames + " for the dimensions of " + shape);
        }
    }

    /// Without names of dimensions.
    public TensorSpec(String name, DataType type, @Nullable Shape shape, boolean required, List<String> classKeys) {
        this(name, type, shape, required, classKeys, List.of());
    }

    public static TensorSpec of(String name, DataType type, @Nullable Shape shape) {
        return new TensorSpec(name, type, shape, true, List.of());
    }

    /// The same, with what its dimensions are called.
    public TensorSpec withDimensionNames(String... names) {
        return new TensorSpec(name, type, shape, required, classKeys, List.of(names));
    }

    /// What the dimension is called; "" if nothing.
    public String dimensionName(int axis) {
        return dimensionNames.isEmpty() ? "" : dimensionNames.get(axis);
    }

    /// Whether a tensor of this type and shape may be given here.
    public boolean accepts(Tensor tensor) {
        return tensor.type() == type && (shape == null || shape.accepts(tensor.shape()));
    }

    /// Type and shape as messages show them, for example `FLOAT[batch,-1,3]`, or `FLOAT of any shape`.
    public String describe() {
        if (shape == null) {
            return type + " of any shape";
        }
        if (dimensionNames.isEmpty()) {
            return type + "" + shape;
        }
        StringBuilder text = new StringBuilder(type + "[");
        for (int axis = 0; axis < shape.rank(); axis++) {
            text.append(axis == 0 ? "" : ",");
            text.append(dimensionName(axis).isEmpty() ? "" + shape.dim(axis) : dimensionName(axis));
        }
        return text.append(']').toString();
    }
}
