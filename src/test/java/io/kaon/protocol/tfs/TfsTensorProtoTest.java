package io.kaon.protocol.tfs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.proto.TensorProto;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.GrpcTensors;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class TfsTensorProtoTest {
    private static final long LIMIT = 1 << 20;

    static Stream<Arguments> recordedCases() throws IOException {
        try (InputStream in = TfsTensorProtoTest.class.getResourceAsStream("tfs_rest_cases.json")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
            return new JsonObject(text)
                    .getJsonArray("tensor_proto_cases").stream()
                            .map(JsonObject.class::cast)
                            .map(recorded -> Arguments.of(recorded.getString("id"), recorded));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordedCases")
    void readsWhatTheReferenceReads(String id, JsonObject recorded) throws IOException {
        TensorProto proto = TensorProto.parseFrom(Base64.getDecoder().decode(recorded.getString("proto_b64")));
        JsonObject expected = recorded.getJsonObject("expect");
        if (expected.containsKey("error")) {
            assertThat(refusal(proto, LIMIT)).as(id).isEqualTo(ErrorKind.INVALID_REQUEST);
            return;
        }
        Tensor tensor = TfsTensorProto.decode("<input>", SentTensor.of(proto), LIMIT);
        assertThat(ProtoTypes.toProto(tensor.type()).name()).isEqualTo(expected.getString("dtype"));
        assertThat(tensor.shape().toString())
                .isEqualTo(expected.getJsonArray("shape").encode());
        assertThat(texts(tensor))
                .isEqualTo(expected.getJsonArray("values").stream()
                        .map(String::valueOf)
                        .toList());
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void readsWhatClientsWrite(DataType type) {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            Tensor tensor = randomTensor(type, random);
            for (TfsTensorProto.Form form : TfsTensorProto.Form.values()) {
                TensorProto sent = switch (form) {
                    case VALUES -> GrpcTensors.values(tensor);
                    case CONTENT -> GrpcTensors.content(tensor);
                };
                WireTensor received = SentTensor.of(sent);
                Tensor read = TfsTensorProto.decode("x", received, LIMIT);
                assertThat(read.describe()).isEqualTo(tensor.describe());
                assertThat(bytes(read)).isEqualTo(bytes(tensor));
                assertThat(tensor.byteSize()).isLessThanOrEqualTo(TfsTensorProto.byteSize("x", received));
            }
        }
    }

    private static ErrorKind refusal(TensorProto proto, long limit) {
        try {
            TfsTensorProto.decode("<input>", SentTensor.of(proto), limit);
        } catch (ServingException refusal) {
            assertThat(refusal).hasMessageStartingWith("tensor parsing error: <input>");
            return refusal.kind();
        }
        throw new AssertionError("was read");
    }

    static Tensor randomTensor(DataType type, Random random) {
        long[] dims = random.longs(random.nextInt(4), 0, 6).toArray();
        Shape shape = Shape.of(dims);
        int elements = Math.toIntExact(shape.elements());
        if (type == DataType.STRING) {
            List<byte[]> values = new ArrayList<>();
            for (int i = 0; i < elements; i++) {
                byte[] value = new byte[random.nextInt(300)];
                random.nextBytes(value);
                values.add(value);
            }
            return new StringTensor(shape, values);
        }
        byte[] data = new byte[elements * type.bytes()];
        random.nextBytes(data);
        if (type == DataType.BOOL) {
            for (int i = 0; i < data.length; i++) {
                data[i] &= 1;
            }
        }
        return new DenseTensor(type, shape, MemorySegment.ofArray(data));
    }

    private static List<ByteBuffer> bytes(Tensor tensor) {
        return switch (tensor) {
            case DenseTensor dense -> List.of(ByteBuffer.wrap(dense.data().toArray(JAVA_BYTE)));
            case StringTensor strings ->
                strings.values().stream().map(ByteBuffer::wrap).toList();
        };
    }

    /// The elements as the recorded cases show them.
    private static List<String> texts(Tensor tensor) {
        List<String> texts = new ArrayList<>();
        switch (tensor) {
            case StringTensor strings -> strings.values().forEach(value -> texts.add(new String(value, UTF_8)));
            case DenseTensor dense -> {
                for (long i = 0; i < dense.shape().elements(); i++) {
                    texts.add(text(dense, i));
                }
            }
        }
        return texts;
    }

    private static String text(DenseTensor tensor, long index) {
        MemorySegment data = tensor.data();
        return switch (tensor.type()) {
            case FLOAT -> String.valueOf(data.getAtIndex(DenseTensor.FLOAT, index));
            case DOUBLE -> String.valueOf(data.getAtIndex(DenseTensor.DOUBLE, index));
            case INT8 -> String.valueOf(data.get(JAVA_BYTE, index));
            case UINT8 -> String.valueOf(Byte.toUnsignedInt(data.get(JAVA_BYTE, index)));
            case INT16 -> String.valueOf(data.getAtIndex(DenseTensor.SHORT, index));
            case UINT16, FLOAT16, BFLOAT16 ->
                String.valueOf(Short.toUnsignedInt(data.getAtIndex(DenseTensor.SHORT, index)));
            case INT32 -> String.valueOf(data.getAtIndex(DenseTensor.INT, index));
            case UINT32 -> Integer.toUnsignedString(data.getAtIndex(DenseTensor.INT, index));
            case INT64 -> String.valueOf(data.getAtIndex(DenseTensor.LONG, index));
            case UINT64 -> Long.toUnsignedString(data.getAtIndex(DenseTensor.LONG, index));
            case BOOL -> String.valueOf(data.get(JAVA_BYTE, index) != 0);
            case STRING -> throw new AssertionError("strings are not dense");
        };
    }
}
