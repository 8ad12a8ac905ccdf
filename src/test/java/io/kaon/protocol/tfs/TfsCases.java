package io.kaon.protocol.tfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.kaon.model.ModelSignature;
import io.kaon.protocol.tfs.example.Classifications;
import io.kaon.protocol.tfs.example.Classifications.ScoredClass;
import io.kaon.protocol.tfs.example.ExampleResult;
import io.kaon.protocol.tfs.example.Examples;
import io.kaon.protocol.tfs.example.Feature;
import io.kaon.protocol.tfs.example.FeatureColumn;
import io.kaon.protocol.tfs.example.Regressions;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The recorded cases, and their notation for tensors.
final class TfsCases {
    private TfsCases() {}

    static Stream<JsonObject> all(String op) {
        try (InputStream in = requireNonNull(TfsCases.class.getResourceAsStream("tfs_rest_cases.json"))) {
            JsonArray cases = new JsonObject(new String(in.readAllBytes(), UTF_8)).getJsonArray("cases");
            return cases.stream().map(JsonObject.class::cast).filter(each -> op.equals(each.getString("op")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The type of that name; null for those that no engine of ours knows.
    static @Nullable DataType type(String name) {
        return switch (name) {
            case "DT_FLOAT" -> DataType.FLOAT;
            case "DT_DOUBLE" -> DataType.DOUBLE;
            case "DT_HALF" -> DataType.FLOAT16;
            case "DT_BFLOAT16" -> DataType.BFLOAT16;
            case "DT_INT8" -> DataType.INT8;
            case "DT_INT16" -> DataType.INT16;
            case "DT_INT32" -> DataType.INT32;
            case "DT_INT64" -> DataType.INT64;
            case "DT_UINT8" -> DataType.UINT8;
            case "DT_UINT16" -> DataType.UINT16;
            case "DT_UINT32" -> DataType.UINT32;
            case "DT_UINT64" -> DataType.UINT64;
            case "DT_BOOL" -> DataType.BOOL;
            case "DT_STRING" -> DataType.STRING;
            default -> null;
        };
    }

    static boolean knowsAllTypes(JsonObject each) {
        JsonObject inputs = each.getJsonObject("signature_inputs", new JsonObject());
        JsonObject tensors = each.getJsonObject("tensors", new JsonObject());
        return inputs.stream().allMatch(input -> type((String) input.getValue()) != null)
                && tensors.stream()
                        .allMatch(tensor -> type(((JsonObject) tensor.getValue()).getString("dtype")) != null);
    }

    static ModelSignature signature(String name, JsonObject inputs) {
        List<TensorSpec> specs = new ArrayList<>();
        for (String input : inputs.fieldNames()) {
            specs.add(TensorSpec.of(input, requireNonNull(type(inputs.getString(input))), null));
        }
        return ModelSignature.of(name, specs, List.of());
    }

    static NamedTensors tensors(JsonObject json) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : json.fieldNames()) {
            tensors.put(name, tensor(json.getJsonObject(name)));
        }
        return NamedTensors.of(tensors);
    }

    /// In the notation of the cases.
    static JsonArray examples(Examples examples) {
        JsonArray all = new JsonArray();
        for (int example = 0; example < examples.count(); example++) {
            JsonObject features = new JsonObject();
            for (FeatureColumn column : examples.columns()) {
                if (column.has(example)) {
                    features.put(column.name(), feature(requireNonNull(examples.feature(column.name(), example))));
                }
            }
            all.add(features);
        }
        return all;
    }

    private static JsonObject feature(Feature feature) {
        JsonArray values = new JsonArray();
        for (int i = 0; i < feature.size(); i++) {
            switch (feature.kind()) {
                case INT64 -> values.add(narrowest(feature.integer(i)));
                case FLOAT -> values.add((double) feature.real(i));
                case BYTES -> values.add(text(feature.bytes(i)));
                case NONE -> throw new AssertionError("a value of no kind");
            }
        }
        return switch (feature.kind()) {
            case INT64 -> new JsonObject().put("int64_list", values);
            case FLOAT -> new JsonObject().put("float_list", values);
            case BYTES -> new JsonObject().put("bytes_list", values);
            case NONE -> new JsonObject();
        };
    }

    /// As the JSON parser has it, for comparison.
    private static Object narrowest(long value) {
        return value == (int) value ? (Object) (int) value : (Object) value;
    }

    private static Object text(byte[] value) {
        String text = new String(value, UTF_8);
        return Arrays.equals(text.getBytes(UTF_8), value)
                ? text
                : new JsonObject().put("b64", Base64.getEncoder().encodeToString(value));
    }

    /// Rows separated by `;`, classes as `label:score`; or values separated by spaces.
    static ExampleResult result(JsonObject json) {
        String text = json.getString("result");
        if (json.getString("op").equals("regress_response")) {
            return new Regressions(words(text).map(Float::parseFloat).toList());
        }
        List<List<ScoredClass>> rows = new ArrayList<>();
        for (String row : text.split(";", -1)) {
            rows.add(words(row)
                    .map(word -> word.split(":", -1))
                    .map(pair -> new ScoredClass(pair[0], Float.parseFloat(pair[1])))
                    .toList());
        }
        return new Classifications(rows);
    }

    private static Stream<String> words(String text) {
        return Arrays.stream(text.split(" ", -1)).filter(word -> !word.isEmpty());
    }

    private static Tensor tensor(JsonObject json) {
        DataType type = requireNonNull(type(json.getString("dtype")));
        Shape shape = Shape.of(json.getJsonArray("shape").stream()
                .mapToLong(dim -> ((Number) dim).longValue())
                .toArray());
        List<Object> values = json.getJsonArray("values").stream().toList();
        if (type == DataType.STRING) {
            return new StringTensor(shape, values.stream().map(TfsCases::bytes).toList());
        }
        MemorySegment data = MemorySegment.ofArray(new byte[values.size() * type.bytes()]);
        for (int i = 0; i < values.size(); i++) {
            long at = (long) i * type.bytes();
            Object value = values.get(i);
            switch (type) {
                case FLOAT -> data.set(DenseTensor.FLOAT, at, (float) number(value));
                case DOUBLE -> data.set(DenseTensor.DOUBLE, at, number(value));
                case BOOL -> data.set(ValueLayout.JAVA_BYTE, at, (byte) ((boolean) value ? 1 : 0));
                case INT8, UINT8 -> data.set(ValueLayout.JAVA_BYTE, at, ((Number) value).byteValue());
                case INT16, UINT16, FLOAT16, BFLOAT16 -> data.set(DenseTensor.SHORT, at, ((Number) value).shortValue());
                case INT32, UINT32 -> data.set(DenseTensor.INT, at, ((Number) value).intValue());
                case INT64, UINT64 -> data.set(DenseTensor.LONG, at, new BigInteger(value.toString()).longValue());
                case STRING -> throw new AssertionError();
            }
        }
        return new DenseTensor(type, shape, data);
    }

    private static double number(Object value) {
        return value instanceof String text ? Double.parseDouble(text) : ((Number) value).doubleValue();
    }

    private static byte[] bytes(Object value) {
        return value instanceof String text
                ? text.getBytes(UTF_8)
                : Base64.getDecoder().decode(((JsonObject) value).getString("b64"));
    }
}
