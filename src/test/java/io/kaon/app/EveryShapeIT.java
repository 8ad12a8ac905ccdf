package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.kaon.model.ModelSignature;
import io.kaon.protocol.tfs.proto.GetModelMetadataRequest;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.protocol.tfs.proto.SignatureDef;
import io.kaon.protocol.tfs.proto.SignatureDefMap;
import io.kaon.protocol.tfs.proto.TensorInfo;
import io.kaon.protocol.tfs.proto.TensorShapeProto;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.JsonTensors;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.OnnxType;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.Tensors;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What models may declare beside plain tensors, through the packaged server: scalars, values of any shape, inputs with
/// a default, and the maps of a classifier.
final class EveryShapeIT {
    @TempDir
    private static Path models;

    private static ServerProcess server;
    private static ManagedChannel channel;

    @BeforeAll
    static void start() throws IOException {
        OnnxModels.identity(OnnxType.tensor(DataType.FLOAT)).writeTo(models.resolve("scalar/1"));
        OnnxModels.identityOfAnyShape(DataType.FLOAT).writeTo(models.resolve("any/1"));
        OnnxModels.optionalFactor().writeTo(models.resolve("optional/1"));
        OnnxModels.classifier("setosa", "österreich \"x\"").writeTo(models.resolve("words/1"));
        OnnxModels.classifier(50, 3, 9).writeTo(models.resolve("numbers/1"));
        server = ServerProcess.serve(models);
        channel = server.channel();
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.close();
    }

    @Test
    void scalarsHaveNoRows() {
        assertThat(compact(post("scalar", "{\"inputs\":2.5}"))).isEqualTo("{\"outputs\":2.5}");
        HttpResponse<String> rows = post("scalar", "{\"instances\":[2.5]}");
        assertThat(rows.statusCode()).isEqualTo(400);
        assertThat(rows.body()).contains("y has no shape information", "FLOAT[]");
        Tensor scalar = Tensors.floats(Shape.scalar(), 2.5f);
        Tensors.assertEqual(overGrpc("scalar", scalar), scalar);
        assertThat(output("scalar", "y").getTensorShape()).isEqualTo(TensorShapeProto.getDefaultInstance());
    }

