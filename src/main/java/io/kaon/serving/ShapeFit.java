package io.kaon.serving;

import io.kaon.tensor.Shape;
import org.jspecify.annotations.Nullable;

/// Fits a tensor's shape to the declared one where they differ in dimensions of size 1 only.
///
/// ## The rule
///
/// TensorFlow's kernels often cope with a shape that is not quite the declared one, and judge it themselves; other
/// engines refuse it. For those two things are forgiven, and neither moves an element:
///
/// * a dimension of size 1 that is not declared is dropped: `[4,1]` for `[-1]` becomes `[4]`;
/// * a dimension that is declared with size 1 and is not there is added: `[4]` for `[-1,1]` becomes `[4,1]`.
///
/// A declared dimension of unknown size is never invented. It is there because its size means something, most often
/// how many rows there are: `[3]` for `[-1,3]` may be one row of three features or three rows that lack theirs, and a
/// scalar for `[-1]` has no rows at all. Both are refused, and so is everything else.
///
/// ## When there are several ways
///
/// The dimensions that are not 1 keep their order in every way, so all ways give the same elements to the same places;
/// only what is called the first dimension can differ: `[1,5,1]` for `[-1,-1]` could be `[1,5]` or `[5,1]`. From the
/// left, a dimension stays if the rest can still be fitted then; that keeps the first one first, which is the batch.
/// Next a declared 1 is added, and only then one is dropped. The example becomes `[1,5]`.
///
/// Whether the rest can be fitted is a table over pairs of positions, filled from the right, so that a shape with
/// hundreds of ones costs no more than its rank times the declared one.
final class ShapeFit {
    private ShapeFit() {}

    /// The shape that the tensor is to have; null if it cannot be fitted.
    ///
    /// @param declared may hold [Shape#UNKNOWN]
    /// @param given of a tensor
    static @Nullable Shape of(Shape declared, Shape given) {
        if (declared.accepts(given)) {
            return given;
        }
        boolean[][] fits = table(declared, given);
        if (!fits[0][0]) {
            return null;
        }
        long[] dims = new long[declared.rank()];
        int from = 0;
        int to = 0;
        while (to < dims.length) {
            if (stays(declared, to, given, from) && fits[to + 1][from + 1]) {
                dims[to++] = given.dim(from++);
            } else if (declared.dim(to) == 1 && fits[to + 1][from]) {
                dims[to++] = 1;
            } else {
                from++;
            }
        }
        return Shape.of(dims);
    }

    /// Whether the given dimensions from the second index on can be fitted to the declared ones from the first on.
    private static boolean[][] table(Shape declared, Shape given) {
        boolean[][] fits = new boolean[declared.rank() + 1][given.rank() + 1];
        for (int to = declared.rank(); to >= 0; to--) {
            for (int from = given.rank(); from >= 0; from--) {
                boolean more = to < declared.rank();
                boolean moreGiven = from < given.rank();
                fits[to][from] = (!more && !moreGiven)
                        || (more && moreGiven && stays(declared, to, given, from) && fits[to + 1][from + 1])
                        || (more && declared.dim(to) == 1 && fits[to + 1][from])
                        || (moreGiven && given.dim(from) == 1 && fits[to][from + 1]);
            }
        }
        return fits;
    }

    private static boolean stays(Shape declared, int to, Shape given, int from) {
        return from < given.rank() && (declared.dim(to) == Shape.UNKNOWN || declared.dim(to) == given.dim(from));
    }
}
