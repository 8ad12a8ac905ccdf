package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pages that Prometheus reads, from the packaged server.
final class MetricsIT {
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
