package io.kaon.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RestClientTest {
    private final FakeRestServer server = new FakeRestServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void bringsStatusAndBody() {
        server.on("/x", FakeRestServer.text(418, "text/plain", "tea"));
        RestAnswer answer = ask("/x");
        assertThat(answer.status()).isEqualTo(418);
        assertThat(answer.body()).isEqualTo("tea".getBytes(UTF_8));
    }

    @Test
    void unpacksWhatAProxyHasCompressed() throws IOException {
        server.on("/x", gzip("{\"predictions\": [1]}".getBytes(UTF_8)));
        assertThat(ask("/x").body()).asString(UTF_8).isEqualTo("{\"predictions\": [1]}");
        server.on("/bomb", gzip(new byte[10 << 20]));
        assertThat(failure("/bomb").outcome()).isEqualTo("too large");
    }

    @Test
    void readsNoMoreThanItMayHold() {
        server.on("/x", FakeRestServer.endless());
        assertThat(failure("/x")).hasMessageContaining("the answer is larger than 1 MiB");
    }

    @Test
    void leavesAServerThatHangs() {
        CountDownLatch never = new CountDownLatch(1);
        server.on("/x", _ -> {
            try {
                never.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        server.on("/half", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            try {
                never.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(failure("/x", Duration.ofMillis(200))).hasMessageContaining("has not answered within 200 ms");
        assertThat(failure("/half", Duration.ofMillis(200)).outcome()).isEqualTo("timeout");
    }

    @Test
    void tellsOfAConnectionThatIsCutOff() {
        server.on("/x", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            throw new IOException("cut off");
        });
        assertThat(failure("/x")).hasMessageContaining("/x: no answer came: ");
    }

    @Test
    void tellsThatNoServerListens() throws IOException {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        try (RestClient client =
                new RestClient(ServerAddress.rest("http://127.0.0.1:" + port), null, Duration.ofSeconds(10))) {
            ClientFailure failure = catchThrowableOfType(ClientFailure.class, () -> client.get("/x"));
            assertThat(failure).hasMessage("http://127.0.0.1:" + port + "/x: no server listens there");
            assertThat(failure.outcome()).isEqualTo("unreachable");
        }
    }

    @Test
    void tellsThatAHostIsUnknown() {
        try (RestClient client =
                new RestClient(ServerAddress.rest("http://nowhere.invalid:1"), null, Duration.ofSeconds(10))) {
            assertThat(catchThrowableOfType(ClientFailure.class, () -> client.get("/x")))
                    .hasMessageContaining("the host nowhere.invalid is unknown");
        }
    }

    @Test
    void tellsThatAServerDoesNotSpeakTls() throws IOException {
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RestClient client = new RestClient(
                        ServerAddress.rest("https://127.0.0.1:" + plain.getLocalPort()),
                        null,
                        Duration.ofSeconds(30))) {
            Thread.ofVirtual().start(() -> {
                try (Socket asked = plain.accept()) {
                    // As every server: what comes before the client has begun is nothing that it waits for.
                    assertThat(asked.getInputStream().read()).isNotNegative();
                    asked.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
                    asked.getInputStream().readAllBytes();
                } catch (IOException _) {
                    // The client has left.
                }
            });
            assertThat(catchThrowableOfType(ClientFailure.class, () -> client.get("/x")))
                    .hasMessageContaining("no encrypted connection");
        }
    }

    private static FakeRestServer.Answer gzip(byte[] body) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(body);
        }
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            FakeRestServer.bytes(200, "application/json", packed.toByteArray()).give(exchange);
        };
    }

    private RestAnswer ask(String path) {
        return ask(path, Duration.ofSeconds(30));
    }

    private RestAnswer ask(String path, Duration timeout) {
        try (RestClient client = new RestClient(ServerAddress.rest(server.url()), null, timeout, 1 << 20)) {
            return client.get(path);
        }
    }

    private ClientFailure failure(String path) {
        return failure(path, Duration.ofSeconds(30));
    }

    private ClientFailure failure(String path, Duration timeout) {
        return catchThrowableOfType(ClientFailure.class, () -> ask(path, timeout));
    }
}
