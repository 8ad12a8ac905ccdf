package io.kaon.engine.djl.declaration;

import io.kaon.engine.djl.declaration.TextForm.Field;
import io.kaon.engine.djl.declaration.TextForm.Message;
import io.kaon.engine.djl.declaration.TextForm.Scalar;
import io.kaon.engine.djl.declaration.TextForm.Value;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A `config.pbtxt`, in which Triton Inference Server is told what a model takes and gives.
///
/// What says how a server runs the model (instances, batching, warm-up) is ignored: Kaon finds that out itself. What
/// says that something else is to be computed than the file alone would is refused by name.
///
/// @param engine as DJL names it; null if the file does not say
/// @param modelFile null if the file does not say
public record TritonConfig(
        Declaration declaration,
        @Nullable String engine,
        @Nullable String modelFile) {
    public static final String FILE = "config.pbtxt";

    private static final Map<String, String> ENGINES = Map.of(
            "pytorch_libtorch", "PyTorch",
            "pytorch", "PyTorch",
            "onnxruntime_onnx", "OnnxRuntime",
            "onnxruntime", "OnnxRuntime");

    /// Fields that change what is computed.
    private static final Set<String> REFUSED = Set.of(
            "ensemble_scheduling",
            "sequence_batching",
            "batch_input",
            "batch_output",
            "model_operations",
            "model_repository_agents");

    private static final Set<String> REFUSED_OF_TENSOR =
            Set.of("is_shape_tensor", "allow_ragged_batch", "optional", "is_non_linear_format_io");

    /// @throws ServingException ENGINE_FAILED if it cannot be understood, UNSUPPORTED if it asks for what Kaon does not
    public static TritonConfig read(String text) {
        Message config = TextForm.read(text, FILE);
        for (Field field : config.fields()) {
            if (REFUSED.contains(field.name())
                    || (field.name().equals("model_transaction_policy")
                            && field.value() instanceof Message policy
                            && isTrue(policy, "decoupled"))) {
                throw unsupported(field.name() + " (line " + field.line() + ") changes what a model answers");
            }
        }
        long mostRows = number(config, "max_batch_size");
        boolean rows = mostRows > 0;
        Declaration declaration = new Declaration(
                FILE,
                tensors(config, "input", rows),
                tensors(config, "output", rows),
                rows ? Math.clamp(mostRows, 1, Integer.MAX_VALUE) : Integer.MAX_VALUE);
        return new TritonConfig(declaration, engine(config), text(config, "default_model_filename"));
    }

    private static @Nullable String engine(Message config) {
        for (String field : List.of("backend", "platform")) {
            String value = text(config, field);
            if (value != null) {
                String engine = ENGINES.get(value);
                if (engine == null) {
                    throw unsupported(field + ": \"" + value + "\" is none of "
                            + ENGINES.keySet().stream().sorted().toList());
                }
                return engine;
            }
        }
        return null;
    }

    private static List<DeclaredTensor> tensors(Message config, String field, boolean rows) {
        List<DeclaredTensor> tensors = new ArrayList<>();
        for (Value value : config.all(field)) {
            if (!(value instanceof Message tensor)) {
                throw wrong(field + ": expected `{ name: … data_type: … dims: [ … ] }`");
            }
            tensors.add(tensor(tensor, field, rows));
        }
        return tensors;
    }

    private static DeclaredTensor tensor(Message tensor, String field, boolean rows) {
        String name = text(tensor, "name");
        String type = text(tensor, "data_type");
        if (name == null || name.isEmpty() || type == null) {
            throw wrong(field + ": each needs a name and a data_type");
        }
        for (String refused : REFUSED_OF_TENSOR) {
            if (isTrue(tensor, refused)) {
                throw unsupported(field + " `" + name + "`: " + refused);
            }
        }
        DataType known = ElementTypes.named(type);
        if (known == null) {
            throw wrong(field + " `" + name + "`: " + type + " is no type of Triton's");
        }
        Shape shape = shape(numbers(tensor, "dims", name), rows, name);
        Shape inner = null;
        for (Value reshape : tensor.all("reshape")) {
            inner = shape(numbers((Message) message(reshape, name), "shape", name), rows, name);
            if (unknown(shape, rows) > 1 || unknown(inner, rows) > 1) {
                throw unsupported(field + " `" + name + "`: reshape with more than one -1");
            }
        }
        return new DeclaredTensor(name, known, shape, inner);
    }

    private static Value message(Value value, String name) {
        if (value instanceof Message) {
            return value;
        }
        throw wrong("`" + name + "`: expected reshape { shape: [ … ] }");
    }

    private static long unknown(Shape shape, boolean rows) {
        long unknown = 0;
        for (int axis = rows ? 1 : 0; axis < shape.rank(); axis++) {
            unknown += shape.dim(axis) == Shape.UNKNOWN ? 1 : 0;
        }
        return unknown;
    }

    private static Shape shape(long[] dims, boolean rows, String name) {
        try {
            Shape shape = Shape.of(dims);
            return rows ? shape.prepend(Shape.UNKNOWN) : shape;
        } catch (IllegalArgumentException impossible) {
            throw wrong("`" + name + "`: " + impossible.getMessage());
        }
    }

    private static long[] numbers(Message message, String field, String name) {
        List<Value> values = message.all(field);
        long[] numbers = new long[values.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number(values.get(i), "`" + name + "`: " + field);
        }
        return numbers;
    }

    private static long number(Message message, String field) {
        List<Value> values = message.all(field);
        return values.isEmpty() ? 0 : number(values.getLast(), field);
    }

    private static long number(Value value, String what) {
        try {
            return Long.parseLong(value instanceof Scalar(String text) ? text : "a message");
        } catch (NumberFormatException _) {
            throw wrong(what + ": expected a whole number, got "
                    + (value instanceof Scalar(String text) ? "`" + text + "`" : "a message"));
        }
    }

    private static boolean isTrue(Message message, String field) {
        return "true".equals(text(message, field));
    }

    private static @Nullable String text(Message message, String field) {
        List<Value> values = message.all(field);
        return values.isEmpty() || !(values.getLast() instanceof Scalar(String text)) || text.isEmpty()
                ? null
                : Objects.requireNonNull(text);
    }

    private static ServingException wrong(String why) {
        return new ServingException(ErrorKind.ENGINE_FAILED, FILE + ": " + why);
    }

    private static ServingException unsupported(String why) {
        return new ServingException(ErrorKind.UNSUPPORTED, FILE + ": " + why + ", which Kaon does not do");
    }
}
