package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.protocol.tfs.proto.TensorProto;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.JsonTensors;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.OnnxType;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every element type through the packaged server and back, over both protocols.
final class EveryTypeIT {
    /// Those of which the engine creates no tensors. They come as outputs only.
    private static final Set<DataType> OUTPUT_ONLY = EnumSet.of(DataType.UINT16, DataType.UINT32, DataType.UINT64);

    private static final Set<DataType> NOT_IN_JSON = EnumSet.of(DataType.FLOAT16, DataType.BFLOAT16, DataType.UINT16);

    private static final Shape[] SHAPES = {Shape.of(1, 1), Shape.of(3, 5), Shape.of(0, 4), Shape.of(4, 0)};

    @TempDir
    private static Path models;

    private static ServerProcess server;
    private static ManagedChannel channel;
    private static Random random;

    @BeforeAll
    static void start() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        random = new Random(seed);
        for (DataType type : inputs()) {
            OnnxModels.identity(OnnxType.tensor(type, "n", "m")).writeTo(models.resolve(identity(type) + "/1"));
        }
        for (DataType type : OUTPUT_ONLY) {
            OnnxModels.cast(type).writeTo(models.resolve(cast(type) + "/1"));
        }
        server = ServerProcess.serve(models);
        channel = server.channel();
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.close();
    }

    static Set<DataType> inputs() {
        return EnumSet.complementOf(EnumSet.copyOf(OUTPUT_ONLY));
    }

    static Set<DataType> inputsInJson() {
        Set<DataType> types = inputs();
        types.removeAll(NOT_IN_JSON);
        return types;
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void returnsOverGrpcWithEveryBit(DataType type) {
        for (Shape shape : SHAPES) {
            Tensor tensor = Tensors.random(type, shape, random);
            for (TensorProto sent : List.of(GrpcTensors.values(tensor), GrpcTensors.content(tensor))) {
                TensorProto answer = predict(channel, GrpcTensors.predict(identity(type), "x", sent))
                        .getOutputsOrThrow("y");
                assertThat(answer.getTensorContent().isEmpty()).isTrue();
                Tensors.assertEqual(GrpcTensors.tensor(answer), tensor);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("inputsInJson")
    void returnsOverRestInRowsAndColumns(DataType type) {
        // No list of rows is empty, and nothing tells how long the rows of no rows are.
        for (Shape shape : List.of(Shape.of(1, 1), Shape.of(3, 5), Shape.of(4, 0))) {
            Tensor tensor = withoutOddNaNs(Tensors.random(type, shape, random));
            HttpResponse<String> columns = post(server, identity(type), column(tensor));
            assertThat(columns.statusCode()).as(columns.body()).isEqualTo(200);
            Tensors.assertEqual(JsonTensors.tensor(type, JsonTensors.member(columns.body(), "outputs")), tensor);
            HttpResponse<String> rows = post(server, identity(type), JsonTensors.rows(tensor));
            assertThat(rows.statusCode()).as(rows.body()).isEqualTo(200);
            Tensors.assertEqual(JsonTensors.tensor(type, JsonTensors.member(rows.body(), "predictions")), tensor);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16"})
    void refusesOverRestWhatJsonCannotCarry(DataType type) {
        Tensor tensor = Tensors.random(type, Shape.of(2, 2), random);
        String says = "`x` expects " + type + "[n,m], which JSON cannot carry but as";
        HttpResponse<String> columns = post(server, identity(type), column(tensor));
        assertThat(columns.statusCode()).isEqualTo(501);
        assertThat(columns.body()).contains(says);
        HttpResponse<String> rows = post(server, identity(type), JsonTensors.rows(tensor));
        assertThat(rows.statusCode()).isEqualTo(400);
        assertThat(rows.body()).contains(says);
    }

    @Test
    void answersUnsignedIntegers() {
        Tensor x = Tensors.floats(0, 1, 40_000);
        for (DataType type : OUTPUT_ONLY) {
            TensorProto answer = predict(channel, GrpcTensors.predict(cast(type), "x", GrpcTensors.values(x)))
                    .getOutputsOrThrow("y");
            Tensors.assertEqual(GrpcTensors.tensor(answer), unsigned(type, 0, 1, 40_000));
        }
        for (DataType type : List.of(DataType.UINT32, DataType.UINT64)) {
            HttpResponse<String> answer = post(server, cast(type), JsonTensors.rows(x));
            assertThat(answer.body().replaceAll("\\s", "")).isEqualTo("{\"predictions\":[0,1,40000]}");
        }
        HttpResponse<String> refused = post(server, cast(DataType.UINT16), JsonTensors.rows(x));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("output `y` is UINT16[3], which JSON cannot carry; gRPC can");
    }

    @Test
    void answersInTensorContentWhereAsked() {
        try (ServerProcess other = ServerProcess.serve(models, "--enable_serialization_as_tensor_content")) {
            ManagedChannel otherChannel = other.channel();
            for (DataType type : inputs()) {
                Tensor tensor = Tensors.random(type, Shape.of(3, 2), random);
                TensorProto answer = predict(
                                otherChannel, GrpcTensors.predict(identity(type), "x", GrpcTensors.values(tensor)))
                        .getOutputsOrThrow("y");
                assertThat(answer).isEqualTo(GrpcTensors.content(tensor));
            }
            otherChannel.shutdownNow();
            for (DataType type : inputsInJson()) {
                String body = JsonTensors.rows(Tensors.random(type, Shape.of(3, 2), random));
                HttpResponse<String> answer = post(other, identity(type), body);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(answer.body())
                        .isEqualTo(post(server, identity(type), body).body());
            }
        }
    }

    /// JSON has one NaN only: the bits of others do not return.
    private static Tensor withoutOddNaNs(Tensor tensor) {
        if (tensor.type() == DataType.FLOAT) {
            float[] values = Tensors.floatsOf(tensor);
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.isNaN(values[i]) ? Float.NaN : values[i];
            }
            return Tensors.floats(tensor.shape(), values);
        }
        if (tensor.type() == DataType.DOUBLE) {
            double[] values = Tensors.doublesOf(tensor);
            for (int i = 0; i < values.length; i++) {
                values[i] = Double.isNaN(values[i]) ? Double.NaN : values[i];
            }
            return Tensors.doubles(tensor.shape(), values);
        }
        return tensor;
    }

    private static Tensor unsigned(DataType type, long... values) {
        int width = type.bytes();
        byte[] bytes = new byte[values.length * width];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (values[i / width] >>> (i % width * Byte.SIZE));
        }
        return new DenseTensor(type, Shape.of(values.length), MemorySegment.ofArray(bytes));
    }

    private static String column(Tensor tensor) {
        return JsonTensors.columns(NamedTensors.of("x", tensor));
    }

    private static HttpResponse<String> post(ServerProcess to, String model, String body) {
        return to.post("/v1/models/" + model + ":predict", body);
    }

    private static PredictResponse predict(ManagedChannel over, PredictRequest request) {
        return PredictionServiceGrpc.newBlockingStub(over)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .predict(request);
    }

    private static String identity(DataType type) {
        return "identity_" + type;
    }

    private static String cast(DataType type) {
        return "cast_" + type;
    }
}
