package io.kaon.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every document that a test expects `kaon manifests` to print, against what the API server takes.
@EnabledIf("io.kaon.kubernetes.ApiSchemas#present")
final class GoldenDocumentsTest {
    private static final Path FOLDER = Path.of("src/test/resources/kubernetes");

    private static final ApiSchemas SCHEMAS = schemas();

    private static ApiSchemas schemas() {
        try {
            return ApiSchemas.read();
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void holdsOnlyWhatTheApiServerTakes(Path file) {
        List<Map<String, Object>> documents = YamlDocuments.read(file);
        assertThat(documents).isNotEmpty();
        assertThat(SCHEMAS.problems(documents)).isEmpty();
    }
}
