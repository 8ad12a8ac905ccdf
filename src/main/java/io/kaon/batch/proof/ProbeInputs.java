package io.kaon.batch.proof;

import io.kaon.model.ModelSignature;
import io.kaon.model.ZeroInputs;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Rows that differ from each other in what gives a model away whose rows touch each other.
///
/// * Numbers are ordinary, a hundred times as large and a hundredth of that, of both signs and positive only:
///   what is centred, scaled or quantised over all rows changes most beside a row of another size, and a
///   logarithm wants positive ones.
/// * Whole numbers are small, because most are indices, and an index that is out of range is refused.
/// * Strings have different lengths and different numbers of words, and one is empty: what is split becomes a table as
///   wide as the longest.
///
/// What a model takes is not known, so there are several kinds of rows, and it is asked for the first that it does not
/// refuse. The rows are the same at every start: a proof that went well once goes well again.
///
/// One object is rows of the same shapes and of one kind; they are made when they are asked for, because those of
/// a large picture take megabytes.
public final class ProbeInputs {
    /// How many rows there are. Three show nearly everything, and come first: ordinary, large, small.
    public static final int ROWS = 8;

    /// How many rows a heavy model is asked for.
    public static final int FEW_ROWS = 3;

    private static final long SEED = 0x6b61_6f6e;

    private static final double[] SCALES = {1, 100, 0.01, 1, 100, 0.01, 1, 10};

    /// From here on rows are positive.
    private static final int FIRST_POSITIVE = 3;

    private static final List<String> WORDS = List.of(
            "a kaon",
            "",
            "the quick brown fox jumps over the lazy dog",
            "one",
            "two words",
            "no",
            "Where is the nearest station, please?",
            "x y z");
    private static final List<String> NUMBERS = List.of("1", "0", "12.5", "3", "-2", "7", "40", "100");

    /// What values are like.
    private enum Kind {
        WORDS_AND_INDICES,
        NUMBERS_AND_FLAGS
    }

    /// What one row may take. A larger one is left to live requests.
    private static final long MOST_BYTES = 2 << 20;

    private final List<ZeroInputs.Sized> shapes;
    private final Kind kind;

    private ProbeInputs(List<ZeroInputs.Sized> shapes, Kind kind) {
        this.shapes = shapes;
        this.kind = kind;
    }

    /// From small to large shapes.
    ///
    /// @param signature whose required inputs all have rows
    /// @return nothing when the declared shapes take too much memory
    public static List<ProbeInputs> of(ModelSignature signature) {
        boolean isOneKind =
                signature.inputs().values().stream().allMatch(input -> isRounded(input.type()) || !input.required());
        List<ProbeInputs> candidates = new ArrayList<>();
        for (List<ZeroInputs.Sized> shapes : ZeroInputs.shapes(signature)) {
            if (bytes(shapes) <= MOST_BYTES) {
                candidates.add(new ProbeInputs(shapes, Kind.WORDS_AND_INDICES));
                if (!isOneKind) {
                    candidates.add(new ProbeInputs(shapes, Kind.NUMBERS_AND_FLAGS));
                }
            }
        }
        return candidates;
    }

    private static long bytes(List<ZeroInputs.Sized> shapes) {
        long bytes = 0;
        for (ZeroInputs.Sized sized : shapes) {
            DataType type = sized.input().type();
            long each = type == DataType.STRING ? StringTensor.OVERHEAD : type.bytes();
            bytes += each * sized.shape().elements();
        }
        return bytes;
    }

    /// Whether the other's rows are of the same kind, but of other shapes.
    public boolean isLike(ProbeInputs other) {
        return kind == other.kind && !shapes.equals(other.shapes);
    }

    /// A request of one row, always the same.
    ///
    /// @param number below [#ROWS]
    public NamedTensors row(int number) {
        SplittableRandom random = new SplittableRandom(SEED + number);
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        shapes.forEach(
                sized -> inputs.put(sized.input().name(), tensor(sized.input().type(), sized.shape(), number, random)));
        return NamedTensors.of(inputs);
    }

    private static boolean isRounded(DataType type) {
        return switch (type) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> true;
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, BOOL, STRING -> false;
        };
    }

    private Tensor tensor(DataType type, Shape shape, int row, SplittableRandom random) {
        int elements = Math.toIntExact(shape.elements());
        if (type == DataType.STRING) {
            List<byte[]> values = new ArrayList<>(elements);
            for (int i = 0; i < elements; i++) {
                values.add(strings().get((row + i) % strings().size()).getBytes(StandardCharsets.UTF_8));
            }
            return new StringTensor(shape, values);
        }
        // A buffer, because what a segment's own accessors call is found by reflection in a native executable.
        byte[] bytes = new byte[elements * type.bytes()];
        ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            double sign = row < FIRST_POSITIVE && random.nextBoolean() ? -1 : 1;
            double number = sign * SCALES[row] * (0.1 + 0.9 * random.nextDouble());
            // The first differs from row to row, whatever else is drawn: there may be no other.
            int whole = (row + (i == 0 ? 0 : random.nextInt(wholeNumbers()))) % wholeNumbers();
            put(type, data, number, whole);
        }
        return new DenseTensor(type, shape, MemorySegment.ofArray(bytes));
    }

    private List<String> strings() {
        return switch (kind) {
            case WORDS_AND_INDICES -> WORDS;
            case NUMBERS_AND_FLAGS -> NUMBERS;
        };
    }

    private int wholeNumbers() {
        return switch (kind) {
            case WORDS_AND_INDICES -> 3;
            case NUMBERS_AND_FLAGS -> 2;
        };
    }

    private static void put(DataType type, ByteBuffer data, double number, int whole) {
        switch (type) {
            case FLOAT -> data.putFloat((float) number);
            case DOUBLE -> data.putDouble(number);
            case FLOAT16 -> data.putShort(Float.floatToFloat16((float) number));
            case BFLOAT16 -> data.putShort((short) (Float.floatToRawIntBits((float) number) >>> Short.SIZE));
            case INT8, UINT8 -> data.put((byte) whole);
            case INT16, UINT16 -> data.putShort((short) whole);
            case INT32, UINT32 -> data.putInt(whole);
            case INT64, UINT64 -> data.putLong(whole);
            case BOOL -> data.put((byte) (whole & 1));
            case STRING -> throw new IllegalArgumentException("strings are no numbers");
        }
    }
}
