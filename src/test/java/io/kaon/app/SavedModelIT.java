package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kaon.testkit.SavedModels;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A SavedModel in front of the packaged program, which has TensorFlow or was built without it.
final class SavedModelIT {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        SavedModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("half/1")));
    }

    @Test
    void isServedWhereTensorflowIsIn() {
        assumeFalse(ServerProcess.isExecutable(), "the native executable leaves TensorFlow out");
        try (ServerProcess server = ServerProcess.serve(folder)) {
            assertThat(server.post("/v1/models/half:predict", "{\"instances\":[2]}")
                            .body())
                    .contains("3.0");
        }
    }

    @Test
    void namesTheImageWhereTensorflowIsLeftOut() {
        assumeTrue(ServerProcess.isExecutable(), "the jar has TensorFlow");
        try (ServerProcess server = ServerProcess.serve(folder)) {
            assertThat(server.get("/v1/models/half").body())
                    .contains("UNIMPLEMENTED")
                    .contains("use the JVM image");
            assertThat(server.output()).anyMatch(line -> line.contains("use the JVM image"));
        }
    }
}
