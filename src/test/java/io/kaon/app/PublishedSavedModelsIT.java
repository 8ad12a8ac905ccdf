package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.protobuf.Int64Value;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.kaon.protocol.tfs.proto.ClassificationRequest;
import io.kaon.protocol.tfs.proto.Example;
import io.kaon.protocol.tfs.proto.ExampleList;
import io.kaon.protocol.tfs.proto.Feature;
import io.kaon.protocol.tfs.proto.Features;
import io.kaon.protocol.tfs.proto.FloatList;
import io.kaon.protocol.tfs.proto.GetModelMetadataRequest;
import io.kaon.protocol.tfs.proto.InferenceTask;
import io.kaon.protocol.tfs.proto.Input;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.MultiInferenceRequest;
import io.kaon.protocol.tfs.proto.MultiInferenceResponse;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.protocol.tfs.proto.Regression;
import io.kaon.protocol.tfs.proto.RegressionRequest;
import io.kaon.protocol.tfs.proto.SignatureDef;
import io.kaon.protocol.tfs.proto.SignatureDefMap;
import io.kaon.protocol.tfs.proto.TensorProto;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.PublishedSavedModels;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.Tensors;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.TensorInfo;

/// The SavedModels by which TensorFlow Serving tests itself, as they are, answer what it documents.
@EnabledIf("io.kaon.testkit.PublishedSavedModels#present")
final class PublishedSavedModelsIT {
    private static final List<String> MODELS =
            List.of("half_plus_two_cpu", "half_plus_two_2_versions", "half_plus_three", "counter");

    @TempDir
    private static Path folder;

    private static ServerProcess server;
    private static ManagedChannel channel;
    private static PredictionServiceGrpc.PredictionServiceBlockingStub stub;

    @BeforeAll
    static void start() throws IOException {
        String list = MODELS.stream()
                .map(model -> "config { name: '" + model + "' base_path: '" + PublishedSavedModels.base(model)
                        + "' model_platform: 'tensorflow' model_version_policy { all {} } }\n")
                .collect(Collectors.joining());
        Path file = Files.writeString(folder.resolve("models.config"), "model_config_list {\n" + list + "}\n");
        server = ServerProcess.start(List.of(), List.of("--model_config_file=" + file), Map.of())
                .awaitReady();
        channel = server.channel();
        stub = PredictionServiceGrpc.newBlockingStub(channel);
    }

