package io.kaon.batch.proof;

import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compares what a request is answered alone with what it is answered in company.
///
/// ## What counts as the same
///
/// A kernel may add the same numbers in another order when there are more rows, so numbers are the same up to
/// rounding. In a survey of 1,198 models of the onnx package and 16 networks in use, rows that do not touch each
/// other differed by at most 5e-6 of the largest element, and rows that do by at least 0.026. [#ROUNDING] lies
/// between the two.
///
/// The measure is the largest element of the *same* answer. A row of small numbers beside a row of large ones is what
/// shows a scale that is taken over all rows, so the small one must not be measured by the large one.
///
/// Whole numbers, truth values and strings are the same only if they are equal. Two NaNs are the same, and so are two
/// infinities of one sign; but an answer of nothing else says nothing: see [#tells].
public final class Agreement {
    /// Difference that is rounding, relative to the largest element.
    static final double ROUNDING = 1e-4;

    /// The same for numbers with ten bits behind the point, and with seven.
    static final double ROUNDING_OF_FLOAT16 = 5e-3;

    static final double ROUNDING_OF_BFLOAT16 = 2e-2;

    private Agreement() {}

    /// How the second differs from the first beyond rounding, for people; null if it does not.
    public static @Nullable String difference(NamedTensors alone, NamedTensors inCompany) {
        for (Map.Entry<String, Tensor> expected : alone.asMap().entrySet()) {
            Tensor got = inCompany.get(expected.getKey());
            String difference = got == null
                    ? "is missing in company"
                    : expected.getValue().type() != got.type()
                                    || !expected.getValue().shape().equals(got.shape())
                            ? "is " + expected.getValue().describe() + " alone and " + got.describe() + " in company"
                            : difference(expected.getValue(), got);
            if (difference != null) {
                return "output `" + expected.getKey() + "` " + difference;
            }
        }
        return null;
    }

    private static @Nullable String difference(Tensor alone, Tensor inCompany) {
        return switch (alone) {
            case StringTensor strings -> difference(strings, (StringTensor) inCompany);
            case DenseTensor dense -> difference(dense, (DenseTensor) inCompany);
        };
    }

    private static @Nullable String difference(StringTensor alone, StringTensor inCompany) {
        for (int i = 0; i < alone.values().size(); i++) {
            if (!Arrays.equals(alone.values().get(i), inCompany.values().get(i))) {
                return "has another string at position " + i;
            }
        }
        return null;
    }

    private static @Nullable String difference(DenseTensor alone, DenseTensor inCompany) {
        if (!isRounded(alone.type())) {
            long at = alone.data().mismatch(inCompany.data());
            return at < 0
                    ? null
                    : "has another value at position " + at / alone.type().bytes();
        }
        if (alone.data().mismatch(inCompany.data()) < 0) {
            return null;
        }
        ByteBuffer one = alone.elements();
        ByteBuffer other = inCompany.elements();
        double largest = 0;
        double widest = 0;
        while (one.hasRemaining()) {
            double expected = next(alone.type(), one);
            double got = next(alone.type(), other);
            if (Double.compare(expected, got) == 0) {
                largest = Double.isFinite(expected) ? Math.max(largest, Math.abs(expected)) : largest;
            } else if (!Double.isFinite(expected) || !Double.isFinite(got)) {
                return "is " + expected + " alone and " + got + " in company";
            } else {
                largest = Math.max(largest, Math.abs(expected));
                widest = Math.max(widest, Math.abs(expected - got));
            }
        }
        return widest <= rounding(alone.type()) * largest
                ? null
                : "differs by " + (float) widest + " where its largest element is " + (float) largest;
    }

    private static boolean isRounded(DataType type) {
        return switch (type) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> true;
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, BOOL, STRING -> false;
        };
    }

    private static double rounding(DataType type) {
        return switch (type) {
            case FLOAT16 -> ROUNDING_OF_FLOAT16;
            case BFLOAT16 -> ROUNDING_OF_BFLOAT16;
            case FLOAT, DOUBLE, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, BOOL, STRING -> ROUNDING;
        };
    }

    private static double next(DataType type, ByteBuffer elements) {
        return switch (type) {
            case FLOAT -> elements.getFloat();
            case DOUBLE -> elements.getDouble();
            case FLOAT16 -> Float.float16ToFloat(elements.getShort());
            case BFLOAT16 -> Float.intBitsToFloat(elements.getShort() << Short.SIZE);
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, BOOL, STRING ->
                throw new IllegalArgumentException(type + " is not rounded");
        };
    }

    /// Whether the answer holds anything that could differ: NaNs and infinities hide what becomes of a row.
    public static boolean tells(NamedTensors answer) {
        for (Tensor tensor : answer.asMap().values()) {
            if (!(tensor instanceof DenseTensor dense) || !isRounded(dense.type())) {
                if (tensor.shape().elements() > 0) {
                    return true;
                }
            } else if (hasFinite(dense)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasFinite(DenseTensor tensor) {
        ByteBuffer elements = tensor.elements();
        while (elements.hasRemaining()) {
            if (Double.isFinite(next(tensor.type(), elements))) {
                return true;
            }
        }
        return false;
    }
}