    @Test
    void anyShapeIsTaken() {
        for (Shape shape : List.of(Shape.scalar(), Shape.of(0), Shape.of(3), Shape.of(0, 3), Shape.of(2, 1, 1, 2))) {
            float[] values = new float[Math.toIntExact(shape.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = i + 0.5f;
            }
            Tensor tensor = Tensors.floats(shape, values);
            Tensors.assertEqual(overGrpc("any", tensor), tensor);
            HttpResponse<String> answer = post("any", JsonTensors.columns(NamedTensors.of("x", tensor)));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            Tensor returned = JsonTensors.tensor(DataType.FLOAT, JsonTensors.member(answer.body(), "outputs"));
            // An empty list of lists has lost how long they are.
            Tensors.assertEqual(returned, shape.equals(Shape.of(0, 3)) ? Tensors.floats(new float[0]) : tensor);
        }
        assertThat(output("any", "y").getTensorShape().getUnknownRank()).isTrue();
        JsonPath metadata = new JsonPath(server.get("/v1/models/any/metadata").body());
        assertThat(metadata.getBoolean(path("inputs", "x") + "unknown_rank")).isTrue();
    }

    /// ONNX Runtime's Java API cannot pass them, so they are no part of the signature, and a request for another
    /// value is refused in every form. Other names that the model does not have are passed over in columns, as in
    /// TensorFlow Serving.
    @Test
    void inputsWithADefaultKeepIt() {
        JsonPath metadata =
                new JsonPath(server.get("/v1/models/optional/metadata").body());
        assertThat(metadata.getMap("metadata.signature_def.signature_def.serving_default.inputs"))
                .containsOnlyKeys("x");
        assertThat(compact(post("optional", "{\"inputs\":[1,2]}"))).isEqualTo("{\"outputs\":[2.0,4.0]}");
        HttpResponse<String> columns = post("optional", "{\"inputs\":{\"x\":[1,2],\"k\":[5]}}");
        assertThat(columns.statusCode()).isEqualTo(400);
        assertThat(columns.body())
                .contains("does not have named input: k: expected x", "the model brings the value of `k`");
        assertThat(compact(post("optional", "{\"inputs\":{\"x\":[1,2],\"z\":[5]}}")))
                .isEqualTo("{\"outputs\":[2.0,4.0]}");
        assertThat(compact(post("optional", "{\"instances\":[{\"x\":1},{\"x\":2}]}")))
                .isEqualTo("{\"predictions\":[2.0,4.0]}");
        HttpResponse<String> refused = post("optional", "{\"instances\":[{\"x\":1,\"k\":5}]}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("does not have named input: k: expected x");

        Tensor x = Tensors.floats(1, 2);
        Tensors.assertEqual(overGrpc("optional", x), Tensors.floats(2, 4));
        PredictRequest both = GrpcTensors.predict("optional", NamedTensors.of(Map.of("x", x, "k", Tensors.floats(5))));
        assertThatThrownBy(() -> predict(both))
                .hasMessageStartingWith("INVALID_ARGUMENT: input size does not match signature: 2!=1");
    }

    @Test
    void classifiersAnswerOneObjectPerRow() {
        JsonPath words =
                new JsonPath(post("words", "{\"instances\":[[1,2],[-3,0]]}").body());
        assertThat(words.getList("predictions.label", String.class)).containsExactly("österreich \"x\"", "setosa");
        assertProbabilities(words);
        JsonPath numbers =
                new JsonPath(post("numbers", "{\"instances\":[[1,2],[-3,0]]}").body());
        assertThat(numbers.getList("predictions.label", Integer.class)).containsExactly(9, 50);
        assertProbabilities(numbers);

        PredictResponse grpc = predict(GrpcTensors.predict(
                "words", NamedTensors.of("x", Tensors.floats(Shape.of(2, 2), 1, 2, -3, 0))));
        assertThat(Tensors.stringsOf(GrpcTensors.tensor(grpc.getOutputsOrThrow("label"))))
                .containsExactly("österreich \"x\"", "setosa");
        assertThat(GrpcTensors.tensor(grpc.getOutputsOrThrow("output_probability"))
                        .describe())
                .isEqualTo("FLOAT[2,2]");
    }

    @Test
    void metadataTellsTheClasses() {
        assertClasses("words", "[\"setosa\",\"österreich \\\"x\\\"\"]");
        assertClasses("numbers", "[\"50\",\"3\",\"9\"]");
    }

    private static void assertClasses(String model, String classes) {
        TensorShapeProto shape = output(model, "output_probability").getTensorShape();
        assertThat(shape.getDim(1).getName()).isEqualTo(classes);
        JsonPath metadata =
                new JsonPath(server.get("/v1/models/" + model + "/metadata").body());
        String dims = path("outputs", "output_probability") + "dim";
        assertThat(metadata.getString(dims + "[1].name")).isEqualTo(classes);
        assertThat(metadata.getString(dims + "[1].size"))
                .isEqualTo("" + shape.getDim(1).getSize());
    }

    /// That they sum to one and, in the first row, that the last class is the likeliest.
    private static void assertProbabilities(JsonPath answer) {
        List<List<Float>> rows = answer.getList("predictions.output_probability");
        assertThat(rows).hasSize(2);
        for (List<Float> row : rows) {
            assertThat(row.stream().mapToDouble(Float::doubleValue).sum()).isBetween(0.99999, 1.00001);
        }
        assertThat(rows.getFirst().getLast()).isGreaterThan(0.9f);
    }

    private static String path(String side, String name) {
        return "metadata.signature_def.signature_def.serving_default." + side + "." + name + ".tensor_shape.";
    }

    private static TensorInfo output(String model, String name) {
        try {
            SignatureDef signature = PredictionServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .getModelMetadata(GetModelMetadataRequest.newBuilder()
                            .setModelSpec(ModelSpec.newBuilder().setName(model))
                            .addMetadataField("signature_def")
                            .build())
                    .getMetadataOrThrow("signature_def")
                    .unpack(SignatureDefMap.class)
                    .getSignatureDefOrThrow(ModelSignature.DEFAULT_NAME);
            return signature.getOutputsOrThrow(name);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResponse<String> post(String model, String body) {
        return server.post("/v1/models/" + model + ":predict", body);
    }

    private static String compact(HttpResponse<String> answer) {
        return answer.body().replaceAll("\\s", "");
    }

    private static Tensor overGrpc(String model, Tensor x) {
        return GrpcTensors.tensor(
                predict(GrpcTensors.predict(model, NamedTensors.of("x", x))).getOutputsOrThrow("y"));
    }

    private static PredictResponse predict(PredictRequest request) {
        return PredictionServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .predict(request);
    }
}
