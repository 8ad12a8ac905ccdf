package io.kaon.app;

import static io.kaon.testkit.OnnxType.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.kaon.protocol.tfs.proto.ClassificationRequest;
import io.kaon.protocol.tfs.proto.ClassificationResponse;
import io.kaon.protocol.tfs.proto.Example;
import io.kaon.protocol.tfs.proto.ExampleList;
import io.kaon.protocol.tfs.proto.Feature;
import io.kaon.protocol.tfs.proto.Features;
import io.kaon.protocol.tfs.proto.FloatList;
import io.kaon.protocol.tfs.proto.InferenceTask;
import io.kaon.protocol.tfs.proto.Input;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.MultiInferenceRequest;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.protocol.tfs.proto.RegressionRequest;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.Tensors;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Classify and regress through the packaged server, on models as scikit-learn and Keras export them.
final class ClassifyIT {
    private static final int REQUEST_LIMIT = 4 << 20;

    @TempDir
    private static Path models;

    private static ServerProcess server;
    private static ManagedChannel channel;

    @BeforeAll
    static void start() throws IOException {
        OnnxModels.classifier(50, 3, 9).writeTo(models.resolve("numbered/1"));
        OnnxModels.classifier("setosa", "österreich").writeTo(models.resolve("named/1"));
        regression().writeTo(models.resolve("price/1"));
        server = ServerProcess.start(
                        List.of("-Xmx160m", "-XX:+ExitOnOutOfMemoryError"),
                        List.of(
                                models.toString(),
                                "-Dkaon.limits.request-bytes=" + REQUEST_LIMIT,
                                "-Dkaon.limits.in-flight-bytes=" + 4 * REQUEST_LIMIT),
                        Map.of())
                .awaitReady();
        channel = server.channel();
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.close();
    }

    /// `dense_1 = 2 area + rooms` for FLOAT `[n,1]` columns.
    private static OnnxModel regression() {
        return new OnnxModel()
                .input("area", tensor(DataType.FLOAT, "n", "1"))
                .input("rooms", tensor(DataType.FLOAT, "n", "1"))
                .constant("factor", Tensors.floats(Shape.scalar(), 2))
                .node("Mul", List.of("area", "factor"), List.of("product"))
                .node("Add", List.of("product", "rooms"), List.of("dense_1"))
                .output("dense_1", tensor(DataType.FLOAT, "n", "1"));
    }

    @Test
    void classifiesWithNumberedClasses() {
        JsonPath answer = ok("numbered:classify", "{\"examples\":[{\"x\":[1.0,0.0]},{\"x\":[2.0,-2.0]}]}");
        assertThat(answer.getList("results[0].collect { it[0] }")).containsExactly("50", "3", "9");
        double sum = 1 + Math.E + Math.E * Math.E;
        assertThat(answer.getDouble("results[0][2][1]")).isCloseTo(Math.E * Math.E / sum, within(1e-6));
        assertThat(answer.getDouble("results[1][0][1]")).isCloseTo(1 / 3d, within(1e-6));
    }

    @Test
    void classifiesWithNamedClassesByVersion() {
        HttpResponse<String> answer =
                server.post("/v1/models/named/versions/1:classify", "{\"examples\":[{\"x\":[0,0]}]}");
        assertThat(answer.body().replaceAll("\\s", ""))
                .isEqualTo("{\"results\":[[[\"setosa\",0.5],[\"österreich\",0.5]]]}");
    }