    @BeforeEach
    void wantTensorflow() {
        assumeFalse(ServerProcess.isExecutable(), "the native executable leaves TensorFlow out");
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "half_plus_two_cpu, 2.5 3.0 4.5",
        "half_plus_two_cpu/versions/123, 2.5 3.0 4.5",
        "half_plus_two_2_versions/versions/123, 2.5 3.0 4.5",
        "half_plus_two_2_versions/versions/124, 2.5 3.0 4.5",
        "half_plus_three, 3.5 4.0 5.5"
    })
    void answerTheDocumentationsExample(String model, String values) {
        String[] three = values.split(" ");
        assertThat(predictions(model, "{\"instances\": [1.0, 2.0, 5.0]}"))
                .isEqualTo("{\"predictions\":[%s,%s,%s]}".formatted((Object[]) three));
        assertThat(predictions(model, "{\"instances\": [[1.0], [2.0], [5.0]]}"))
                .isEqualTo("{\"predictions\":[[%s],[%s],[%s]]}".formatted((Object[]) three));
        assertThat(predictions(model, "{\"inputs\": {\"x\": [1.0, 2.0, 5.0]}}"))
                .isEqualTo("{\"outputs\":[%s,%s,%s]}".formatted((Object[]) three));
    }

    private static String predictions(String model, String body) {
        HttpResponse<String> answer = server.post("/v1/models/" + model + ":predict", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return squeezed(answer);
    }

    private static String squeezed(HttpResponse<String> answer) {
        return answer.body().replaceAll("\\s", "");
    }

    @Test
    void sayOverGrpcWhichVersionAnswered() {
        PredictRequest request =
                GrpcTensors.predict("half_plus_two_2_versions", "x", GrpcTensors.floats(new float[] {1, 2}, 2, 1));
        assertThat(stub.predict(request).getModelSpec().getVersion().getValue()).isEqualTo(124);
        assertThat(stub.predict(request).getOutputsOrThrow("y"))
                .isEqualTo(GrpcTensors.floats(new float[] {2.5f, 3}, 2, 1));
        JsonPath status =
                new JsonPath(server.get("/v1/models/half_plus_two_2_versions").body());
        assertThat(status.getList("model_version_status.version", String.class)).containsExactly("124", "123");
        assertThat(status.getList("model_version_status.state", String.class)).containsOnly("AVAILABLE");
    }

    /// `x2` is no example: a client that predicts sends the values themselves.
    @Test
    void predictBySignaturesThatAreMeantForRegression() {
        assertThat(predictions(
                        "half_plus_two_cpu",
                        "{\"signature_name\": \"regress_x2_to_y3\", \"instances\": [[1.0], [2.0]]}"))
                .isEqualTo("{\"predictions\":[[3.5],[4.0]]}");
        TensorProto examples = GrpcTensors.values(new StringTensor(
                Shape.of(2), List.of(example(1).toByteArray(), example(2).toByteArray())));
        PredictRequest.Builder request = GrpcTensors.predict("half_plus_two_cpu", "inputs", examples).toBuilder();
        request.getModelSpecBuilder().setSignatureName("regress_x_to_y2");
        assertThat(stub.predict(request.build()).getOutputsOrThrow("outputs"))
                .isEqualTo(GrpcTensors.floats(new float[] {3.5f, 4}, 2, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "half_plus_two_cpu, '', 2.5 3.0",
        "half_plus_two_cpu, regress_x_to_y, 2.5 3.0",
        "half_plus_two_cpu, regress_x_to_y2, 3.5 4.0",
        "half_plus_two_2_versions, regress_x_to_y, 2.5 3.0",
        "half_plus_three, tensorflow/serving/regress, 3.5 4.0"
    })
    void regress(String model, String signature, String values) {
        HttpResponse<String> rest = server.post(
                "/v1/models/" + model + ":regress",
                "{" + named(signature) + "\"examples\": [{\"x\": 1.0}, {\"x\": [2.0]}]}");
        assertThat(squeezed(rest)).isEqualTo("{\"results\":[" + values.replace(' ', ',') + "]}");
        assertThat(stub
                        .regress(RegressionRequest.newBuilder()
                                .setModelSpec(spec(model, signature))
                                .setInput(examples(1, 2))
                                .build())
                        .getResult()
                        .getRegressionsList()
                        .stream()
                        .map(Regression::getValue)
                        .map(String::valueOf)
                        .collect(Collectors.joining(" ")))
                .isEqualTo(values);
    }

    @ParameterizedTest
    @ValueSource(strings = {"half_plus_two_cpu", "half_plus_two_2_versions"})
    void classify(String model) {
        HttpResponse<String> rest = server.post(
                "/v1/models/" + model + ":classify",
                "{\"signature_name\": \"classify_x_to_y\", \"context\": {\"x\": 4.0}, \"examples\": [{\"x\": 1.0}, {}]}");
        assertThat(squeezed(rest)).isEqualTo("{\"results\":[[[\"\",2.5]],[[\"\",4.0]]]}");
        var classes = stub.classify(ClassificationRequest.newBuilder()
                        .setModelSpec(spec(model, "classify_x_to_y"))
                        .setInput(examples(1, 4))
                        .build())
                .getResult()
                .getClassificationsList();
        assertThat(classes).hasSize(2);
        assertThat(classes.get(0).getClassesList()).singleElement().satisfies(only -> {
            assertThat(only.getLabel()).isEmpty();
            assertThat(only.getScore()).isEqualTo(2.5f);
        });
        assertThat(classes.get(1).getClasses(0).getScore()).isEqualTo(4);
    }

    @Test
    void inferByTwoSignaturesFromTheSameExamples() {
        MultiInferenceResponse answer = stub.multiInference(MultiInferenceRequest.newBuilder()
                .addTasks(task("regress_x_to_y", "regress"))
                .addTasks(task("classify_x_to_y", "classify"))
                .setInput(examples(2))
                .build());
        assertThat(answer.getResultsCount()).isEqualTo(2);
        assertThat(answer.getResults(0).getRegressionResult().getRegressions(0).getValue())
                .isEqualTo(3);
        assertThat(answer.getResults(0).getModelSpec().getVersion().getValue()).isEqualTo(PublishedSavedModels.VERSION);
        assertThat(answer.getResults(1)
                        .getClassificationResult()
                        .getClassifications(0)
                        .getClasses(0)
                        .getScore())
                .isEqualTo(3);
    }

    /// TensorFlow Serving's words for what it finds itself, TensorFlow's for what the graph finds.
    @Test
    void refuseWhatTheyCannotAnswer() {
        HttpResponse<String> missing = server.post(
                "/v1/models/half_plus_two_cpu:regress",
                "{\"signature_name\": \"regress_x_to_y\", \"examples\": [{\"y\": 1.0}]}");
        assertThat(missing.statusCode()).isEqualTo(400);
        assertThat(missing.body()).contains("Feature: x (data type: float) is required but could not be found");
        HttpResponse<String> unknown = server.post(
                "/v1/models/half_plus_two_cpu:predict", "{\"signature_name\": \"nope\", \"instances\": [1]}");
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body()).contains("Serving signature name: \\\"nope\\\" not found in signature def");
        assertThatThrownBy(() -> stub.regress(RegressionRequest.newBuilder()
                        .setModelSpec(spec("half_plus_two_cpu", "nope"))
                        .setInput(examples(1))
                        .build()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failure -> assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
        assertThatThrownBy(() -> stub.predict(GrpcTensors.predict(
                        "half_plus_two_cpu", "x", GrpcTensors.values(Tensors.strings(Shape.of(1, 1), "1")))))
                .hasMessageContaining("INVALID_ARGUMENT")
                .hasMessageContaining("FLOAT[-1,1]");
    }

    /// Only the client has counted: not the warm-up, not the status page, not the metadata.
    @Test
    void keepTheirState() {
        assertThat(count("get_counter")).isZero();
        assertThat(count("incr_counter")).isEqualTo(1);
        assertThat(count("incr_counter")).isEqualTo(2);
        assertThat(predictions("counter", "{\"signature_name\": \"incr_counter_by\", \"inputs\": 5}"))
                .isEqualTo("{\"outputs\":7.0}");
        assertThat(predictions("counter", "{\"signature_name\": \"incr_counter_by\", \"inputs\": {\"delta\": -3}}"))
                .isEqualTo("{\"outputs\":4.0}");
        assertThat(count("get_counter")).isEqualTo(4);
        assertThat(count("reset_counter")).isZero();
        HttpResponse<String> rest =
                server.post("/v1/models/counter:predict", "{\"signature_name\": \"get_counter\", \"inputs\": {}}");
        assertThat(rest.statusCode()).isEqualTo(400);
        assertThat(rest.body()).contains("Failed to get input map for signature: get_counter");
    }

    private static float count(String signature) {
        TensorProto output = stub.predict(PredictRequest.newBuilder()
                        .setModelSpec(spec("counter", signature))
                        .build())
                .getOutputsOrThrow("output");
        assertThat(GrpcTensors.tensor(output).describe()).isEqualTo("FLOAT[]");
        return output.getFloatVal(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"half_plus_two_cpu", "half_plus_two_2_versions", "half_plus_three", "counter"})
    void tellTheirSignaturesToTheLetter(String model) throws IOException {
        Map<String, SignatureDef> expected = new LinkedHashMap<>();
        Map<String, Object> asJson = new LinkedHashMap<>();
        for (var signature : PublishedSavedModels.signatures(model).entrySet()) {
            expected.put(
                    signature.getKey(),
                    SignatureDef.parseFrom(signature.getValue().toByteString()));
            asJson.put(
                    signature.getKey(),
                    Map.of(
                            "inputs", json(signature.getValue().getInputsMap()),
                            "outputs", json(signature.getValue().getOutputsMap()),
                            "method_name", signature.getValue().getMethodName(),
                            "defaults", Map.of()));
        }
        var answer = stub.getModelMetadata(GetModelMetadataRequest.newBuilder()
                .setModelSpec(spec(model, "").toBuilder().setVersion(Int64Value.of(PublishedSavedModels.VERSION)))
                .addMetadataField("signature_def")
                .build());
        assertThat(answer.getMetadataOrThrow("signature_def")
                        .unpack(SignatureDefMap.class)
                        .getSignatureDefMap())
                .isEqualTo(expected);
        JsonPath rest = new JsonPath(
                server.get("/v1/models/" + model + "/versions/123/metadata").body());
        assertThat(rest.getMap("metadata.signature_def.signature_def")).isEqualTo(asJson);
    }

    /// As protobuf's JSON form shows it: nothing for a shape that was not filled in.
    private static Map<String, Object> json(Map<String, TensorInfo> infos) {
        Map<String, Object> all = new LinkedHashMap<>();
        infos.forEach((name, info) -> {
            Map<String, Object> one =
                    new LinkedHashMap<>(Map.of("dtype", info.getDtype().name(), "name", info.getName()));
            if (info.hasTensorShape()) {
                one.put(
                        "tensor_shape",
                        Map.of(
                                "dim",
                                info.getTensorShape().getDimList().stream()
                                        .map(dim -> Map.of("size", "" + dim.getSize(), "name", dim.getName()))
                                        .toList(),
                                "unknown_rank",
                                info.getTensorShape().getUnknownRank()));
            }
            all.put(name, one);
        });
        return all;
    }

    private static String named(String signature) {
        return signature.isEmpty() ? "" : "\"signature_name\": \"" + signature + "\", ";
    }

    private static ModelSpec spec(String model, String signature) {
        return ModelSpec.newBuilder().setName(model).setSignatureName(signature).build();
    }

    private static InferenceTask task(String signature, String method) {
        return InferenceTask.newBuilder()
                .setModelSpec(spec("half_plus_two_cpu", signature))
                .setMethodName("tensorflow/serving/" + method)
                .build();
    }

    private static Input examples(float... values) {
        ExampleList.Builder list = ExampleList.newBuilder();
        for (float value : values) {
            list.addExamples(example(value));
        }
        return Input.newBuilder().setExampleList(list).build();
    }

    private static Example example(float x) {
        return Example.newBuilder()
                .setFeatures(Features.newBuilder()
                        .putFeature(
                                "x",
                                Feature.newBuilder()
                                        .setFloatList(FloatList.newBuilder().addValue(x))
                                        .build()))
                .build();
    }
}
