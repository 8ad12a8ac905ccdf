package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.testkit.BuiltIn;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.SavedModels;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.TorchScriptArchive;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// TorchScript models in front of the packaged program, which has PyTorch or was built without it.
final class TorchScriptIT {
    private static final String ONE = "{\"instances\":[1.0]}";

    @TempDir
    private Path models;

    private Path version(String model) throws IOException {
        return Files.createDirectories(models.resolve(model + "/1"));
    }

    private static String squeezed(HttpResponse<String> answer) {
        return answer.body().replaceAll("\\s", "");
    }

    private static String whyNot(ServerProcess server, String model) {
        return new JsonPath(server.get("/v1/models/" + model).body())
                .getString("model_version_status[0].status.error_message");
    }

    @Test
    void saysHowToBuildPytorchIn() throws IOException {
        assumeFalse(BuiltIn.pytorch(), "PyTorch is in the program");
        TorchScriptArchive.halfPlusTwo().writeTo(version("half"));
        OnnxModels.halfPlusTwo().writeTo(version("other"));
        try (ServerProcess server = ServerProcess.serve(models)) {
            assertThat(whyNot(server, "half"))
                    .contains("TorchScript models need PyTorch", "./kaon build -Ppytorch", "PROFILES=pytorch");
            assertThat(squeezed(server.post("/v1/models/other:predict", ONE))).isEqualTo("{\"predictions\":[2.5]}");
        }
    }

    @Test
    void servesModelsOfThreeEnginesBesideEachOther() throws IOException {
        assumeTrue(BuiltIn.pytorch(), BuiltIn.NO_PYTORCH);
        TorchScriptArchive.halfPlusTwo().writeTo(version("torch"));
        SavedModels.halfPlusTwo().writeTo(version("tensorflow"));
        OnnxModels.halfPlusTwo().writeTo(version("onnx"));
        try (ServerProcess server = ServerProcess.serve(models)) {
            for (String model : List.of("torch", "tensorflow", "onnx")) {
                HttpResponse<String> answer =
                        server.post("/v1/models/" + model + ":predict", "{\"instances\":[1.0,2.0,5.0]}");
                assertThat(squeezed(answer)).as(model).isEqualTo("{\"predictions\":[2.5,3.0,4.5]}");
            }
            ManagedChannel channel = server.channel();
            try {
                assertThat(PredictionServiceGrpc.newBlockingStub(channel)
                                .predict(GrpcTensors.predict("torch", "x", GrpcTensors.floats(new float[] {5}, 1)))
                                .getOutputsOrThrow("y")
                                .getFloatVal(0))
                        .isEqualTo(4.5f);
                assertThatThrownBy(() -> PredictionServiceGrpc.newBlockingStub(channel)
                                .predict(GrpcTensors.predict("torch", "q", GrpcTensors.floats(new float[] {5}, 1))))
                        .satisfies(SmallServer.isStatus(Status.Code.INVALID_ARGUMENT, "x"));
            } finally {
                channel.shutdownNow();
            }
        }
    }

    @Test
    void refusesWhatItCannotServeWithWhatToDoAndServesTheOthers() throws IOException {
        assumeTrue(BuiltIn.pytorch(), BuiltIn.NO_PYTORCH);
        TorchScriptArchive.halfPlusTwo().writeTo(version("half"));
        TorchScriptArchive.halfPlusTwo().config("").writeTo(version("undeclared"));
        Path undeclared = models.resolve("undeclared/1/config.pbtxt");
        Files.deleteIfExists(undeclared);
        Files.writeString(version("broken").resolve("model.pt"), "no archive");
        try (ServerProcess server = ServerProcess.serve(models)) {
            assertThat(whyNot(server, "broken")).isNotBlank();
            assertThat(whyNot(server, "undeclared")).contains("config.pbtxt", "name: \"x\"", "data_type:", "dims:");
            assertThat(squeezed(server.post("/v1/models/half:predict", ONE))).isEqualTo("{\"predictions\":[2.5]}");
        }
    }

    @Test
    void refusesMoreRowsThanTheModelDeclares() throws IOException {
        assumeTrue(BuiltIn.pytorch(), BuiltIn.NO_PYTORCH);
        TorchScriptArchive.halfPlusTwo()
                .config("max_batch_size: 2 input [ { name: \"x\" data_type: TYPE_FP32 dims: [ 1 ] } ]"
                        + " output [ { name: \"y\" data_type: TYPE_FP32 dims: [ 1 ] } ]")
                .writeTo(version("few"));
        try (ServerProcess server = ServerProcess.serve(models)) {
            HttpResponse<String> two = server.post("/v1/models/few:predict", "{\"instances\":[[1.0],[2.0]]}");
            assertThat(squeezed(two)).isEqualTo("{\"predictions\":[[2.5],[3.0]]}");
            HttpResponse<String> three = server.post("/v1/models/few:predict", "{\"instances\":[[1.0],[2.0],[5.0]]}");
            assertThat(three.statusCode()).as(three.body()).isEqualTo(400);
            assertThat(three.body()).contains("a batch of 3 rows: expected at most 2");
        }
    }

    /// More of them than there are lanes.
    @Test
    void endsLoopsThatDoNotEndWhileOthersAreServed() throws Exception {
        assumeTrue(BuiltIn.pytorch(), BuiltIn.NO_PYTORCH);
        TorchScriptArchive.endlessBelowZero().writeTo(version("endless"));
        OnnxModels.halfPlusTwo().writeTo(version("light"));
        int clients = 2 * Runtime.getRuntime().availableProcessors() + 2;
        try (ServerProcess server = ServerProcess.start(
                                List.of("-Dkaon.run.timeout=1s"), List.of(models.toString()), Map.of())
                        .awaitReady();
                ExecutorService pool = Executors.newFixedThreadPool(clients)) {
            List<Future<HttpResponse<String>>> endless = Stream.generate(() ->
                            pool.submit(() -> server.post("/v1/models/endless:predict", "{\"instances\":[-1.0]}")))
                    .limit(clients)
                    .toList();
            int answered = 0;
            while (!endless.stream().allMatch(Future::isDone)) {
                assertThat(squeezed(server.post("/v1/models/light:predict", ONE)))
                        .isEqualTo("{\"predictions\":[2.5]}");
                answered++;
            }
            assertThat(answered).isGreaterThan(clients);
            for (Future<HttpResponse<String>> ended : endless) {
                assertThat(ended.get().statusCode()).as(ended.get().body()).isIn(504, 503, 429);
            }
            assertThat(squeezed(server.post("/v1/models/endless:predict", ONE))).isEqualTo("{\"predictions\":[2.5]}");
        }
    }
}
