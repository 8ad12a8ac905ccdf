package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Versions that commands add and take back while a server serves the folder.
final class AddAndRollbackIT {
    private static final String PREDICT = "/v1/models/m:predict";
    private static final String TWO = "{\"instances\": [2.0]}";

    @TempDir
    private Path folder;

    @Test
    void changeWhatAServerAnswersWithoutAFailure() throws IOException {
        Path models = Files.createDirectories(folder.resolve("models"));
        // For commands that run as another user than the tests too, as those in images do.
        Files.setPosixFilePermissions(models, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path export = Files.createDirectories(folder.resolve("export"));
        OnnxModels.halfPlusTwo().writeTo(export);
        assertSucceeds("add", "m", export.toString(), "--models", models.toString());
        try (ServerProcess server = ServerProcess.serve(models)) {
            assertThat(server.post(PREDICT, TWO).body()).contains("3.0");
            OnnxModels.linear(3, 0).writeTo(export);
            assertThat(assertSucceeds("add", "m", export.toString(), "--models", models.toString()))
                    .contains("m: version 2 is added", "it has the inputs and outputs of version 1");
            awaitAnswers(server, "6.0");
            assertThat(assertSucceeds("rollback", "m", "--models", models.toString()))
                    .contains("m: version 2 is taken back, version 1 is the newest now");
            awaitAnswers(server, "3.0");
        }
        assertThat(assertSucceeds("check", "--all", models.toString())).contains("ok      m/1  onnxruntime");
    }

    @Test
    void areCompletedByAShell() {
        assertThat(assertSucceeds("completion", "bash")).contains("rollback", "complete -F _complete_kaon");
    }

    /// No request fails meanwhile.
    private static void awaitAnswers(ServerProcess server, String value) {
        long deadline = System.nanoTime() + 60_000_000_000L;
        String answer;
        do {
            var response = server.post(PREDICT, TWO);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            answer = response.body();
        } while (!answer.contains(value) && System.nanoTime() < deadline);
        assertThat(answer).contains(value);
    }

    private static String assertSucceeds(String... line) {
        ServerProcess.Finished finished = ServerProcess.run(Map.of(), line);
        assertThat(finished.status()).as(finished.output()).isZero();
        return finished.output();
    }
}
