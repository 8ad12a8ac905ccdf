package io.kaon.protocol.tfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ModelSignature;
import io.kaon.protocol.json.JsonText;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What was written as an answer and is sent back as a request is the same tensor again: every element type that JSON
/// can carry, any shape, rows and columns, one tensor and several.
final class RoundTripTest {
    private static final long SEED = Long.getLong("kaon.roundtrip.seed", System.nanoTime());
    private static final int ROUNDS = Integer.getInteger("kaon.roundtrip.rounds", 300);

    private final SplittableRandom random = new SplittableRandom(SEED);

    @BeforeAll
    static void printSeed() {
        System.out.println("RoundTripTest seed " + SEED);
    }

    static Stream<DataType> typesThatJsonCarries() {
        return Stream.of(DataType.values())
                .filter(type -> type != DataType.FLOAT16 && type != DataType.BFLOAT16 && type != DataType.UINT16);
    }

    @ParameterizedTest
    @MethodSource("typesThatJsonCarries")
    void oneTensorComesBackThroughJson(DataType type) {
        for (int round = 0; round < ROUNDS; round++) {
            comesBack(PredictForm.COLUMN, Map.of("x", tensor(type, shape(0))));
            comesBack(PredictForm.ROW, Map.of("x", tensor(type, shape(1).prepend(1 + random.nextInt(5)))));
        }
    }

    @ParameterizedTest
    @EnumSource(PredictForm.class)
    void severalTensorsComeBackThroughJson(PredictForm form) {
        List<DataType> types = typesThatJsonCarries().toList();
        for (int round = 0; round < ROUNDS; round++) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            int rows = 1 + random.nextInt(4);
            for (int i = 0; i < 2 + random.nextInt(3); i++) {
                DataType type = types.get(random.nextInt(types.size()));
                tensors.put("t " + i, tensor(type, form == PredictForm.ROW ? shape(1).prepend(rows) : shape(0)));
            }
            comesBack(form, tensors);
        }
    }

    /// Bytes that are no text travel as base64, which an output's name asks for and an input always takes.
    @ParameterizedTest
    @EnumSource(PredictForm.class)
    void anyBytesComeBackAsBase64(PredictForm form) {
        for (int round = 0; round < ROUNDS; round++) {
            Shape shape = shape(1).prepend(1 + random.nextInt(4));
            List<byte[]> values = new ArrayList<>();
            for (long i = shape.elements(); i > 0; i--) {
                byte[] value = new byte[random.nextInt(40)];
                random.nextBytes(value);
                values.add(value);
            }
            comesBack(form, Map.of("raw_bytes", new StringTensor(shape, values)));
        }
    }

    private static void comesBack(PredictForm form, Map<String, Tensor> tensors) {
        JsonText answer = TfsJson.writePredict(form, NamedTensors.of(tensors));
        String request = new String(answer.bytes(), 0, answer.length(), UTF_8)
                .replaceFirst("\"predictions\"", "\"instances\"")
                .replaceFirst("\"outputs\"", "\"inputs\"");
        byte[] body = request.getBytes(UTF_8);
        List<TensorSpec> specs = tensors.entrySet().stream()
                .map(each -> TensorSpec.of(each.getKey(), each.getValue().type(), null))
                .toList();
        ModelSignature signature = ModelSignature.of(ModelSignature.DEFAULT_NAME, specs, List.of());
        NamedTensors read = TfsJson.readPredict(body, body.length, Map.of(signature.name(), signature), Coercion.STRICT)
                .inputs();
        assertThat(read.names()).isEqualTo(tensors.keySet());
        tensors.forEach((name, sent) -> same(requireNonNull(read.get(name)), sent, request));
    }

    private static void same(Tensor read, Tensor sent, String request) {
        assertThat(read.describe()).as(request).isEqualTo(sent.describe());
        if (sent instanceof StringTensor strings) {
            assertThat(((StringTensor) read).values()).as(request).containsExactlyElementsOf(strings.values());
        } else {
            assertThat(bytes(read)).as(request).isEqualTo(bytes(sent));
        }
    }

    private static byte[] bytes(Tensor tensor) {
        return ((DenseTensor) tensor).data().toArray(ValueLayout.JAVA_BYTE);
    }

    /// Up to three dimensions. An empty list hides what is inside of it, so only the innermost one may be of size 0.
    private Shape shape(int least) {
        long[] dims = new long[random.nextInt(4)];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = random.nextInt(i == dims.length - 1 ? least : 1, 5);
        }
        return Shape.of(dims);
    }

    private Tensor tensor(DataType type, Shape shape) {
        int elements = Math.toIntExact(shape.elements());
        if (type == DataType.STRING) {
            List<byte[]> values = new ArrayList<>();
            for (int i = 0; i < elements; i++) {
                values.add(text().getBytes(UTF_8));
            }
            return new StringTensor(shape, values);
        }
        ByteBuffer data = ByteBuffer.allocate(elements * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            switch (type) {
                case FLOAT -> data.putFloat(real().floatValue());
                case DOUBLE -> data.putDouble(real());
                case BOOL -> data.put((byte) random.nextInt(2));
                case INT8, UINT8 -> data.put((byte) random.nextInt());
                case INT16, UINT16, FLOAT16, BFLOAT16 -> data.putShort((short) random.nextInt());
                case INT32, UINT32 -> data.putInt(random.nextInt() >> random.nextInt(32));
                case INT64, UINT64 -> data.putLong(random.nextLong() >> random.nextInt(64));
                case STRING -> throw new AssertionError();
            }
        }
        return new DenseTensor(type, shape, MemorySegment.ofArray(data.array()));
    }

    /// All kinds of numbers, also those that are none. There is one NaN: the word has no bits to choose from.
    private Double real() {
        return switch (random.nextInt(6)) {
            case 0 -> (double) random.nextInt(-1000, 1000);
            case 1 -> random.nextInt(-1000, 1000) / 8.0;
            case 2 -> (double) Float.intBitsToFloat(random.nextInt() & 0x7F7FFFFF);
            case 3 -> canonical(Double.longBitsToDouble(random.nextLong()));
            case 4 ->
                new double[] {0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE}
                        [random.nextInt(5)];
            default -> random.nextDouble();
        };
    }

    private static double canonical(double value) {
        return Double.isNaN(value) ? Double.NaN : value;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            int point = switch (random.nextInt(4)) {
                case 0 -> random.nextInt(0x20);
                case 1 -> random.nextInt(0x20, 0x7F);
                case 2 -> random.nextInt(0x80, 0xD800);
                default -> random.nextInt(0x10000, 0x110000);
            };
            text.appendCodePoint(point);
        }
        return text.toString();
    }
}
