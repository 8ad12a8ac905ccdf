package io.kaon.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kaon.testkit.KubeApiServer;
import io.kaon.testkit.KubeApiServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// All documents of the repository, given to a real API server, which refuses what it does not know. A warning
/// counts as a refusal.
@Tag("in-process")
@EnabledIf("io.kaon.kubernetes.ApiSchemas#present")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ApiServerIT {
    private static final List<Path> FOLDERS =
            List.of(Path.of("kubernetes/base"), Path.of("src/test/resources/kubernetes"));
    private static final Path CUSTOM_RESOURCES = Path.of("../shared/data/kubernetes/crds");

    private KubeApiServer server;

    @BeforeAll
    void startIt() {
        assumeTrue(KubeApiServer.isThere(), KubeApiServer.ABSENCE);
        server = KubeApiServer.start();
        // What the definitions hold is too long for the annotation that the client's own way to apply keeps.
        assertTaken(server.kubectl(List.of("apply", "--server-side", "-f", CUSTOM_RESOURCES.toString())));
        assertTaken(server.kubectl(List.of("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")));
    }

    @AfterAll
    void stopIt() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void takesAllDocuments() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("apply", "--validate=strict", "--dry-run=server"));
        Set<String> namespaces = new TreeSet<>();
        for (Path folder : FOLDERS) {
            for (Path file : files(folder)) {
                arguments.addAll(List.of("-f", file.toString()));
                YamlDocuments.read(file)
                        .forEach(document -> Place.of(document)
                                .at("metadata", "namespace")
                                .text()
                                .filter(name -> !name.equals("default"))
                                .ifPresent(namespaces::add));
            }
        }
        for (String namespace : namespaces) {
            assertTaken(server.kubectl(List.of("create", "namespace", namespace)));
        }
        assertTaken(server.kubectl(arguments));
    }

    @Test
    void refusesWhatItDoesNotKnow(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("service.yaml"), """
                apiVersion: v1
                kind: Service
                metadata: {name: kaon}
                spec: {ports: [{port: 80, targetport: 8501}]}
                """);
        Answer answer =
                server.kubectl(List.of("apply", "--validate=strict", "--dry-run=server", "-f", file.toString()));
        assertThat(answer.status()).isNotZero();
        assertThat(answer.output()).contains("unknown field \"spec.ports[0].targetport\"");
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.ya?ml"))
                    .sorted()
                    .toList();
        }
    }

    private static void assertTaken(Answer answer) {
        assertThat(answer.status()).as(answer.output()).isZero();
        assertThat(answer.output()).doesNotContain("Warning:");
    }
}
