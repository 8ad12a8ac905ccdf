package io.kaon.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HealthCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void asksWhereTheOptionsSayAndNowhereElse() {
        assertThat(addresses(Map.of("quarkus.management.port", "9100", "quarkus.management.host", "::1")))
                .containsExactly("http://[::1]:9100/q/health/ready");
    }

    @Test
    void understandsABarePortAndAHostWithAPort() {
        assertThat(HealthCommand.address("26090")).isEqualTo("http://localhost:26090/q/health/ready");
        assertThat(HealthCommand.address("kaon.example:9000")).isEqualTo("http://kaon.example:9000/q/health/ready");
        assertThat(HealthCommand.address("[::1]:9000")).isEqualTo("http://[::1]:9000/q/health/ready");
        assertThat(HealthCommand.address("http://kaon:9000")).isEqualTo("http://kaon:9000/q/health/ready");
        assertThat(HealthCommand.address("https://kaon:9000/")).isEqualTo("https://kaon:9000/q/health/ready");
        assertThat(HealthCommand.address("http://kaon:9000/q/health/live")).isEqualTo("http://kaon:9000/q/health/live");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kaon", "ftp://kaon/", "http://", "9000 9001", ""})
    void saysWhatItExpectsInPlaceOfWhatIsNoAddress(String argument) {
        assertThatThrownBy(() -> HealthCommand.address(argument))
                .hasMessage("expected the management port of a server, such as 9000, HOST:PORT, or an address such as"
                        + " http://localhost:9000/q/health/ready; got \"" + argument + "\"");
    }

    /// A server whose command line gives REST or gRPC the first has put its management port at another of these.
    @Test
    void asksWhereAServerMayHavePutItsPortOtherwise() {
        assertThat(addresses(Map.of("quarkus.management.host", "0.0.0.0")))
                .containsExactly(
                        "http://localhost:9000/q/health/ready",
                        "http://localhost:9001/q/health/ready",
                        "http://localhost:9002/q/health/ready");
        assertThat(addresses(Map.of("kaon.grpc.port", "9000")))
                .containsExactly("http://localhost:9001/q/health/ready", "http://localhost:9002/q/health/ready");
    }

    @Test
    void asksTheNextWhereSomethingElseAnswers() throws IOException {
        HttpServer rest = answering(404, "{}");
        HttpServer management = answering(200, "ready");
        try {
            assertThat(ask(address(rest), address(management))).isZero();
            assertThat(out.toString()).contains("ready");
            assertThat(err.toString()).isEmpty();
        } finally {
            rest.stop(0);
            management.stop(0);
        }
    }

    /// Another server may be there, which has nothing to do with this one.
    @Test
    void asksNoOtherWhereNothingAnswersOrTheServerIsNotReady() throws IOException {
        HttpServer unready = answering(503, "{}");
        HttpServer other = answering(200, "ready");
        try {
            assertThat(ask(address(unready), address(other))).isEqualTo(1);
            assertThat(err.toString())
                    .contains(address(unready) + " answers 503")
                    .doesNotContain(address(other));
            unready.stop(0);
            assertThat(ask(address(unready), address(other))).isEqualTo(1);
            assertThat(out.toString()).isEmpty();
        } finally {
            unready.stop(0);
            other.stop(0);
        }
    }

    @Test
    void saysOfEachWhatItAnswered() throws IOException {
        HttpServer rest = answering(404, "{}");
        HttpServer other = answering(500, "{}");
        try {
            assertThat(ask(address(rest), address(other))).isEqualTo(1);
            assertThat(err.toString())
                    .contains(address(rest) + " answers 404")
                    .contains(address(other) + " answers 500");
        } finally {
            rest.stop(0);
            other.stop(0);
        }
    }

    /// As a gRPC port answers: with a frame of HTTP/2.
    @Test
    void asksTheNextWhereNoHttpIsSpoken() throws Exception {
        HttpServer management = answering(200, "ready");
        try (ServerSocket grpc = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread frames = Thread.ofVirtual().start(() -> {
                // The client asks once more after an answer that it cannot read.
                for (int i = 0; i < 2; i++) {
                    answerWithAFrame(grpc);
                }
            });
            String address = "http://127.0.0.1:" + grpc.getLocalPort() + "/q/health/ready";
            assertThat(ask(address, address(management))).isZero();
            frames.interrupt();
        } finally {
            management.stop(0);
        }
    }

    private static void answerWithAFrame(ServerSocket grpc) {
        try (var client = grpc.accept();
                OutputStream answer = client.getOutputStream()) {
            answer.write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            answer.flush();
            client.shutdownOutput();
            client.getInputStream().readAllBytes();
        } catch (IOException _) {
            // It asked once only.
        }
    }

    private static HttpServer answering(int status, String body) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String address(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/q/health/ready";
    }

    private int ask(String... addresses) {
        return HealthCommand.run(List.of(addresses), new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private static List<String> addresses(Map<String, String> options) {
        return HealthCommand.configured(name -> Optional.ofNullable(options.get(name)));
    }
}
