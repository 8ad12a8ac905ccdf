package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cache that `./kaon build` trains.
final class AotCacheIT {
    private static final Path MODELS = Path.of("models").toAbsolutePath();

    @TempDir
    private Path folder;

    @Test
    void isUsedWithTheOptionsThatTheServerRunsWith() throws IOException, InterruptedException {
        assumeFalse(ServerProcess.isExecutable(), "the native executable needs no cache");
        Path cache = folder.resolve("kaon.aot");
        train(cache);
        // The machine would go on without a cache that does not fit; told to insist, it refuses to start.
        List<String> insisting = List.of("-XX:AOTCache=" + cache, "-XX:AOTMode=on");
        try (ServerProcess server = ServerProcess.start(insisting, List.of(MODELS.toString()), Map.of())
                .awaitReady()) {
            assertThat(server.post("/v1/models/half_plus_two:predict", "{\"instances\":[2]}")
                            .body())
                    .contains("3.0");
        }
    }

    private static void train(Path cache) throws IOException, InterruptedException {
        List<String> server = ServerProcess.command(List.of());
        List<String> line = new ArrayList<>(
                List.of(server.getFirst(), "src/main/aot/Train.java", cache.toString(), MODELS.toString()));
        line.addAll(server);
        Process training = new ProcessBuilder(line).redirectErrorStream(true).start();
        String output = new String(training.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(training.waitFor()).as(output).isZero();
        assertThat(Files.size(cache)).isPositive();
    }
}
