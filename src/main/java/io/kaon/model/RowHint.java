package io.kaon.model;

import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Recognises the most frequent mistake of a first request: the values of one row where rows are expected.
public final class RowHint {
    private RowHint() {}

    /// @param given of what the client sent for that input
    /// @return nothing where the shapes differ otherwise
    public static Optional<String> of(TensorSpec spec, Shape given) {
        return isRowOf(spec.shape(), given)
                ? Optional.of("one row? write [[…]], a list of rows of which there is one: shape " + one(given)
                        + " instead of " + given)
                : Optional.empty();
    }

    private static boolean isRowOf(@Nullable Shape declared, Shape given) {
        if (declared == null || declared.rank() != given.rank() + 1 || declared.dim(0) != Shape.UNKNOWN) {
            return false;
        }
        for (int axis = 0; axis < given.rank(); axis++) {
            long size = declared.dim(axis + 1);
            if (size != Shape.UNKNOWN && size != given.dim(axis)) {
                return false;
            }
        }
        return true;
    }

    private static Shape one(Shape row) {
        long[] dims = new long[row.rank() + 1];
        dims[0] = 1;
        for (int axis = 0; axis < row.rank(); axis++) {
            dims[axis + 1] = row.dim(axis);
        }
        return Shape.of(dims);
    }
}
