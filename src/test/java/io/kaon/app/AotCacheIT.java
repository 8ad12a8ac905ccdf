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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cache that `./kaon build` trains.
final class AotCacheIT {
    private static final Path MODELS = Path.of("models").toAbsolutePath();

    @TempDir
    private static Path folder;

    @BeforeAll
    static void train() throws IOException, InterruptedException {
        if (ServerProcess.isExecutable() || ServerProcess.isImage()) {
            return;
        }
        List<String> server = ServerProcess.command(List.of());
        List<String> line = new ArrayList<>(
                List.of(server.getFirst(), "src/main/aot/Train.java", cache().toString(), MODELS.toString()));
        line.addAll(server);
        output(line);
        assertThat(Files.size(cache())).isPositive();
    }

    @Test
    void isUsedWithTheOptionsThatTheServerRunsWith() {
        assumeFalse(ServerProcess.isExecutable(), "the native executable needs no cache");
        assumeFalse(ServerProcess.isImage(), "the image has a cache of its own");
        // The machine would go on without a cache that does not fit; told to insist, it refuses to start.
        List<String> insisting = List.of("-XX:AOTCache=" + cache(), "-XX:AOTMode=on");
        try (ServerProcess server = ServerProcess.start(insisting, List.of(MODELS.toString()), Map.of())
                .awaitReady()) {
            assertThat(server.post("/v1/models/half_plus_two:predict", "{\"instances\":[2]}")
                            .body())
                    .contains("3.0");
        }
    }

    @Test
    void keepsTheClassesOfTheCommandLine() throws IOException, InterruptedException {
        assumeFalse(ServerProcess.isExecutable(), "the native executable needs no cache");
        assumeFalse(ServerProcess.isImage(), "the image has a cache of its own");
        List<String> line = ServerProcess.command(List.of("-XX:AOTCache=" + cache(), "-Xlog:class+load"));
        line.add("--version");
        assertThat(output(line).lines().filter(loaded -> loaded.contains(" picocli.")))
                .isNotEmpty()
                .allMatch(loaded -> loaded.endsWith("source: shared objects file"));
    }

    private static Path cache() {
        return folder.resolve("kaon.aot");
    }

    private static String output(List<String> line) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
