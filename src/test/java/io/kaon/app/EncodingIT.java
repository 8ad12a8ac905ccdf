package io.kaon.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Compressed requests and answers, and answers to pages of other origins.
final class EncodingIT {
    private static final int MIB = 1 << 20;

    @TempDir
    private static Path models;

    private static ServerProcess server;
    private static HttpClient client;

    @BeforeAll
    static void start() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("m/1")));
        server =
                ServerProcess.serve(models, "--rest_api_enable_cors_support", "-Dkaon.limits.request-bytes=" + 4 * MIB);
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Test
    void takesACompressedRequest() throws Exception {
        HttpResponse<byte[]> answer = send(request()
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(gzip("{\"instances\":[1,2]}".getBytes(UTF_8)))));
        assertThat(compact(answer.body())).isEqualTo("{\"predictions\":[2.5,3.0]}");
    }

    @Test
    void refusesACompressedRequestThatIsTooLargeOrNone() throws Exception {
        HttpResponse<byte[]> bomb = send(request()
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(gzip(new byte[64 * MIB]))));
        assertThat(bomb.statusCode()).isEqualTo(413);
        assertThat(new String(bomb.body(), UTF_8)).contains("at most " + 4 * MIB + " bytes");

        HttpResponse<byte[]> none =
                send(request().header("Content-Encoding", "gzip").POST(BodyPublishers.ofString("{\"instances\":[1]}")));
        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(new String(none.body(), UTF_8)).contains("The document is empty");
    }

    @Test
    void compressesALargeAnswerForAClientThatAsks() throws Exception {
        HttpRequest.Builder large = request().POST(BodyPublishers.ofString(rows(5000)));
        HttpResponse<byte[]> packed = send(large.copy().header("Accept-Encoding", "deflate, gzip;q=0.5"));
        assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
        byte[] plain = send(large.copy()).body();
        assertThat(packed.body().length).isLessThan(plain.length / 2);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes())
                .isEqualTo(plain);

        assertThat(send(large.copy().header("Accept-Encoding", "gzip;q=0")).body())
                .isEqualTo(plain);
        HttpResponse<byte[]> small =
                send(request().header("Accept-Encoding", "gzip").POST(BodyPublishers.ofString("{\"instances\":[1]}")));
        assertThat(small.headers().firstValue("Content-Encoding")).isEmpty();
    }

    @Test
    void letsPagesOfOtherOriginsReadEveryAnswer() throws Exception {
        HttpResponse<byte[]> answer =
                send(HttpRequest.newBuilder(server.url("/v1/models/nope")).GET());
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Methods")).contains("POST, GET");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Headers")).contains("Content-Type");
        HttpResponse<byte[]> preflight = send(HttpRequest.newBuilder(server.url("/v1/models/m:predict"))
                .header("X-Origin", "unused")
                .method("OPTIONS", BodyPublishers.noBody()));
        assertThat(preflight.statusCode()).isEqualTo(400);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                .contains("*");
    }

    private static String rows(int count) {
        return IntStream.range(0, count)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(",", "{\"instances\":[", "]}"));
    }

    private static HttpRequest.Builder request() {
        return HttpRequest.newBuilder(server.url("/v1/models/m:predict"));
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String compact(byte[] json) {
        return new String(json, UTF_8).replaceAll("\\s", "");
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }
}
