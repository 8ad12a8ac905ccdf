package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a server writes to its log.
final class LogIT {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d)";

    @TempDir
    private Path models;

    private ServerProcess serve(String... flags) throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("m/1")));
        // A directory may be called anything.
        Files.createDirectories(models.resolve("broken\n2026-01-01 INFO forged/1"));
        return ServerProcess.serve(models, flags);
    }

    private static List<String> about(ServerProcess server, String words) {
        return server.output().stream().filter(line -> line.contains(words)).toList();
    }

    @Test
    void textIsALineForEachEventWithATimeInIsoForm() throws IOException {
        try (ServerProcess server = serve()) {
            assertThat(about(server, "phase=AVAILABLE"))
                    .singleElement()
                    .asString()
                    .matches(TIME + " INFO  \\[Reconciler] model=m version=1 phase=AVAILABLE .*");
            assertThat(server.output()).noneMatch(line -> line.startsWith("2026-01-01"));
        }
    }

    @Test
    void jsonIsAnObjectForEachEventOnALineOfItsOwn() throws IOException {
        try (ServerProcess server = serve("-Dkaon.log.format=json")) {
            String line = about(server, "phase=AVAILABLE").getFirst();
            JsonPath event = new JsonPath(line);
            assertThat(OffsetDateTime.parse(event.getString("timestamp"))).isNotNull();
            assertThat(event.getString("level")).isEqualTo("INFO");
            assertThat(event.getString("logger")).isEqualTo("io.kaon.lifecycle.reconcile.Reconciler");
            assertThat(event.getString("message")).startsWith("model=m version=1 phase=AVAILABLE ");
            assertThat(about(server, "forged")).allMatch(told -> told.startsWith("{") || told.contains(" | "));
            assertThat(server.output()).noneMatch(told -> told.matches(TIME + ".*"));
        }
    }
}
