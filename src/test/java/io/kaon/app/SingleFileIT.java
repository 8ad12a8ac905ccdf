package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kaon serve iris.onnx`, and what `serve --dry-run` says without serving.
final class SingleFileIT {
    @TempDir
    private Path folder;

    @Test
    void isServedUnderItsNameWithoutItsEnding() throws IOException {
        Path file = file();
        try (ServerProcess server = ServerProcess.start(List.of(), List.of(file.toString()), Map.of())
                .awaitReady()) {
            assertThat(server.post("/v1/models/half:predict", "{\"instances\": [2.0]}")
                            .body())
                    .contains("3.0");
            assertThat(server.get("/v1/models/half").body()).contains("\"1\"", "AVAILABLE");
        }
    }

    @Test
    void isLookedAtInADryRunWhichOpensNoPort() throws IOException {
        Path file = file();
        ServerProcess.Finished rehearsal = ServerProcess.run(Map.of(), "serve", file.toString(), "--dry-run");
        assertThat(rehearsal.status()).as(rehearsal.output()).isZero();
        assertThat(rehearsal.output()).contains("half   1        onnxruntime  " + file, "REST 8501  gRPC 8500");
        ServerProcess.Finished absent =
                ServerProcess.run(Map.of(), "serve", folder.resolve("absent").toString(), "--dry-run");
        assertThat(absent.status()).isEqualTo(1);
        assertThat(absent.output()).contains("absent does not exist");
    }

    private Path file() throws IOException {
        Path directory = Files.createDirectories(folder.resolve("models"));
        OnnxModels.halfPlusTwo().writeTo(directory);
        return Files.move(directory.resolve("model.onnx"), directory.resolve("half.onnx"));
    }
}
