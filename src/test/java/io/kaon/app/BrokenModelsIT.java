package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.tensor.Shape;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.OnnxType;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.Tensors;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A folder in which most models are broken, each in another way. The sound one is served, the others say why they are
/// not, and a version that is mended is picked up.
final class BrokenModelsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path models;

    @Test
    void oneBrokenModelDoesNotStopTheOthers() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("sound/1")));
        Files.write(Files.createDirectories(models.resolve("corrupt/1")).resolve("model.onnx"), new byte[] {1, 2, 3});
        Files.createFile(Files.createDirectories(models.resolve("empty/1")).resolve("model.onnx"));
        Files.writeString(Files.createDirectories(models.resolve("other/1")).resolve("readme.txt"), "no model");
        byte[] whole = OnnxModels.halfPlusTwo().toBytes();
        Files.write(
                Files.createDirectories(models.resolve("half/1")).resolve("model.onnx"),
                Arrays.copyOf(whole, whole.length / 2));
        OnnxModels.identity(OnnxType.tensor(io.kaon.tensor.DataType.UINT64, "n"))
                .writeTo(Files.createDirectories(models.resolve("unsupported/1")));
        Files.createDirectories(models.resolve("no_version"));
        Files.writeString(Files.createDirectories(models.resolve("file")).resolve("1"), "a file, not a directory");

        try (ServerProcess server = ServerProcess.serve(models)) {
            assertThat(server.post("/v1/models/sound:predict", "{\"instances\":[2]}")
                            .body())
                    .contains("3.0");
            assertThat(server.health("/q/health/ready").statusCode()).isEqualTo(200);
            assertFailed(server, "corrupt", "INTERNAL", "model.onnx");
            assertFailed(server, "empty", "INTERNAL", "model.onnx");
            assertFailed(server, "half", "INTERNAL", "model.onnx");
            assertFailed(server, "other", "UNIMPLEMENTED", "readme.txt");
            assertFailed(server, "unsupported", "UNIMPLEMENTED", "UINT64");
            assertThat(server.get("/v1/models/no_version").statusCode()).isEqualTo(404);
            assertThat(server.get("/v1/models/file").statusCode()).isEqualTo(404);
            assertThat(server.post("/v1/models/corrupt:predict", "{\"instances\":[2]}")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(server.health("/q/metrics").body())
                    .contains("kaon_model_load_failures_total{kind=\"engine_failed\",model=\"corrupt\"} ");
            assertThat(server.output()).anyMatch(line -> line.matches("corrupt +1 +.* FAILED .*"));

            OnnxModels.halfPlusTwo().writeTo(models.resolve("corrupt/1"));
            awaitAnswer(server, "corrupt");
            OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("late/7")));
            awaitAnswer(server, "late");
        }
    }

    @Test
    void servesOnAfterItsWeightFilesWereCut() throws IOException {
        Path version = models.resolve("outside/1");
        OnnxModels.writeWithExternalWeights(version, Tensors.floats(Shape.of(1 << 20), new float[1 << 20]));
        try (ServerProcess server = ServerProcess.serve(models)) {
            Files.write(version.resolve("weights.bin"), new byte[0]);
            HttpResponse<String> answer = server.post("/v1/models/outside:predict", "{\"instances\":[2]}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    private static void assertFailed(ServerProcess server, String model, String code, String phrase) {
        JsonPath status = ended(server, model);
        assertThat(status.getString("model_version_status[0].status.error_code"))
                .as(model)
                .isEqualTo(code);
        assertThat(status.getString("model_version_status[0].status.error_message"))
                .as(model)
                .contains(phrase);
    }

    /// The model's status between two attempts to load it.
    private static JsonPath ended(ServerProcess server, String model) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            HttpResponse<String> answer = server.get("/v1/models/" + model);
            assertThat(answer.statusCode()).as(model).isEqualTo(200);
            JsonPath status = new JsonPath(answer.body());
            if (status.getString("model_version_status[0].state").equals("END")) {
                return status;
            }
            assertThat(System.nanoTime())
                    .as("%s is not given up in time", model)
                    .isLessThan(end);
        }
    }

    /// Asks until the model answers; a bounded wait for something that another process does in its own time.
    private static void awaitAnswer(ServerProcess server, String model) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        int status = 0;
        while (status != 200) {
            assertThat(System.nanoTime()).as("%s is not served in time", model).isLessThan(end);
            status = server.post("/v1/models/" + model + ":predict", "{\"instances\":[2]}")
                    .statusCode();
        }
    }
}
