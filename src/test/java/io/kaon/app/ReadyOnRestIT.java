package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.config.ServerDefaults;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Knative and load balancers ask, which know the serving port only.
final class ReadyOnRestIT {
    private static final String READY = ServerDefaults.STANDARD.readyPath();

    @TempDir
    private Path models;

    @Test
    void saysWhatTheManagementPortSaysFromStartToEnd() throws IOException {
        Path broken = Files.createDirectories(models.resolve("m/1")).resolve("model.onnx");
        Files.write(broken, new byte[] {1});
        List<String> line = List.of(models.toString(), "-Dkaon.shutdown.delay=2s");
        try (ServerProcess server = ServerProcess.start(List.of(), line, Map.of())) {
            server.awaitLine("not ready: ");
            assertAnswers(server, 503, "\"phase\":\"SETTLED\"");

            Path whole = Files.createDirectories(models.resolve("m/.2.tmp"));
            OnnxModels.halfPlusTwo().writeTo(whole);
            Files.move(whole, models.resolve("m/2"));
            server.awaitAnswer("/v1/models/m", body -> body.contains("AVAILABLE"));
            assertAnswers(server, 200, "\"phase\":\"READY\"");

            server.terminate();
            server.awaitAnswer(READY, body -> body.contains("\"status\":\"DOWN\""));
            assertAnswers(server, 503, "\"phase\":\"STOPPING\"");
            assertThat(server.post("/v1/models/m:predict", "{\"instances\":[2.0]}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(server.awaitExit()).isZero();
        }
    }

    private static void assertAnswers(ServerProcess server, int status, String phase) {
        HttpResponse<String> answer = server.get(READY);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(phase).doesNotContain("\"m\"");
        assertThat(server.health(READY).statusCode()).isEqualTo(status);
    }
}
