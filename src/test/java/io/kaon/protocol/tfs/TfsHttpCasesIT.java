package io.kaon.protocol.tfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ManagedChannel;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The recorded cases that need a whole server, one test each. Those that are written as a request are sent as they
/// are; the others say what to do in words, and are done here by their ids.
final class TfsHttpCasesIT {
    /// Merging requests into batches brings this one.
    private static final List<String> NOT_YET = List.of("http.batch_task_too_big");

    @TempDir
    private static Path models;

    private static ServerProcess server;
    private static HttpClient client;

    @BeforeAll
    static void start() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("m/1")));
        OnnxModels.slow(300_000).writeTo(Files.createDirectories(models.resolve("slow/1")));
        server = ServerProcess.serve(models, "--rest_api_timeout_in_ms=200", "-Dkaon.batch.lanes=1");
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    static Stream<Named<JsonObject>> answers() {
        return TfsCases.all("http")
                .filter(each -> !NOT_YET.contains(each.getString("id")))
                .map(each -> Named.of(each.getString("id"), each));
    }

    @ParameterizedTest
    @MethodSource
    void answers(JsonObject each) throws Exception {
        JsonObject expect = each.getJsonObject("expect");
        HttpResponse<String> answer = answer(each.getString("id"), each.getString("request"));
        if (expect.containsKey("http")) {
            assertThat(answer.statusCode()).isEqualTo(expect.getInteger("http"));
        }
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        if (expect.containsKey("error")) {
            assertThat(new JsonObject(answer.body()).getString("error")).isEqualTo(expect.getString("error"));
        }
        String phrase = switch (expect.getString("error_kind", "")) {
            case "" -> "";
            case "json_syntax" -> "JSON Parse error";
            case "examples_missing" -> "'examples' is expected and was not found";
            case "empty_body" -> "The document is empty";
            default -> throw new AssertionError("a new kind of error: " + expect);
        };
        assertThat(answer.body()).contains(phrase);
        if (expect.containsKey("body")) {
            assertThat(new JsonObject(answer.body()).getJsonArray("model_version_status"))
                    .isNotEmpty();
        }
    }

    private static HttpResponse<String> answer(String id, String request) throws Exception {
        return switch (id) {
            case "http.success_headers" -> server.get("/v1/models/m");
            case "http.gzip_request" -> compressed(gzip("{\"instances\":[1]}"));
            case "http.gzip_bad" -> compressed("{\"instances\":[1]}".getBytes(UTF_8));
            case "http.timeout" -> slow().get();
            case "http.batch_queue_timeout" -> behindAnother();
            default -> send(request);
        };
    }

    private static HttpResponse<String> send(String request) {
        String[] parts = request.split(" ", 3);
        return server.send(HttpRequest.newBuilder(server.url(parts[1]))
                .method(parts[0], parts.length == 3 ? BodyPublishers.ofString(parts[2]) : BodyPublishers.noBody())
                .build());
    }

    private static HttpResponse<String> compressed(byte[] body) {
        return server.send(HttpRequest.newBuilder(server.url("/v1/models/m:predict"))
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(UTF_8));
        }
        return packed.toByteArray();
    }

    /// A run that takes longer than a request may.
    private static CompletableFuture<HttpResponse<String>> slow() {
        String row = String.join(",", Collections.nCopies(256, "1"));
        return client.sendAsync(
                HttpRequest.newBuilder(server.url("/v1/models/slow:predict"))
                        .POST(BodyPublishers.ofString("{\"instances\":[[" + row + "]]}"))
                        .build(),
                BodyHandlers.ofString());
    }

    /// A gRPC call with more time has the only lane, so the request is still in the queue when its time is up.
    private static HttpResponse<String> behindAnother() throws Exception {
        ManagedChannel channel = server.channel();
        try {
            ListenableFuture<PredictResponse> call = PredictionServiceGrpc.newFutureStub(channel)
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .predict(GrpcTensors.predict("slow", "x", GrpcTensors.floats(new float[256], 1, 256)));
            HttpResponse<String> answer = slow().get();
            while (answer.statusCode() == 504) {
                // The call has not come yet.
                assertThat(call.isDone()).isFalse();
                answer = slow().get();
            }
            return answer;
        } finally {
            channel.shutdownNow();
        }
    }
}
