package io.kaon.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import io.kaon.model.ModelSignature;
import io.kaon.protocol.json.JsonText;
import io.kaon.protocol.tfs.Coercion;
import io.kaon.protocol.tfs.PredictCall;
import io.kaon.protocol.tfs.PredictForm;
import io.kaon.protocol.tfs.TfsJson;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.JsonTensors;
import io.kaon.testkit.Tensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// JSON to tensors and back, beside Jackson's streaming interface doing the same work: a row of 784 six-digit floats
/// into an array of floats, and the same row out again as text; 64 strings; 64 values of 48 bytes in base64.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
    private static final int STRINGS = 64;

    private final float[] row = Requests.floats(Requests.MLP_INPUTS);
    private final byte[] floats = body(Tensors.floats(Shape.of(1, Requests.MLP_INPUTS), row));
    private final byte[] strings = body(Requests.words(STRINGS));
    private final byte[] base64 = Requests.base64(STRINGS);
    private final Map<String, ModelSignature> ofFloats = signature(DataType.FLOAT, Shape.UNKNOWN, Requests.MLP_INPUTS);
    private final Map<String, ModelSignature> ofStrings = signature(DataType.STRING, Shape.UNKNOWN);
    private final NamedTensors floatAnswer = answer(Tensors.floats(Shape.of(1, Requests.MLP_INPUTS), row));
    private final NamedTensors stringAnswer = answer(Requests.words(STRINGS));
    private final JsonFactory plain = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .build();
    private final JsonFactory fast = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    @Benchmark
    public PredictCall decodeFloatsKaon() {
        return TfsJson.readPredict(floats, floats.length, ofFloats, Coercion.REFERENCE);
    }

    @Benchmark
    public float[] decodeFloatsJackson() throws IOException {
        return decode(plain);
    }

    @Benchmark
    public float[] decodeFloatsJacksonFast() throws IOException {
        return decode(fast);
    }

    @Benchmark
    public byte[] encodeFloatsKaon() {
        return bytes(TfsJson.writePredict(PredictForm.ROW, floatAnswer));
    }

    @Benchmark
    public byte[] encodeFloatsJackson() throws IOException {
        return encode(plain);
    }

    @Benchmark
    public byte[] encodeFloatsJacksonFast() throws IOException {
        return encode(fast);
    }

    @Benchmark
    public PredictCall decodeStringsKaon() {
        return TfsJson.readPredict(strings, strings.length, ofStrings, Coercion.REFERENCE);
    }

    @Benchmark
    public List<byte[]> decodeStringsJackson() throws IOException {
        List<byte[]> values = new ArrayList<>();
        try (JsonParser parser = plain.createParser(strings)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    values.add(parser.getText().getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return values;
    }

    @Benchmark
    public byte[] encodeStringsKaon() {
        return bytes(TfsJson.writePredict(PredictForm.ROW, stringAnswer));
    }

    @Benchmark
    public PredictCall decodeBase64Kaon() {
        return TfsJson.readPredict(base64, base64.length, ofStrings, Coercion.REFERENCE);
    }

    @Benchmark
    public List<byte[]> decodeBase64Jackson() throws IOException {
        List<byte[]> values = new ArrayList<>();
        try (JsonParser parser = plain.createParser(base64)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    values.add(parser.getBinaryValue());
                }
            }
        }
        return values;
    }

    private float[] decode(JsonFactory factory) throws IOException {
        float[] values = new float[Requests.MLP_INPUTS];
        int count = 0;
        try (JsonParser parser = factory.createParser(floats)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_NUMBER_FLOAT) {
                    values[count++] = parser.getFloatValue();
                }
            }
        }
        return values;
    }

    private byte[] encode(JsonFactory factory) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(8 * row.length);
        try (JsonGenerator generator = factory.createGenerator(out)) {
            generator.writeStartObject();
            generator.writeArrayFieldStart("predictions");
            generator.writeStartArray();
            for (float value : row) {
                generator.writeNumber(value);
            }
            generator.writeEndArray();
            generator.writeEndArray();
            generator.writeEndObject();
        }
        return out.toByteArray();
    }

    /// The text's own bytes, as the server sends them: not copied.
    private static byte[] bytes(JsonText text) {
        return text.bytes();
    }

    private static byte[] body(Tensor tensor) {
        return JsonTensors.rows(tensor).getBytes(StandardCharsets.UTF_8);
    }

    private static NamedTensors answer(Tensor tensor) {
        return NamedTensors.of(Map.of("y", tensor));
    }

    private static Map<String, ModelSignature> signature(DataType type, long... shape) {
        ModelSignature signature = ModelSignature.of(
                ModelSignature.DEFAULT_NAME,
                List.of(TensorSpec.of("x", type, Shape.of(shape))),
                List.of(TensorSpec.of("y", type, Shape.of(shape))));
        return Map.of(signature.name(), signature);
    }
}
