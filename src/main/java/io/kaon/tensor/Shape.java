package io.kaon.tensor;

import java.util.Arrays;

/// Dimensions of a tensor, outermost first. [#UNKNOWN] stands for a size that only a request tells; a tensor that
/// exists has none. Rank 0 is a scalar. Immutable.
public final class Shape {
    /// A dimension whose size is not known beforehand.
    public static final long UNKNOWN = -1;

    /// TensorFlow's limit, kept for all engines: deeper nesting has no use and costs stack.
    public static final int MAX_RANK = 254;

    private static final Shape SCALAR = new Shape();

    private final long[] dims;

    private Shape(long... dims) {
        this.dims = dims;
    }

    /// @throws IllegalArgumentException if a dimension is below -1 or there are more than [#MAX_RANK]
    public static Shape of(long... dims) {
        if (dims.length > MAX_RANK) {
            throw new IllegalArgumentException("rank " + dims.length + " is above " + MAX_RANK);
        }
        for (long dim : dims) {
            if (dim < UNKNOWN) {
                throw new IllegalArgumentException("dimension " + dim + " in " + Arrays.toString(dims));
            }
        }
        return dims.length == 0 ? SCALAR : new Shape(dims.clone());
    }

    public static Shape scalar() {
        return SCALAR;
    }

    public int rank() {
        return dims.length;
    }

    public long dim(int axis) {
        return dims[axis];
    }

    /// A copy of the dimensions.
    public long[] dims() {
        return dims.clone();
    }

    /// This shape with one more dimension in front.
    public Shape prepend(long dim) {
        long[] more = new long[dims.length + 1];
        more[0] = dim;
        System.arraycopy(dims, 0, more, 1, dims.length);
        return of(more);
    }

    /// This shape with another size in one dimension.
    public Shape with(int axis, long size) {
        long[] changed = dims.clone();
        changed[axis] = size;
        return of(changed);
    }

    public boolean isKnown() {
        for (long dim : dims) {
            if (dim == UNKNOWN) {
                return false;
            }
        }
        return true;
    }

    /// Number of elements; 1 for a scalar.
    ///
    /// @throws IllegalStateException if a dimension is unknown
    /// @throws ArithmeticException if the number does not fit a long
    public long elements() {
        boolean empty = false;
        for (long dim : dims) {
            if (dim == UNKNOWN) {
                throw new IllegalStateException("no element count for " + this);
            }
            empty |= dim == 0;
        }
        if (empty) {
            return 0;
        }
        long count = 1;
        for (long dim : dims) {
            count = Math.multiplyExact(count, dim);
        }
        return count;
    }

    /// What a tensor of this type and shape takes, at `each` per element.
    ///
    /// @throws IllegalArgumentException if a dimension is unknown or the product does not fit a long
    long sizeOf(DataType type, int each) {
        try {
            return Math.multiplyExact(elements(), (long) each);
        } catch (IllegalStateException | ArithmeticException e) {
            throw new IllegalArgumentException(type + "" + this + " is not the shape of a tensor", e);
        }
    }

    /// Whether a tensor of the (known) shape `other` may stand where this shape is declared: same rank, and equal
    /// sizes wherever this one is known.
    public boolean accepts(Shape other) {
        if (other.dims.length != dims.length) {
            return false;
        }
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] != UNKNOWN && dims[i] != other.dims[i]) {
                return false;
            }
        }
        return true;
    }

    /// Whether both have the same rank, and the same sizes but for the first.
    public boolean sameRows(Shape other) {
        return dims.length > 0
                && dims.length == other.dims.length
                && Arrays.equals(dims, 1, dims.length, other.dims, 1, dims.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /// For example `[-1,28,28]`; `[]` for a scalar.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < dims.length; i++) {
            text.append(i == 0 ? "" : ",").append(dims[i]);
        }
        return text.append(']').toString();
    }
}
