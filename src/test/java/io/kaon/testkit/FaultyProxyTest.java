package io.kaon.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Each fault, in front of a server that has one object.
@Timeout(60)
final class FaultyProxyTest {
    private static final String OBJECT = "/bucket/model/1/model.onnx";
    private static final String LISTING = "/bucket?list-type=2&prefix=model%2F";
    private static final byte[] BYTES = new byte[300_000];

    static {
        new Random(1).nextBytes(BYTES);
    }

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpServer server;
    private final FaultyProxy proxy;

    FaultyProxyTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        proxy = FaultyProxy.inFrontOf(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        proxy.close();
        server.stop(0);
    }

    /// Says the same to every request: an object with its length, and what else there is in chunks.
    private void answer(HttpExchange exchange) throws IOException {
        byte[] sent = exchange.getRequestBody().readAllBytes();
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + new String(sent, UTF_8));
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(BYTES.length));
            exchange.sendResponseHeaders(200, -1);
        } else {
            boolean isObject = exchange.getRequestURI().getPath().equals(OBJECT);
            exchange.sendResponseHeaders(200, isObject ? BYTES.length : 0);
            exchange.getResponseBody().write(BYTES);
        }
        exchange.close();
    }

    @Test
    void passesOnWhatMeetsNoRule() throws Exception {
        assertThat(get(OBJECT).body()).isEqualTo(BYTES);
        assertThat(get(LISTING).body()).isEqualTo(BYTES);
        assertThat(send("HEAD", OBJECT, "").headers().firstValueAsLong("content-length"))
                .hasValue(BYTES.length);
        assertThat(send("PUT", OBJECT, "weights").statusCode()).isEqualTo(200);
        assertThat(asked)
                .containsExactly(
                        "GET " + OBJECT + " ",
                        "GET " + LISTING + " ",
                        "HEAD " + OBJECT + " ",
                        "PUT " + OBJECT + " weights");
    }

    @Test
    void countsByKind() throws Exception {
        get(LISTING);
        get("/bucket/?prefix=x");
        send("HEAD", OBJECT, "");
        assertThat(proxy.bodyBytes(S3Request.Kind.OBJECT)).isZero();
        client.send(request(OBJECT).header("Range", "bytes=0-99").GET().build(), BodyHandlers.ofByteArray());
        assertThat(proxy.count(S3Request.Kind.LISTING)).isEqualTo(2);
        assertThat(proxy.count(S3Request.Kind.HEAD)).isEqualTo(1);
        assertThat(proxy.count(S3Request.Kind.OBJECT)).isEqualTo(1);
        assertThat(proxy.count(S3Request.Kind.OTHER)).isZero();
        // They are counted once they are written, which is when the client may have read them already.
        while (proxy.bodyBytes(S3Request.Kind.OBJECT) < BYTES.length) {
            Thread.onSpinWait();
        }
        assertThat(proxy.bodyBytes(S3Request.Kind.OBJECT)).isEqualTo(BYTES.length);
        assertThat(proxy.bodyBytes(S3Request.Kind.HEAD)).isZero();
        assertThat(proxy.requests().getFirst())
                .isEqualTo(new S3Request("GET", "/bucket", "list-type=2&prefix=model%2F", Optional.empty()));
        assertThat(proxy.requests().getLast().range()).hasValue("bytes=0-99");
        proxy.forgetCounts();
        assertThat(proxy.count(S3Request.Kind.OBJECT)).isZero();
        assertThat(proxy.bodyBytes(S3Request.Kind.OBJECT)).isZero();
    }

    @Test
    void resetsInMidObjectAsOftenAsTold() throws Exception {
        proxy.next(2, S3Request.Kind.OBJECT, new Fault.Reset(100_000));
        for (int time = 0; time < 2; time++) {
            assertThatThrownBy(() -> get(OBJECT))
                    .isInstanceOf(IOException.class)
                    .hasStackTraceContaining("Connection reset");
        }
        assertThat(proxy.bodyBytes(S3Request.Kind.OBJECT)).isEqualTo(200_000);
        assertThat(get(OBJECT).body()).isEqualTo(BYTES);
    }

    @Test
    void truncatesAnObjectAtTheByte() throws Exception {
        proxy.always(S3Request.Kind.OBJECT, new Fault.Truncation(123_456));
        var got = client.send(request(OBJECT).build(), BodyHandlers.ofInputStream());
        // The client forgets what was not read yet when it hears of the end, so only its words tell where that was.
        assertThatThrownBy(got.body()::readAllBytes)
                .isInstanceOf(IOException.class)
                .hasStackTraceContaining("bytes received: 123456");
    }

    @Test
    void answersForTheServer() throws Exception {
        proxy.next(1, S3Request.Kind.OBJECT, Fault.internalError());
        proxy.next(1, S3Request.Kind.OBJECT, Fault.slowDown(Duration.ofSeconds(7)));
        assertThat(get(LISTING).statusCode()).isEqualTo(200);
        asked.clear();
        assertThat(get(OBJECT).statusCode()).isEqualTo(500);
        HttpResponse<byte[]> busy = get(OBJECT);
        assertThat(busy.statusCode()).isEqualTo(503);
        assertThat(busy.headers().firstValue("retry-after")).hasValue("7");
        assertThat(new String(busy.body(), UTF_8)).contains("<Code>SlowDown</Code>");
        assertThat(asked).isEmpty();
        assertThat(get(OBJECT).statusCode()).isEqualTo(200);
    }

    @Test
    void stallsInMidBodyUntilItIsToGoOn() throws Exception {
        Fault.Stall stall = new Fault.Stall(200_000);
        proxy.next(1, S3Request.Kind.OBJECT, stall);
        var got = client.send(request(OBJECT).build(), BodyHandlers.ofInputStream());
        assertThat(got.body().readNBytes(200_000)).hasSize(200_000);
        assertThat(stall.reached().await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(got.body().available()).isZero();
        assertThat(proxy.bodyBytes(S3Request.Kind.OBJECT)).isEqualTo(200_000);
        stall.goOn().countDown();
        assertThat(got.body().readAllBytes()).hasSize(100_000);
    }

    @Test
    void holdsARequestBackUntilItIsToGoOn() throws Exception {
        Fault.Hold hold = new Fault.Hold();
        proxy.always(S3Request.Kind.LISTING, hold);
        CompletableFuture<HttpResponse<byte[]>> listing =
                client.sendAsync(request(LISTING).build(), BodyHandlers.ofByteArray());
        assertThat(hold.reached().await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(asked).isEmpty();
        hold.goOn().countDown();
        assertThat(listing.get(30, TimeUnit.SECONDS).body()).isEqualTo(BYTES);
    }

    @Test
    void delaysListingsAlone() throws Exception {
        proxy.always(S3Request.Kind.LISTING, new Fault.Delay(Duration.ofMillis(300)));
        assertThat(timeOf(LISTING)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        get(OBJECT);
        proxy.heal();
        proxy.always(S3Request.Kind.LISTING, Fault.internalError());
        assertThat(get(LISTING).statusCode()).isEqualTo(500);
    }

    @Test
    void holdsAConnectionToARate() throws Exception {
        proxy.always(S3Request.Kind.OBJECT, new Fault.Throttle(1_000_000));
        assertThat(timeOf(OBJECT)).isBetween(Duration.ofMillis(270), Duration.ofSeconds(10));
        assertThat(timeOf(OBJECT)).isGreaterThanOrEqualTo(Duration.ofMillis(270));
    }

    @Test
    void isAwayUntilItComesBack() throws Exception {
        Fault.Stall stall = new Fault.Stall(0);
        proxy.next(1, S3Request.Kind.OBJECT, stall);
        var underWay = client.sendAsync(request(OBJECT).build(), BodyHandlers.ofByteArray());
        assertThat(stall.reached().await(30, TimeUnit.SECONDS)).isTrue();
        proxy.goAway();
        assertThatThrownBy(() -> underWay.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> get(OBJECT)).isInstanceOf(ConnectException.class);
        proxy.comeBack();
        assertThat(get(OBJECT).body()).isEqualTo(BYTES);
    }

    private Duration timeOf(String target) throws IOException, InterruptedException {
        long began = System.nanoTime();
        assertThat(get(target).statusCode()).isEqualTo(200);
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private HttpResponse<byte[]> get(String target) throws IOException, InterruptedException {
        return send("GET", target, "");
    }

    private HttpResponse<byte[]> send(String method, String target, String body)
            throws IOException, InterruptedException {
        var publisher = body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        return client.send(request(target).method(method, publisher).build(), BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(proxy.endpoint() + target));
    }
}
