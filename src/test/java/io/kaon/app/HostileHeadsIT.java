package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.RawConnection;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Request lines and headers that no client should send. The server answers each with a clear error or takes it
/// for what it is, and is alive and correct after it.
final class HostileHeadsIT {
    @TempDir
    private static Path models;

    private static SmallServer server;

    @BeforeAll
    static void start() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("modèle/1")));
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
    void refusesTwoHosts() throws IOException {
        try (RawConnection connection = new RawConnection(server.http().restPort())) {
            String answer = connection
                    .send("GET /v1/models/text HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
                    .answer();
            assertThat(answer)
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\"error\": \"expected one Host header")
                    .containsIgnoringCase("\r\nconnection: close\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"501|gzip, chunked", "501|x-unknown,chunked", "400|gzip", "400|chunked, gzip"})
    void refusesTransferCodingsThatItDoesNotKnow(int status, String codings) throws IOException {
        try (RawConnection connection = new RawConnection(server.http().restPort())) {
            String answer = connection
                    .send("POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + codings
                            + "\r\n\r\n11\r\n{\"instances\":[1]}\r\n0\r\n\r\n")
                    .answer();
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
            assertThat(connection.answer()).as("after that").isEmpty();
        }
    }

    /// A client of HTTP/1.0 would take `100 Continue` for the answer.
    @Test
    void expectsNothingOfHttp10() throws IOException {
        try (RawConnection connection = new RawConnection(server.http().restPort())) {
            String answer = connection
                    .send("POST /v1/models/m:predict HTTP/1.0\r\nHost: x\r\nExpect: 100-continue\r\n"
                            + "Content-Length: 17\r\n\r\n{\"instances\":[1]}")
                    .answer();
            assertThat(answer).matches("(?s)HTTP/1\\.[01] 200 .*2\\.5.*");
        }
    }

    @Test
    void findsAModelWhoseNameComesAsRawBytes() throws IOException {
        try (RawConnection connection = new RawConnection(server.http().restPort())) {
            String answer = connection
                    .send("GET /v1/models/modèle HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.UTF_8))
                    .answer();
            assertThat(answer).startsWith("HTTP/1.1 200 ").contains("AVAILABLE");
        }
    }

    /// With a regular expression for the spaces, this took eight seconds, in which the event loop did nothing else.
    @Test
    void readsSpacesInAcceptEncodingAtOnce() throws IOException {
        try (RawConnection connection = new RawConnection(server.http().restPort())) {
            connection.send(
                    "GET /v1/models/m HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip" + " ".repeat(60_000) + "x\r\n\r\n");
            assertThat(connection.isSilentFor(2000)).isFalse();
            assertThat(connection.answer()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void takesThirtyKilobytesOfHeadersOverHttp2() {
        HttpResponse<String> answer = server.http()
                .send(HttpRequest.newBuilder(server.http().url("/v1/models/m"))
                        .version(HttpClient.Version.HTTP_2)
                        .header("X-Note", "n".repeat(30_000))
                        .build());
        assertThat(answer.statusCode()).isEqualTo(200);
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
