package io.kaon.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.kaon.model.ModelSignature;
import io.kaon.protocol.tfs.proto.GetModelMetadataRequest;
import io.kaon.protocol.tfs.proto.GetModelStatusRequest;
import io.kaon.protocol.tfs.proto.ModelServiceGrpc;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.ModelVersionStatus;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.ServerProcess;
import io.restassured.path.json.JsonPath;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The main road, through the packaged server and the models that the checkout brings.
final class ServesIT {
    private static final Path MODELS = Path.of("models").toAbsolutePath();

    private static ServerProcess server;
    private static ManagedChannel channel;

    @BeforeAll
    static void start() {
        server = ServerProcess.serve(MODELS);
        channel = server.channel();
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.close();
    }

    @Test
    void answersTheReferencesOwnExampleInItsLayout() {
        HttpResponse<String> answer = server.post("/v1/models/half_plus_two:predict", "{\"instances\":[1.0,2.0,5.0]}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.body()).isEqualTo("{\n    \"predictions\": [2.5, 3.0, 4.5\n    ]\n}");
    }

    @Test
    void answersColumnsAndExactVersions() {
        HttpResponse<String> answer =
                server.post("/v1/models/half_plus_two/versions/1:predict", "{\"inputs\":{\"x\":[10]}}");
        assertThat(answer.body().replaceAll("\\s", "")).isEqualTo("{\"outputs\":[7.0]}");
    }

    @Test
    void answersGrpcFromAGeneratedStub() {
        PredictResponse answer = PredictionServiceGrpc.newBlockingStub(channel)
                .predict(GrpcTensors.predict("half_plus_two", "x", GrpcTensors.floats(new float[] {1, 2, 5}, 3)));
        assertThat(answer.getOutputsOrThrow("y").getFloatValList()).containsExactly(2.5f, 3f, 4.5f);
        assertThat(answer.getOutputsOrThrow("y").getTensorShape().getDim(0).getSize())
                .isEqualTo(3);
        assertThat(answer.getModelSpec().getVersion().getValue()).isEqualTo(1);
        assertThat(answer.getModelSpec().getSignatureName()).isEqualTo(ModelSignature.DEFAULT_NAME);
    }

    @Test
    void tellsStatusAndMetadataBothWays() {
        JsonPath status = new JsonPath(server.get("/v1/models/mnist").body());
        assertThat(status.getString("model_version_status[0].version")).isEqualTo("1");
        assertThat(status.getString("model_version_status[0].state")).isEqualTo("AVAILABLE");
        assertThat(ModelServiceGrpc.newBlockingStub(channel)
                        .getModelStatus(GetModelStatusRequest.newBuilder()
                                .setModelSpec(ModelSpec.newBuilder().setName("mnist"))
                                .build())
                        .getModelVersionStatus(0)
                        .getState())
                .isEqualTo(ModelVersionStatus.State.AVAILABLE);

        JsonPath metadata = new JsonPath(server.get("/v1/models/mnist/metadata").body());
        String image = "metadata.signature_def.signature_def.serving_default.inputs.image.";
        assertThat(metadata.getString(image + "dtype")).isEqualTo("DT_FLOAT");
        assertThat(metadata.getList(image + "tensor_shape.dim.size", String.class))
                .containsExactly("-1", "28", "28");
        assertThat(PredictionServiceGrpc.newBlockingStub(channel)
                        .getModelMetadata(GetModelMetadataRequest.newBuilder()
                                .setModelSpec(ModelSpec.newBuilder().setName("mnist"))
                                .addMetadataField("signature_def")
                                .build())
                        .getMetadataOrThrow("signature_def")
                        .getTypeUrl())
                .isEqualTo("type.googleapis.com/tensorflow.serving.SignatureDefMap");
    }

    @Test
    void listsItsModelsAndSaysWhichVersionAnswered() {
        JsonPath list = new JsonPath(server.get("/v1/models").body());
        assertThat(list.getList("models.name", String.class))
                .containsExactly("half_plus_two", "mnist", "mnist_savedmodel");
        assertThat(list.getString("models[1].model_version_status[0].version")).isEqualTo("1");
        assertThat(list.getString("models[1].model_version_status[0].state")).isEqualTo("AVAILABLE");
        for (String body : List.of("{\"instances\":[1]}", "{\"instances\":[[1],[2]]}", "{\"instances\":[\"a\"]}")) {
            HttpResponse<String> answer = server.post("/v1/models/half_plus_two:predict", body);
            assertThat(answer.headers().firstValue("X-Kaon-Model-Version")).contains("1");
            assertThat(answer.statusCode()).isEqualTo(body.contains("a\"") ? 400 : 200);
        }
    }

    @Test
    void suggestsTheNearestNamesBesideTheReferencesMessages() {
        JsonPath model = new JsonPath(
                server.post("/v1/models/mnits:predict", "{\"instances\":[1]}").body());
        assertThat(model.getString("error")).isEqualTo("Servable not found for request: Latest(mnits)");
        assertThat(model.getString("hint")).startsWith("did you mean `mnist`?");
        JsonPath signature = new JsonPath(
                server.post("/v1/models/mnist:predict", "{\"signature_name\":\"serving\",\"instances\":[1]}")
                        .body());
        assertThat(signature.getString("error"))
                .isEqualTo("Serving signature name: \"serving\" not found in signature def");
        assertThat(signature.getString("hint")).isEqualTo("known signatures: serving_default");
        JsonPath input = new JsonPath(server.post("/v1/models/mnist:predict", "{\"instances\":[{\"imgae\":1}]}")
                .body());
        assertThat(input.getString("hint")).isEqualTo("did you mean `image`? known inputs: image");
        assertThatThrownBy(() -> PredictionServiceGrpc.newBlockingStub(channel)
                        .predict(GrpcTensors.predict("mnits", "x", GrpcTensors.floats(new float[] {1}, 1))))
                .isInstanceOfSatisfying(StatusRuntimeException.class, failure -> {
                    assertThat(failure.getStatus().getDescription())
                            .isEqualTo("Servable not found for request: Latest(mnits)");
                    assertThat(requireNonNull(failure.getTrailers())
                                    .get(Metadata.Key.of("kaon-hint", Metadata.ASCII_STRING_MARSHALLER)))
                            .startsWith("did you mean `mnist`?");
                });
    }

    @Test
    void unknownPathsAreAnsweredWithAHintAtWhatThereIs() {
        assertHint(server.get("/"), "nothing is served at GET /", "/v1/models/NAME:predict");
        assertHint(
                server.get("/v2/models/x"), "nothing is served at GET /v2/models/x", "the Open Inference Protocol is");
        assertHint(
                server.post("/v2/models/x/infer", "{}"), "nothing is served at POST /v2/models/x/infer", "/v1/models");
        assertHint(server.get("/v1"), "nothing is served at GET /v1", "/v1/models");
        assertHint(server.get("/metrics"), "nothing is served at GET /metrics", "management port");
        assertHint(server.get("/health"), "nothing is served at GET /health", "/q/health/ready");
        assertHint(server.health("/"), "nothing is served at GET /", "/q/metrics");
        assertHint(server.health("/v1/models"), "nothing is served at GET /v1/models", "on the REST port");
    }

    /// Under `/v1/` the words are TensorFlow Serving's, which clients may compare.
    @Test
    void unknownPathsOfTheApiKeepTensorflowServingsWords() {
        JsonPath answer = new JsonPath(server.get("/v1/model/x").body());
        assertThat(answer.getString("error")).isEqualTo("Malformed request: GET /v1/model/x");
        assertThat(answer.getString("hint")).startsWith("expected GET /v1/models/NAME or POST");
    }

    private static void assertHint(HttpResponse<String> answer, String error, String hint) {
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        JsonPath body = new JsonPath(answer.body());
        assertThat(body.getString("error")).isEqualTo(error);
        assertThat(body.getString("hint")).contains(hint);
    }

    @Test
    void isStartedLiveAndReady() {
        for (String question : List.of("started", "live", "ready")) {
            HttpResponse<String> answer = server.health("/q/health/" + question);
            assertThat(answer.statusCode()).as(question).isEqualTo(200);
            assertThat(new JsonPath(answer.body()).getString("status")).isEqualTo("UP");
        }
    }

    @Test
    void printsATableTheAddressesAndALineToPaste() {
        List<String> output = server.output();
        assertThat(output).anyMatch(line -> line.matches("MODEL +VERSION +ENGINE +STATE +LOAD TIME +SIZE"));
        assertThat(output).anyMatch(line -> line.matches("half_plus_two +1 +onnxruntime +AVAILABLE +\\d+ ms +154 B"));
        // The native executable leaves TensorFlow out.
        String savedModel = ServerProcess.isExecutable()
                ? "mnist_savedmodel +1 +- +FAILED +- +195.5 KiB"
                : "mnist_savedmodel +1 +tensorflow +AVAILABLE +\\d+ ms +195.5 KiB";
        assertThat(output).anyMatch(line -> line.matches(savedModel));
        assertThat(output)
                .anyMatch(line -> line.startsWith("REST  http://localhost:" + server.restPort())
                        && line.contains("gRPC  localhost:" + server.grpcPort()));
        assertThat(output)
                .contains("Try:  curl -d '{\"instances\": [1.0, 2.0, 5.0]}' http://localhost:" + server.restPort()
                        + "/v1/models/half_plus_two:predict");
    }
}