    @Test
    void regressesWithAContextAndSurplusFeatures() {
        HttpResponse<String> answer = server.post(
                "/v1/models/price:regress",
                "{\"context\":{\"rooms\":3,\"street\":\"High\"},\"examples\":[{\"area\":10},{\"area\":1.5,\"rooms\":[1]}]}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().replaceAll("\\s", "")).isEqualTo("{\"results\":[23.0,4.0]}");
    }

    @Test
    void answersGrpcAlike() {
        PredictionServiceGrpc.PredictionServiceBlockingStub stub = PredictionServiceGrpc.newBlockingStub(channel);
        ClassificationResponse classes = stub.classify(ClassificationRequest.newBuilder()
                .setModelSpec(ModelSpec.newBuilder().setName("named"))
                .setInput(input(feature("x", 0, 0)))
                .build());
        assertThat(classes.getResult().getClassifications(0).getClasses(1).getLabel())
                .isEqualTo("österreich");
        assertThat(classes.getResult().getClassifications(0).getClasses(1).getScore())
                .isEqualTo(0.5f);
        assertThat(classes.getModelSpec().getVersion().getValue()).isEqualTo(1);
        Input house = input(Features.newBuilder()
                .putAllFeature(feature("area", 10).getFeatureMap())
                .putAllFeature(feature("rooms", 3).getFeatureMap())
                .build());
        ModelSpec price = ModelSpec.newBuilder().setName("price").build();
        assertThat(stub.regress(RegressionRequest.newBuilder()
                                .setModelSpec(price)
                                .setInput(house)
                                .build())
                        .getResult()
                        .getRegressions(0)
                        .getValue())
                .isEqualTo(23);
        assertThat(stub.multiInference(MultiInferenceRequest.newBuilder()
                                .addTasks(InferenceTask.newBuilder()
                                        .setModelSpec(price)
                                        .setMethodName("tensorflow/serving/regress"))
                                .setInput(house)
                                .build())
                        .getResults(0)
                        .getRegressionResult()
                        .getRegressions(0)
                        .getValue())
                .isEqualTo(23);
        assertThatThrownBy(() -> stub.classify(ClassificationRequest.newBuilder()
                        .setModelSpec(ModelSpec.newBuilder().setName("named"))
                        .build()))
                .satisfies(failure ->
                        assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT))
                .hasMessageContaining("Input is empty.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    named:classify   | 400 | nonsense                               | JSON Parse error
                    nosuch:classify  | 400 | {"examples":[1]}                       | Example must be JSON object
                    nosuch:classify  | 404 | {"examples":[{}]}                      | Servable not found for request
                    named:classify   | 400 | {"signature_name":"z","examples":[{}]} | No signature was found with the name: z
                    named:classify   | 400 | {"examples":[{"y":1}]}                 | Feature: x is required
                    named:classify   | 400 | {"examples":[{"x":[1,2,3]}]}           | expected 2 values per example
                    named:classify   | 400 | {"examples":[{"x":["a","b"]}]}         | got a feature with 2 string values
                    named:regress    | 400 | {"examples":[{"x":[1,2]}]}             | to contain
                    price:regress    | 400 | {"examples":[{"area":[1]},{}]}         | could not be found in example 1
                    """)
    void refusesWhatDoesNotFit(String target, int status, String body, String phrase) {
        HttpResponse<String> answer = server.post("/v1/models/" + target, body);
        assertThat(answer.body()).contains("\"error\": ").contains(phrase);
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @Test
    void survivesManySmallExamplesAndManyNamesAndAGrowingContext() {
        String many = "{\"area\":1,\"rooms\":1},".repeat(REQUEST_LIMIT / 22 - 10);
        HttpResponse<String> answer = server.post(
                "/v1/models/price:regress", "{\"examples\":[" + many.substring(0, many.length() - 1) + "]}");
        assertThat(answer.statusCode()).isEqualTo(200);
        StringBuilder names = new StringBuilder("{\"examples\":[{\"a\":1");
        for (int i = 0; names.length() < REQUEST_LIMIT - 100; i++) {
            names.append(",\"f").append(i).append("\":1");
        }
        answer = server.post("/v1/models/price:regress", names.append("}]}").toString());
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("different names");
        String context = "[" + "1,".repeat(100_000) + "1]";
        answer = server.post(
                "/v1/models/price:regress",
                "{\"context\":{\"area\":" + context + "},\"examples\":[" + "{},".repeat(100_000) + "{}]}");
        assertThat(answer.statusCode()).isIn(400, 413);
        String deep = "{\"examples\":[{\"area\":" + "[".repeat(100_000);
        assertThat(server.post("/v1/models/price:regress", deep).statusCode()).isEqualTo(400);
        assertThat(ok("price:regress", "{\"examples\":[{\"area\":1,\"rooms\":1}]}")
                        .getList("results"))
                .containsExactly(3f);
    }

    private static JsonPath ok(String target, String body) {
        HttpResponse<String> answer = server.post("/v1/models/" + target, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonPath(answer.body());
    }

    private static Features feature(String name, float... values) {
        FloatList.Builder list = FloatList.newBuilder();
        for (float value : values) {
            list.addValue(value);
        }
        return Features.newBuilder()
                .putFeature(name, Feature.newBuilder().setFloatList(list).build())
                .build();
    }

    private static Input input(Features features) {
        return Input.newBuilder()
                .setExampleList(ExampleList.newBuilder()
                        .addExamples(Example.newBuilder().setFeatures(features)))
                .build();
    }
}
