package io.kaon.engine.djl.declaration;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A `serving.properties`, in which DJL is told how to load a model. It has no words for a model's signature, so two
/// are ours: `kaon.input.NAME` and `kaon.output.NAME`, such as `FLOAT[-1,10]`.
///
/// @param declaration null if the file has none
/// @param engine as DJL names it; null if the file does not say
/// @param modelFile null if the file does not say
/// @param options for DJL's engine
public record ServingProperties(
        @Nullable Declaration declaration,
        @Nullable String engine,
        @Nullable String modelFile,
        Map<String, String> options) {
    public static final String FILE = "serving.properties";

    private static final String INPUT = "kaon.input.";
    private static final String OUTPUT = "kaon.output.";
    private static final String OPTION = "option.";
    private static final String MODEL_NAME = "option.modelName";
    private static final Pattern TENSOR = Pattern.compile("\\s*(\\w+)\\s*\\[([-\\d,\\s]*)]\\s*");

    /// @throws ServingException ENGINE_FAILED if it cannot be understood
    public static ServingProperties read(String text) {
        Map<String, String> all = inOrder(text);
        List<DeclaredTensor> inputs = new ArrayList<>();
        List<DeclaredTensor> outputs = new ArrayList<>();
        Map<String, String> options = new LinkedHashMap<>();
        all.forEach((key, value) -> {
            if (key.startsWith(INPUT)) {
                inputs.add(tensor(key, key.substring(INPUT.length()), value));
            } else if (key.startsWith(OUTPUT)) {
                outputs.add(tensor(key, key.substring(OUTPUT.length()), value));
            } else if (key.startsWith(OPTION)) {
                options.put(key.substring(OPTION.length()), value.strip());
            }
        });
        return new ServingProperties(
                inputs.isEmpty() && outputs.isEmpty() ? null : new Declaration(FILE, inputs, outputs),
                all.containsKey("engine") ? all.get("engine").strip() : null,
                all.containsKey(MODEL_NAME) ? all.get(MODEL_NAME).strip() : null,
                Map.copyOf(options));
    }

    private static DeclaredTensor tensor(String key, String name, String value) {
        Matcher matcher = TENSOR.matcher(value);
        DataType type = matcher.matches() ? ElementTypes.named(matcher.group(1)) : null;
        if (type == null) {
            throw wrong(key, value);
        }
        try {
            String dims = matcher.group(2).strip();
            long[] sizes = dims.isEmpty()
                    ? new long[0]
                    : Pattern.compile(",")
                            .splitAsStream(dims)
                            .mapToLong(size -> Long.parseLong(size.strip()))
                            .toArray();
            return new DeclaredTensor(name, type, Shape.of(sizes), null);
        } catch (IllegalArgumentException _) {
            throw wrong(key, value);
        }
    }

    private static ServingException wrong(String key, String value) {
        return new ServingException(
                ErrorKind.ENGINE_FAILED,
                FILE + ": " + key + ": expected a type and sizes such as FLOAT[-1,10], got \"" + value + "\"");
    }

    /// The order of inputs is that of the file.
    private static Map<String, String> inOrder(String text) {
        Map<String, String> all = new LinkedHashMap<>();
        Properties properties = new Properties() {
            private static final long serialVersionUID = 1;

            @Override
            public synchronized @Nullable Object put(Object key, Object value) {
                return all.put((String) key, (String) value);
            }
        };
        try {
            properties.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException broken) {
            throw new ServingException(ErrorKind.ENGINE_FAILED, FILE + ": " + broken.getMessage(), broken);
        }
        return all;
    }
}
