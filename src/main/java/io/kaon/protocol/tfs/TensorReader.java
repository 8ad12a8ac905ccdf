package io.kaon.protocol.tfs;

import io.kaon.protocol.json.JsonCursor;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads one input's values, from JSON straight into the memory of its tensor.
///
/// A value is a scalar or lists of lists of scalars, all of one shape. JSON does not say the shape beforehand, so it is
/// found on the way. Going down the first element of every list, the rank is settled where the first scalar stands or
/// the first empty list ends; a dimension is settled where the first list of its level ends. Every later list is held
/// against them as it ends. Innermost lists are read in one loop by [Elements#run].
///
/// TensorFlow Serving builds a tree first, so it knows the size of a list before it looks inside, and complains about a
/// wrong size before wrong elements. Here a list with a fault inside is counted to its end before anything is said.
///
/// In the place of any list there may be its bytes instead, as a base64 object: see [RawBlock]. The first innermost
/// value decides whether all are blocks.
///
/// In row form there is one value per row; all have the shape of the first, and the tensor gets the number of rows as
/// one more dimension in front.
final class TensorReader {
    private static final long OPEN = -1;
    private static final int UNKNOWN_RANK = -1;

    private final TensorSpec spec;
    private final int outer;
    private final int maxRank;
    private final byte[] nameBytes;
    private final Elements elements;

    /// Sizes of the value that is being read; [#OPEN] before they are settled.
    private long[] sizes = new long[4];

    /// Whether the innermost values are blocks of bytes, and the shape of each of them; null before the first.
    private boolean raw;

    private @Nullable Shape block;

    /// Values that have been read, and the shape and number of elements of the first.
    private int values;

    private long[] firstShape = {};
    private long firstCount;

    /// @param outer how many of the tensor's dimensions are around a value: 1 in rows, else 0
    /// @param share how many inputs divide the body among them
    TensorReader(TensorSpec spec, int outer, int share, Coercion coercion) {
        this.spec = spec;
        this.outer = outer;
        this.maxRank = Shape.MAX_RANK - outer;
        this.nameBytes = spec.name().getBytes(StandardCharsets.UTF_8);
        this.elements = Elements.of(spec, share, coercion);
    }

    TensorSpec spec() {
        return spec;
    }

    byte[] nameBytes() {
        return nameBytes;
    }

    /// How many values have been read.
    int values() {
        return values;
    }

    /// Reads the value ahead; every later one must have the shape of the first.
    void read(JsonCursor cursor) throws ValueFault {
        elements.rank = UNKNOWN_RANK;
        block = null;
        long before = elements.count();
        if (cursor.peek() == '[') {
            list(cursor, 0);
        } else {
            settle(cursor, 0);
            if (raw) {
                block = block(cursor, 0);
            } else {
                elements.one(cursor);
            }
        }
        long count = elements.count() - before;
        if (values == 0) {
            firstShape = dims();
            firstCount = count;
        } else if (count != firstCount) {
            throw ValueFault.invalid("Expecting tensor size: " + firstCount + " but got: " + count + ": input `"
                    + spec.name() + "` has shape " + shape() + " here and " + Shape.of(firstShape)
                    + " in the first element");
        } else if (!hasFirstShape()) {
            throw ValueFault.invalid("Expecting shape " + Shape.of(firstShape) + " but got: " + shape() + ": input `"
                    + spec.name() + "`");
        }
        values++;
    }

    /// The one value that has been read.
    Tensor tensor() {
        return elements.build(Shape.of(firstShape));
    }

    /// All values that have been read, one per row.
    Tensor rows() {
        return elements.build(Shape.of(firstShape).prepend(values));
    }

    private void list(JsonCursor cursor, int level) throws ValueFault {
        if (level == maxRank) {
            cursor.skip();
            throw tooDeep();
        }
        if (level == sizes.length) {
            sizes = Arrays.copyOf(sizes, level * 2);
        }
        if (elements.rank == UNKNOWN_RANK) {
            sizes[level] = OPEN;
        }
        long count = 0;
        if (cursor.openArray()) {
            if (elements.rank == UNKNOWN_RANK && cursor.peek() != '[') {
                settle(cursor, level + 1);
            }
            count = level + 1 == elements.rank ? innermost(cursor, level) : lists(cursor, level);
        } else if (elements.rank == UNKNOWN_RANK) {
            settle(cursor, level + 1);
        }
        if (sizes[level] == OPEN) {
            sizes[level] = count;
        } else if (count != sizes[level]) {
            throw unexpectedSize(count, level);
        }
    }

