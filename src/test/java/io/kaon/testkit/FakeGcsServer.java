package io.kaon.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// fake-gcs-server, which others wrote to stand in for Google Cloud Storage. It is there where `.ci/servers`
/// could build it. It checks no tokens.
public final class FakeGcsServer implements GcsObjects {
    /// Why a test that needs it is skipped.
    public static final String ABSENCE =
            "there is no fake-gcs-server in target/servers: .ci/servers makes it where Go is";

    private static final Path PROGRAM =
            Path.of("target/servers/fake-gcs-server/fake-gcs-server").toAbsolutePath();

    private final ChildServer process;
    private final URI endpoint;
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger made = new AtomicInteger();

    private FakeGcsServer(ChildServer process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    public static boolean isThere() {
        return Files.isExecutable(PROGRAM);
    }

    /// Starts one that is empty, and waits until it listens.
    public static FakeGcsServer start() {
        int port = FreePorts.find(1).get(0);
        ChildServer process = ChildServer.start(
                List.of(
                        PROGRAM.toString(),
                        "-scheme=http",
                        "-host=127.0.0.1",
                        "-port=" + port,
                        "-backend=memory",
                        "-public-host=127.0.0.1:" + port),
                Map.of(),
                Pattern.compile("server started at (http://127\\.0\\.0\\.1:\\d+)"));
        return new FakeGcsServer(process, URI.create(process.awaitReady()));
    }

    @Override
    public URI endpoint() {
        return endpoint;
    }

    @Override
    public String createBucket() {
        String bucket = "bucket-" + made.incrementAndGet();
        String body = new JsonObject().put("name", bucket).encode();
        require(send("POST", "/storage/v1/b", BodyPublishers.ofString(body)));
        return bucket;
    }

    @Override
    public void put(String bucket, String name, byte[] bytes) {
        require(send(
                "POST",
                "/upload/storage/v1/b/" + bucket + "/o?uploadType=media&name=" + encoded(name),
                BodyPublishers.ofByteArray(bytes)));
    }

    @Override
    public void remove(String bucket, String name) {
        String list = "/storage/v1/b/" + bucket + "/o?prefix=" + encoded(name);
        JsonObject page =
                new JsonObject(send("GET", list, BodyPublishers.noBody()).body());
        for (Object item : page.getJsonArray("items")) {
            String each = ((JsonObject) item).getString("name");
            if (each.equals(name) || each.startsWith(name + "/")) {
                String path = "/storage/v1/b/" + bucket + "/o/" + encoded(each);
                require(send("DELETE", path, BodyPublishers.noBody()));
            }
        }
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, UTF_8).replace("+", "%20");
    }

    private HttpResponse<String> send(String method, String path, BodyPublisher body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(endpoint + path))
                .method(method, body)
                .header("Content-Type", "application/json")
                .build();
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private static void require(HttpResponse<String> answer) {
        if (answer.statusCode() >= 300) {
            throw new AssertionError(answer + " " + answer.body());
        }
    }

    @Override
    public void close() {
        client.close();
        process.close();
    }
}
