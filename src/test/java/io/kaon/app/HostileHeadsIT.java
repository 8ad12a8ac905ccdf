package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.RawConnection;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Request lines and headers that no client should send. The server answers each with a clear error or takes it
/// for what it is, and is alive and correct after it.
final class HostileHeadsIT {
    @TempDir
    private static Path models;

    private static SmallServer server;

    @BeforeAll
    static void start() throws IOException {
        server = SmallServer.start(models);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void isAliveAndCorrect() {
        server.assertAliveAndCorrect();
    }

    @Test
    void refusesALengthThatIsNoNumber() throws IOException {
        try (RawConnection connection = new RawConnection(server.http().restPort())) {
            String answer = connection
                    .send(
                            "POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n")
                    .answer();
            assertThat(answer).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void refusesARequestWithoutAHost() throws IOException {
        try (RawConnection connection = new RawConnection(server.http().restPort())) {
            String answer =
                    connection.send("GET /v1/models/text HTTP/1.1\r\n\r\n").answer();
            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"error\": \"expected a Host header");
        }
    }

    @Test
    void takesAWholeUrlAsTarget() throws IOException {
        try (RawConnection connection = new RawConnection(server.http().restPort())) {
            String answer = connection
                    .send("GET HTTP://elsewhere:80/v1/models/text HTTP/1.1\r\nHost: elsewhere\r\n\r\n")
                    .answer();
            assertThat(answer).startsWith("HTTP/1.1 200 ").contains("AVAILABLE");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "%2e%2e", "..%2F..%2Fetc", "m%2F1", "%00", "%0d%0aX-Evil%3A%201", "%ff"})
    void takesHostileModelNamesForNames(String name) throws IOException {
        try (RawConnection connection = new RawConnection(server.http().restPort())) {
            String answer = connection
                    .send("POST /v1/models/" + name + ":predict HTTP/1.1\r\nHost: x\r\nContent-Length: 17\r\n\r\n"
                            + "{\"instances\":[1]}")
                    .answer();
            assertThat(answer)
                    .startsWith("HTTP/1.1 404 ")
                    .contains("Servable not found")
                    .doesNotContain("X-Evil: 1\r\n");
        }
    }

    @Test
    void refusesATargetThatIsNoTarget() throws IOException {
        try (RawConnection connection = new RawConnection(server.http().restPort())) {
            assertThat(connection
                            .send("GET /v1/models/m% HTTP/1.1\r\nHost: x\r\n\r\n")
                            .answer())
                    .startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void answersWhatIsNotTheApiWithAPage() {
        assertThat(server.http().get("/etc/passwd").statusCode()).isEqualTo(404);
        assertThat(server.http()
                        .send(HttpRequest.newBuilder(server.http().url("/v1/models/m"))
                                .DELETE()
                                .build())
                        .body())
                .contains("Malformed request: DELETE /v1/models/m", "or POST /v1/models/NAME:predict");
    }
}
