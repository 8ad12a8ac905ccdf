package io.kaon.client;

import io.kaon.model.ModelSignature;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A predict request that a model takes, as a body, or as a line for a terminal.
///
/// Values are written out where they are few. Otherwise a row is sent as its bytes, all zero, in base64: the shell
/// makes them, so the line stays short for a picture, too.
public final class SampleRequest {
    private static final int MOST_VALUES = 32;
    private static final long MOST_BYTES = 16 << 20;
    private static final String ROW_VALUES = "1.0, 2.0, 5.0";

    /// Part of a body.
    private sealed interface Piece {
        /// As it stands.
        record Text(String text) implements Piece {}

        /// Base64 of so many zero bytes.
        record Zeros(long bytes) implements Piece {}
    }

    private final List<Piece> pieces = new ArrayList<>();

    private SampleRequest() {}

    /// The line; nothing for a signature without inputs, or where no small request is known to fit.
    public static Optional<String> command(ModelSignature signature, String url) {
        return of(signature).map(request -> request.line(url));
    }

    /// The body of the request; nothing where [#command] has nothing.
    public static Optional<byte[]> body(ModelSignature signature) {
        return of(signature).map(SampleRequest::bytes);
    }

    private static Optional<SampleRequest> of(ModelSignature signature) {
        List<TensorSpec> inputs = signature.inputs().values().stream()
                .filter(TensorSpec::required)
                .toList();
        if (inputs.isEmpty()) {
            return Optional.empty();
        }
        SampleRequest request = new SampleRequest();
        boolean fits =
                (signature.inputs().size() == 1 && isBatch(inputs.getFirst().shape()))
                        ? request.rows(inputs.getFirst())
                        : request.columns(inputs);
        return fits ? Optional.of(request) : Optional.empty();
    }

    /// Whether a request may have any number of rows.
    private static boolean isBatch(@Nullable Shape shape) {
        return shape == null || (shape.rank() > 0 && shape.dim(0) == Shape.UNKNOWN);
    }

    /// `{"instances": …}`: the only input, row by row.
    private boolean rows(TensorSpec input) {
        boolean numbers = input.type() == DataType.FLOAT || input.type() == DataType.DOUBLE;
        text("{\"instances\": [");
        if (numbers && (input.shape() == null || input.shape().rank() == 1)) {
            text(ROW_VALUES);
        } else if (!value(input, 1)) {
            return false;
        }
        text("]}");
        return true;
    }

    /// `{"inputs": …}`: every input whole.
    private boolean columns(List<TensorSpec> inputs) {
        String between = "{\"inputs\": {";
        for (TensorSpec input : inputs) {
            text(between + quoted(input.name()) + ": ");
            if (!value(input, 0)) {
                return false;
            }
            between = ", ";
        }
        text("}}");
        return true;
    }

    /// What an input holds from an axis on inwards.
    private boolean value(TensorSpec input, int axis) {
        Shape shape = input.shape() == null ? Shape.scalar() : input.shape();
        if (isShort(shape, axis) && !text(input.type()).isEmpty()) {
            text(nested(shape, axis, input.type()));
            return true;
        }
        long bytes = bytes(shape, axis, input.type());
        if (bytes == 0) {
            return false;
        }
        text("{\"b64\": \"");
        pieces.add(new Piece.Zeros(bytes));
        text("\"}");
        return true;
    }

    private void text(String text) {
        pieces.add(new Piece.Text(text));
    }

    private byte[] bytes() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Piece piece : pieces) {
            body.writeBytes(
                    switch (piece) {
                        case Piece.Text(String part) -> part.getBytes(StandardCharsets.UTF_8);
                        case Piece.Zeros(long bytes) -> Base64.getEncoder().encode(new byte[Math.toIntExact(bytes)]);
                    });
        }
        return body.toByteArray();
    }

    /// curl drops line feeds from what it reads, so base64 may break its lines and `echo` end with one.
    private String line(String url) {
        StringBuilder text = new StringBuilder();
        StringBuilder commands = new StringBuilder();
        boolean plain = true;
        for (Piece piece : pieces) {
            switch (piece) {
                case Piece.Text(String part) -> text.append(part);
                case Piece.Zeros(long bytes) -> {
                    plain = false;
                    commands.append("printf %s '").append(text).append("'; head -c ");
                    commands.append(bytes).append(" /dev/zero | base64; ");
                    text.setLength(0);
                }
            }
        }
        return plain
                ? "curl -d '" + text + "' " + url
                : "{ " + commands + "printf %s '" + text + "'; } | curl -d @- " + url;
    }

    /// A model's name as it may stand in a URL in single quotes.
    public static String pathSegment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// A JSON string that a shell's single quotes do not change either.
    private static String quoted(String name) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '"' || c == '\\' || c == '\'' || Character.isISOControl(c)) {
                text.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                text.append(c);
            }
        }
        return text.append('"').toString();
    }

    private static String nested(Shape shape, int axis, DataType type) {
        if (axis >= shape.rank()) {
            return text(type);
        }
        String inner = nested(shape, axis + 1, type);
        List<String> same = new ArrayList<>();
        for (long i = 0; i < Math.max(1, shape.dim(axis)); i++) {
            same.add(inner);
        }
        return "[" + String.join(", ", same) + "]";
    }

    /// Whether so many values fit into a line. An axis that must be empty has none to show.
    private static boolean isShort(Shape shape, int from) {
        long count = 1;
        for (int axis = from; axis < shape.rank() && count <= MOST_VALUES; axis++) {
            if (shape.dim(axis) == 0 || shape.dim(axis) > MOST_VALUES) {
                return false;
            }
            count *= Math.max(1, shape.dim(axis));
        }
        return count <= MOST_VALUES;
    }

    /// Bytes of a block in which at most one size is free; 0 where they do not tell the shape, or are too many.
    private static long bytes(Shape shape, int from, DataType type) {
        long bytes = type.bytes();
        int free = 0;
        for (int axis = from; axis < shape.rank(); axis++) {
            long size = shape.dim(axis);
            free += size == Shape.UNKNOWN ? 1 : 0;
            if (free > 1 || size > MOST_BYTES) {
                return 0;
            }
            bytes *= size == Shape.UNKNOWN ? 1 : size;
            if (bytes > MOST_BYTES) {
                return 0;
            }
        }
        return bytes;
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
