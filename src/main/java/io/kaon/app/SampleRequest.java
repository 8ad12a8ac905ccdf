package io.kaon.app;

import io.kaon.model.ModelSignature;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// A request that a model takes, short enough to be pasted into a terminal.
final class SampleRequest {
    private static final int MOST_VALUES = 32;
    private static final String ROW_VALUES = "1.0, 2.0, 5.0";
    /// Names that stand for themselves in JSON and in a shell's single quotes.
    private static final Predicate<String> PLAIN =
            Pattern.compile("[^\"\\\\'\\p{Cntrl}]+").asMatchPredicate();

    private SampleRequest() {}

    /// The body of a predict request; nothing for models whose smallest request is too long, or of unknown shape.
    static Optional<String> body(ModelSignature signature) {
        List<String> named = new ArrayList<>();
        for (TensorSpec input : signature.inputs().values()) {
            if (!input.required()) {
                continue;
            }
            Shape shape = input.shape();
            if (shape == null || !isShort(shape) || text(input.type()).isEmpty() || !PLAIN.test(input.name())) {
                return Optional.empty();
            }
            if (signature.inputs().size() == 1 && shape.rank() > 0 && shape.dim(0) == Shape.UNKNOWN) {
                return Optional.of("{\"instances\": [" + rows(shape, input.type()) + "]}");
            }
            named.add('"' + input.name() + "\": " + nested(shape, 0, input.type()));
        }
        return named.isEmpty() ? Optional.empty() : Optional.of("{\"inputs\": {" + String.join(", ", named) + "}}");
    }

    /// A model's name as it may stand in a URL in single quotes.
    static String pathSegment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String rows(Shape shape, DataType type) {
        boolean numbers = shape.rank() == 1 && (type == DataType.FLOAT || type == DataType.DOUBLE);
        return numbers ? ROW_VALUES : nested(shape, 1, type);
    }

    private static String nested(Shape shape, int axis, DataType type) {
        if (axis == shape.rank()) {
            return text(type);
        }
        String inner = nested(shape, axis + 1, type);
        List<String> same = new ArrayList<>();
        for (long i = 0; i < Math.max(1, shape.dim(axis)); i++) {
            same.add(inner);
        }
        return "[" + String.join(", ", same) + "]";
    }

    /// Whether a request fits into a line; an axis that must be empty has no value to show.
    private static boolean isShort(Shape shape) {
        long count = 1;
        for (int axis = 0; axis < shape.rank() && count <= MOST_VALUES; axis++) {
            if (shape.dim(axis) == 0 || shape.dim(axis) > MOST_VALUES) {
                return false;
            }
            count *= Math.max(1, shape.dim(axis));
        }
        return count <= MOST_VALUES;
    }

    /// How JSON writes a one of this type; nothing for types that JSON cannot carry.
    private static String text(DataType type) {
        return switch (type) {
            case FLOAT, DOUBLE -> "1.0";
            case INT8, INT16, INT32, INT64, UINT8, UINT32, UINT64 -> "1";
            case BOOL -> "true";
            case STRING -> "\"text\"";
            case FLOAT16, BFLOAT16, UINT16 -> "";
        };
    }
}
