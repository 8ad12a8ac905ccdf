package io.kaon.protocol.tfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.protocol.json.JsonCursor;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The elements of one tensor while they are being read, in row-major order; one subclass for every way in which JSON
/// values become elements.
///
/// Memory: an array of bytes that begins at a guess from the length of the text ahead, doubles when it is full, and
/// becomes the tensor without another copy. An element takes at least two bytes of text (a digit and a comma), so
/// there can never be more than that many, and the array never becomes longer than they would need.
abstract sealed class Elements
        permits FloatElements, DoubleElements, IntegerElements, BoolElements, StringElements, UnsupportedElements {
    /// What a number typically takes in a body, with its comma.
    private static final int TEXT_PER_ELEMENT = 8;

    private static final int TEXT_PER_SHORTEST_ELEMENT = 2;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    final TensorSpec spec;

    byte[] bytes = {};

    /// Bytes in use.
    int used;

    /// How many dimensions the value that is being read has, once that is settled.
    int rank;

    private int share = 1;

    Elements(TensorSpec spec) {
        this.spec = spec;
    }

    /// @param share how many inputs divide the body among them
    static Elements of(TensorSpec spec, int share, Coercion coercion) {
        Elements elements = of(spec, coercion);
        elements.share = share;
        return elements;
    }

    private static Elements of(TensorSpec spec, Coercion coercion) {
        return switch (spec.type()) {
            case FLOAT -> new FloatElements(spec, coercion);
            case DOUBLE -> new DoubleElements(spec);
            case INT8, INT16, INT32, INT64, UINT8, UINT32, UINT64 -> new IntegerElements(spec, coercion);
            case BOOL -> new BoolElements(spec);
            case STRING -> new StringElements(spec);
            case FLOAT16, BFLOAT16, UINT16 -> new UnsupportedElements(spec);
        };
    }

    /// Reads one value, which is no list.
    abstract void one(JsonCursor cursor) throws ValueFault;

    /// Reads the elements of the list whose first element is ahead, and leaves the list. Overridden where it pays that
    /// the loop is compiled together with one type's conversion.
    ///
    /// @param limit how many there should be; [Long#MAX_VALUE] if any number will do
    /// @return how many there were
    /// @throws ValueFault also if there is one more than the limit
    long run(JsonCursor cursor, long limit) throws ValueFault {
        long count = 0;
        do {
            check(cursor, count, limit);
            one(cursor);
            count++;
        } while (cursor.nextElement());
        return count;
    }

    /// How many elements have been read.
    long count() {
        return used / spec.type().bytes();
    }

    Tensor build(Shape shape) {
        return new DenseTensor(spec.type(), shape, MemorySegment.ofArray(bytes).asSlice(0, used));
    }

    /// Refuses an element that is one too many.
    static void check(JsonCursor cursor, long count, long limit) throws ValueFault {
        if (count == limit) {
            cursor.skip();
            throw ValueFault.invalid("expected " + limit + " elements, got more");
        }
    }

    /// Makes room for one more element.
    final void reserve(JsonCursor cursor, int width) {
        if (bytes.length - used < width) {
            grow(cursor, width);
        }
    }

    private void grow(JsonCursor cursor, int width) {
        long wanted;
        long most = cursor.remaining() / TEXT_PER_SHORTEST_ELEMENT + 1L;
        if (bytes.length == 0) {
            long guess = Math.max(cursor.remaining() / TEXT_PER_ELEMENT, Math.min(declared(), most));
            wanted = width * (guess / share + 1);
        } else {
            wanted = Math.min(2L * bytes.length, used + width * most);
        }
        resize(used + (long) width, wanted);
    }

    private void resize(long least, long wanted) {
        if (least > MAX_ARRAY) {
            throw new ServingException(
                    ErrorKind.TOO_LARGE, "input `" + spec.name() + "`: expected at most 2 GiB, got more");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_ARRAY, wanted));
    }

    /// Adds the bytes of whole elements. The first ones are kept as they are, not copied.
    final void append(JsonCursor cursor, byte[] block) {
        if (bytes.length == 0) {
            bytes = block;
        } else {
            long least = used + (long) block.length;
            if (least > bytes.length) {
                // Base64 takes more text than it stands for, so what is ahead is the most that can follow.
                resize(least, Math.min(Math.max(least, 2L * bytes.length), least + cursor.remaining()));
            }
            System.arraycopy(block, 0, bytes, used, block.length);
        }
        used += block.length;
    }

    /// How many elements the declared dimensions make, unknown ones not counted; no more than an array holds.
    private long declared() {
        Shape shape = spec.shape();
        long elements = 1;
        for (int axis = 0; shape != null && axis < shape.rank(); axis++) {
            elements = Math.min(MAX_ARRAY, elements * Math.max(1, Math.min(MAX_ARRAY, shape.dim(axis))));
        }
        return elements;
    }

    /// Passes the value ahead and says that it is not of the type.
    final ValueFault mismatch(JsonCursor cursor) {
        String kind = kind(cursor.peek());
        int from = cursor.position();
        cursor.skip();
        if (kind.equals("Array")) {
            return ValueFault.invalid("Encountered list at unexpected level: " + rank + " expected < " + rank + ": "
                    + expected() + ", and the first of its values is not a list there");
        }
        return ValueFault.invalid("JSON Value: " + cursor.excerpt(from) + " Type: " + kind
                + " is not of expected type: " + TfsTypes.name(spec.type()) + ": " + expected());
    }

    /// What the input takes, for the end of a message.
    final String expected() {
        return "input `" + spec.name() + "` expects " + spec.describe();
    }

    /// The name of a value's kind, from its first byte.
    static String kind(int first) {
        return switch (first) {
            case '{' -> "Object";
            case '[' -> "Array";
            case '"' -> "String";
            case 't' -> "True";
            case 'f' -> "False";
            case 'n' -> "Null";
            default -> "Number";
        };
    }

    /// Whether a value that begins so is a number, if it is sound at all.
    static boolean isNumber(int first) {
        return (first >= '0' && first <= '9') || first == '-' || first == 'N' || first == 'I';
    }
}