    /// The first value that is no list is ahead, or there is none.
    private void settle(JsonCursor cursor, int rank) {
        elements.rank = rank;
        raw = spec.type() != DataType.STRING && Base64Object.isNext(cursor);
    }

    private long innermost(JsonCursor cursor, int level) throws ValueFault {
        return raw ? blocks(cursor, level) : scalars(cursor, level);
    }

    private long blocks(JsonCursor cursor, int level) throws ValueFault {
        long count = 0;
        try {
            do {
                Elements.check(cursor, count, sizes[level]);
                Shape next = block(cursor, level + 1);
                if (block != null && !next.equals(block)) {
                    throw ValueFault.invalid("Expecting shape " + block + " but got: " + next + ": input `"
                            + spec.name() + "`, in base64");
                }
                block = next;
                count++;
            } while (cursor.nextElement());
            return count;
        } catch (ValueFault fault) {
            throw sizeFirst(cursor, level, count, fault);
        }
    }

    /// Reads the bytes of everything inside of `level` lists.
    ///
    /// @return their shape
    private Shape block(JsonCursor cursor, int level) throws ValueFault {
        byte[] bytes = Base64Object.read(cursor);
        if (bytes == null) {
            throw elements.mismatch(cursor);
        }
        Shape shape = RawBlock.shape(spec, outer + level, bytes);
        elements.append(cursor, bytes);
        return shape;
    }

    private long scalars(JsonCursor cursor, int level) throws ValueFault {
        long before = elements.count();
        try {
            return elements.run(cursor, sizes[level] == OPEN ? Long.MAX_VALUE : sizes[level]);
        } catch (ValueFault fault) {
            throw sizeFirst(cursor, level, elements.count() - before, fault);
        }
    }

    private long lists(JsonCursor cursor, int level) throws ValueFault {
        long count = 0;
        try {
            do {
                Elements.check(cursor, count, sizes[level]);
                if (cursor.peek() != '[') {
                    throw misplaced(cursor, level + 1);
                }
                list(cursor, level + 1);
                count++;
            } while (cursor.nextElement());
            return count;
        } catch (ValueFault fault) {
            throw sizeFirst(cursor, level, count, fault);
        }
    }

    /// Counts a list to its end, and returns its size as the fault if that is wrong; otherwise the fault that was met.
    ///
    /// @param count elements before the one at fault; the cursor is behind that
    private ValueFault sizeFirst(JsonCursor cursor, int level, long count, ValueFault fault) {
        long size = count + 1;
        while (cursor.nextElement()) {
            cursor.skip();
            size++;
        }
        return sizes[level] == OPEN || sizes[level] == size ? fault : unexpectedSize(size, level);
    }

    private ValueFault unexpectedSize(long size, int level) {
        return ValueFault.invalid("Encountered list at unexpected size: " + size + " at level: " + level
                + " expected size: " + sizes[level] + ": " + elements.expected() + ", and its lists are uneven");
    }

    private ValueFault misplaced(JsonCursor cursor, int level) {
        int from = cursor.position();
        cursor.skip();
        return ValueFault.invalid("JSON Value: " + cursor.excerpt(from) + " found at incorrect level: " + (level + 1)
                + " in the JSON DOM. Expected at level: " + elements.rank + ": " + elements.expected()
                + ", and the first of its values is a list there");
    }

    private ValueFault tooDeep() {
        return ValueFault.invalid("tensor parsing error: " + elements.expected() + ", in lists at most " + maxRank
                + " deep, got deeper ones");
    }

    private boolean hasFirstShape() {
        return raw
                ? Arrays.equals(firstShape, dims())
                : Arrays.equals(firstShape, 0, firstShape.length, sizes, 0, elements.rank);
    }

    private Shape shape() {
        return Shape.of(dims());
    }

    private long[] dims() {
        long[] inner = block == null ? new long[0] : block.dims();
        long[] dims = Arrays.copyOf(sizes, elements.rank + inner.length);
        System.arraycopy(inner, 0, dims, elements.rank, inner.length);
        return dims;
    }
}
