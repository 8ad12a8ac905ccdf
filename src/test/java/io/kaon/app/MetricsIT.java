package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pages that Prometheus reads, from the packaged server.
final class MetricsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PATH = "/monitoring/prometheus/metrics";

    @TempDir
    private Path models;

    @Test
    void showsTheReferencesMetricsUnderItsPathBesideKaonsOwn() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("m/1")));
        try (ServerProcess server = ServerProcess.serve(models)) {
            server.post("/v1/models/m:predict", "{\"instances\":[1]}");
            server.post("/v1/models/m:predict", "{\"instances\":[true]}");
            ManagedChannel channel = server.channel();
            PredictionServiceGrpc.newBlockingStub(channel)
                    .predict(GrpcTensors.predict("m", "x", GrpcTensors.floats(new float[] {1}, 1)));
            channel.shutdownNow();
            server.get("/v1/models/m");

            HttpResponse<String> page = server.get(PATH);
            assertThat(page.headers().firstValue("Content-Type")).contains("text/plain");
            assertThat(page.body().lines())
                    .contains(
                            ":tensorflow:serving:request_count{model_name=\"m\",status=\"OK\"} 3",
                            ":tensorflow:serving:request_count{model_name=\"m\",status=\"INVALID_ARGUMENT\"} 1",
                            ":tensorflow:serving:request_latency_count{model_name=\"m\",API=\"predict\",entrypoint=\"REST\"} 1",
                            ":tensorflow:serving:request_latency_count{model_name=\"m\",API=\"Predict\",entrypoint=\"GRPC\"} 1",
                            ":tensorflow:serving:runtime_latency_count{model_name=\"m\",API=\"predict\",runtime=\"onnxruntime\"} 1",
                            ":tensorflow:cc:saved_model:load_attempt_count{model_path=\"" + models
                                    + "/m/1\",status=\"success\"} 1",
                            "kaon_inferences_total{model=\"m\",outcome=\"ok\",signature=\"serving_default\",version=\"1\"} 2.0",
                            "kaon_model_version_state{model=\"m\",state=\"AVAILABLE\",version=\"1\"} 1.0");

            assertThat(server.get(PATH + "?x=1").statusCode()).isEqualTo(400);
            assertThat(server.send(HttpRequest.newBuilder(server.url(PATH))
                                    .DELETE()
                                    .build())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(server.health("/q/metrics").body())
                    .contains("kaon_inferences_total", "jvm_memory_used_bytes")
                    .doesNotContain(":tensorflow:");
        }
    }

    @Test
    void countsWhatIsRefusedBeforeAModelIsFound() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("m/1")));
        try (ServerProcess server = ServerProcess.serve(models, "-Dkaon.limits.request-bytes=1000")) {
            server.post("/v1/models/none:predict", "{\"instances\":[1]}");
            server.post("/v1/models/m:predict", "{\"instances\":");
            server.post("/v1/models/m:predict", " ".repeat(2000));
            server.get("/nothing/here");
            server.post("/v1/models/m:predict", "{\"instances\":[1]}");
            ManagedChannel channel = server.channel();
            var stub = PredictionServiceGrpc.newBlockingStub(channel);
            ask(stub, GrpcTensors.predict("none", "x", GrpcTensors.floats(new float[] {1}, 1)));
            ask(stub, PredictRequest.getDefaultInstance());
            ask(stub, GrpcTensors.predict("m", "x", GrpcTensors.floats(new float[1000], 1000)));
            ask(stub, GrpcTensors.predict("m", "x", GrpcTensors.floats(new float[] {1}, 1)));
            channel.shutdownNow();

            // A call counts when its stream is closed, which may be after its client has the answer.
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (failed(server).size() < 6 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(failed(server))
                    .containsExactlyInAnyOrder(
                            "kaon_failed_requests_total{protocol=\"grpc\",status=\"INVALID_ARGUMENT\"} 1.0",
                            "kaon_failed_requests_total{protocol=\"grpc\",status=\"NOT_FOUND\"} 1.0",
                            "kaon_failed_requests_total{protocol=\"grpc\",status=\"RESOURCE_EXHAUSTED\"} 1.0",
                            "kaon_failed_requests_total{protocol=\"rest\",status=\"400\"} 1.0",
                            "kaon_failed_requests_total{protocol=\"rest\",status=\"404\"} 2.0",
                            "kaon_failed_requests_total{protocol=\"rest\",status=\"413\"} 1.0");
        }
    }

    private static List<String> failed(ServerProcess server) {
        return server.health("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("kaon_failed_requests_total"))
                .toList();
    }

    private static void ask(PredictionServiceGrpc.PredictionServiceBlockingStub stub, PredictRequest request) {
        try {
            PredictResponse _ = stub.predict(request);
        } catch (StatusRuntimeException _) {
            // What it is, is seen on the page.
        }
    }

    @Test
    void obeysTheReferencesMonitoringConfig() throws IOException {
        Path config = Files.writeString(
                models.resolve("monitoring.config"), "prometheus_config { enable: true path: \"/metrics\" }");
        try (ServerProcess server = ServerProcess.serve(models, "--monitoring_config_file=" + config)) {
            assertThat(server.get("/metrics").body()).contains(":tensorflow:serving:request_count");
            assertThat(server.get(PATH).statusCode()).isEqualTo(404);
        }
        Files.writeString(config, "prometheus_config { enable: false }");
        try (ServerProcess server = ServerProcess.serve(models, "--monitoring_config_file=" + config)) {
            assertThat(server.get(PATH).statusCode()).isEqualTo(404);
        }
    }
}
