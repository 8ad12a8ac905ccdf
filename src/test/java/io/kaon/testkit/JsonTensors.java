package io.kaon.testkit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Tensors as JSON has them: elements in lists of lists. Numbers stay texts until their type is known, so nothing is
/// lost on the way; `NaN` and the infinities are bare words, as TensorFlow Serving has them. Knows nothing of how the
/// server does it.
public final class JsonTensors {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .build();

    private JsonTensors() {}

    /// A value that is no list and no object.
    public record Scalar(JsonToken kind, String text) {}

    /// A predict request in column form.
    public static String columns(NamedTensors inputs) {
        return write(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("inputs");
            for (Map.Entry<String, Tensor> input : inputs.asMap().entrySet()) {
                json.writeFieldName(input.getKey());
                value(json, input.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    /// A predict request in row form for a model with one input.
    public static String rows(Tensor input) {
        return write(json -> {
            json.writeStartObject();
            json.writeFieldName("instances");
            value(json, input);
            json.writeEndObject();
        });
    }

    /// The member of that name of a text that is one object: maps, lists and [Scalar]s.
    public static Object member(String text, String name) {
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            Object value = parse(parser);
            if (!(value instanceof Map<?, ?> members) || members.get(name) == null || parser.nextToken() != null) {
                throw new AssertionError("not an object with " + name + ": " + text);
            }
            return members.get(name);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    /// The tensor of that type. Sizes are those of the first list of each level; others must be like it. FLOAT and
    /// DOUBLE must be written with a point, an exponent or as words, integers without.
    public static Tensor tensor(DataType type, Object value) {
        List<Long> sizes = new ArrayList<>();
        Object first = value;
        while (first instanceof List<?> list) {
            sizes.add((long) list.size());
            first = list.isEmpty() ? "" : list.getFirst();
        }
        Shape shape = Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
        List<Scalar> elements = new ArrayList<>();
        collect(value, sizes, 0, elements);
        if (type == DataType.STRING) {
            return new StringTensor(
                    shape,
                    elements.stream()
                            .map(element ->
                                    require(element, JsonToken.VALUE_STRING).getBytes(StandardCharsets.UTF_8))
                            .toList());
        }
        ByteBuffer data = ByteBuffer.allocate(elements.size() * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        elements.forEach(element -> put(type, element, data));
        return new DenseTensor(type, shape, MemorySegment.ofArray(data.array()));
    }

    /// Something that writes JSON.
    private interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    private static String write(Writing writing) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void value(JsonGenerator json, Tensor tensor) throws IOException {
        switch (tensor) {
            case StringTensor strings -> {
                var values = strings.values().iterator();
                lists(
                        json,
                        tensor.shape(),
                        0,
                        () -> json.writeString(new String(values.next(), StandardCharsets.UTF_8)));
            }
            case DenseTensor dense -> {
                ByteBuffer data = ByteBuffer.wrap(dense.data().toArray(ValueLayout.JAVA_BYTE))
                        .order(ByteOrder.LITTLE_ENDIAN);
                lists(json, tensor.shape(), 0, () -> next(json, dense.type(), data));
            }
        }
    }

    /// Writes the next element.
    private interface Element {
        void write() throws IOException;
    }

    private static void lists(JsonGenerator json, Shape shape, int axis, Element element) throws IOException {
        if (axis == shape.rank()) {
            element.write();
            return;
        }
        json.writeStartArray();
        for (long i = 0; i < shape.dim(axis); i++) {
            lists(json, shape, axis + 1, element);
        }
        json.writeEndArray();
    }

    private static void next(JsonGenerator json, DataType type, ByteBuffer data) throws IOException {
        switch (type) {
            case FLOAT -> json.writeNumber(data.getFloat());
            case DOUBLE -> json.writeNumber(data.getDouble());
            case INT8 -> json.writeNumber(data.get());
            case INT16 -> json.writeNumber(data.getShort());
            case INT32 -> json.writeNumber(data.getInt());
            case INT64 -> json.writeNumber(data.getLong());
            case UINT8 -> json.writeNumber(Byte.toUnsignedInt(data.get()));
            // These JSON cannot carry; what comes nearest is their number.
            case FLOAT16, BFLOAT16, UINT16 -> json.writeNumber(Short.toUnsignedInt(data.getShort()));
            case UINT32 -> json.writeNumber(Integer.toUnsignedLong(data.getInt()));
            case UINT64 -> json.writeNumber(Long.toUnsignedString(data.getLong()));
            case BOOL -> json.writeBoolean(data.get() != 0);
            case STRING -> throw new IllegalArgumentException("strings are not dense");
        }
    }

    private static Object parse(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, Object> members = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                members.put(name, parse(parser));
            }
            return members;
        }
        if (token == JsonToken.START_ARRAY) {
            List<Object> elements = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(parse(parser));
            }
            return elements;
        }
        return new Scalar(token, parser.getText());
    }

    private static void collect(Object value, List<Long> sizes, int level, List<Scalar> elements) {
        if (level == sizes.size()) {
            if (!(value instanceof Scalar element)) {
                throw new AssertionError("expected an element, got " + value);
            }
            elements.add(element);
            return;
        }
        if (!(value instanceof List<?> list) || list.size() != sizes.get(level)) {
            throw new AssertionError("expected a list of " + sizes.get(level) + ", got " + value);
        }
        list.forEach(element -> collect(element, sizes, level + 1, elements));
    }

    private static void put(DataType type, Scalar element, ByteBuffer data) {
        switch (type) {
            case FLOAT -> data.putFloat(Float.parseFloat(require(element, JsonToken.VALUE_NUMBER_FLOAT)));
            case DOUBLE -> data.putDouble(Double.parseDouble(require(element, JsonToken.VALUE_NUMBER_FLOAT)));
            case INT8 -> data.put(Byte.parseByte(require(element, JsonToken.VALUE_NUMBER_INT)));
            case INT16 -> data.putShort(Short.parseShort(require(element, JsonToken.VALUE_NUMBER_INT)));
            case INT32 -> data.putInt(Integer.parseInt(require(element, JsonToken.VALUE_NUMBER_INT)));
            case INT64 -> data.putLong(Long.parseLong(require(element, JsonToken.VALUE_NUMBER_INT)));
            case UINT8 -> data.put((byte) Short.parseShort(require(element, JsonToken.VALUE_NUMBER_INT)));
            case UINT32 -> data.putInt(Integer.parseUnsignedInt(require(element, JsonToken.VALUE_NUMBER_INT)));
            case UINT64 -> data.putLong(Long.parseUnsignedLong(require(element, JsonToken.VALUE_NUMBER_INT)));
            case BOOL -> {
                if (element.kind() != JsonToken.VALUE_TRUE && element.kind() != JsonToken.VALUE_FALSE) {
                    throw new AssertionError("expected true or false, got " + element);
                }
                data.put((byte) (element.kind() == JsonToken.VALUE_TRUE ? 1 : 0));
            }
            case FLOAT16, BFLOAT16, UINT16, STRING -> throw new IllegalArgumentException(type + " is not in JSON");
        }
    }

    private static String require(Scalar element, JsonToken kind) {
        if (element.kind() != kind) {
            throw new AssertionError("expected " + kind + ", got " + element);
        }
        return element.text();
    }
}
