package io.kaon.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What the agent of EKS Pod Identity answers to a client that shows the pod's token: keys that expire.
final class FakePodIdentity implements AutoCloseable {
    /// Clients ask for new keys a minute before those expire that they have, so after two seconds.
    private static final Duration VALID = Duration.ofSeconds(62);

    private final HttpServer http;
    private final String keys;
    private final String token;
    private final CountDownLatch askedAgain = new CountDownLatch(2);

    private FakePodIdentity(HttpServer http, String keys, String token) {
        this.http = http;
        this.keys = keys;
        this.token = token;
    }

    static FakePodIdentity start(String accessKey, String secretKey, String token) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        FakePodIdentity agent = new FakePodIdentity(
                http,
                "{\"AccessKeyId\":\"" + accessKey + "\",\"SecretAccessKey\":\"" + secretKey
                        + "\",\"Token\":\"session\",\"AccountId\":\"1\",\"Expiration\":\"",
                token);
        http.createContext("/", agent::answer);
        http.start();
        return agent;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            boolean known = token.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = (known ? keys + Instant.now().plus(VALID) + "\"}" : "{}").getBytes(UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
            askedAgain.countDown();
        }
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/v1/credentials");
    }

    /// Whether keys are asked for a second time within a minute.
    boolean isAskedAgain() throws InterruptedException {
        return askedAgain.await(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
