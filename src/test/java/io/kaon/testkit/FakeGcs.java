package io.kaon.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A stub of what a reader asks of Google Cloud Storage, written from Google's description of its JSON API:
/// listings by prefix and delimiter in pages, content by generation and range, requester pays, and the two
/// servers that give tokens (for keys of service accounts, and for what runs on Google's machines). Where
/// fake-gcs-server is there, the tests run against that as well.
///
/// It keeps each object's newest generation alone, as a bucket without versioning does, and any name.
public final class FakeGcs implements GcsObjects {
    private static final String OBJECTS = "/storage/v1/b/";

    /// Content is asked for at another address than all else.
    private static final String DOWNLOAD = "/download";

    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, NavigableMap<String, FakeGcsObject>> buckets = new ConcurrentHashMap<>();
    private final Set<String> paidByRequester = ConcurrentHashMap.newKeySet();
    private final AtomicInteger made = new AtomicInteger();
    private final int pageSize;
    private volatile @Nullable String token;
    private volatile boolean grants = true;

    private FakeGcs(HttpServer http, int pageSize) {
        this.http = http;
        this.pageSize = pageSize;
    }

    /// @param pageSize names that a page of a listing has at most
    public static FakeGcs start(int pageSize) {
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            FakeGcs fake = new FakeGcs(http, pageSize);
            http.createContext("/", fake::answer);
            http.setExecutor(fake.threads);
            http.start();
            return fake;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// From now on only requests with this token are answered, which is the one that is given out.
    public void requireToken(String wanted) {
        token = wanted;
    }

    /// From now on no token is given out.
    public void refuseTokens() {
        grants = false;
    }

    /// From now on requests to this bucket must name a project.
    public void letRequestersPay(String bucket) {
        paidByRequester.add(bucket);
    }

    @Override
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    @Override
    public String createBucket() {
        String bucket = "bucket-" + made.incrementAndGet();
        buckets.put(bucket, new ConcurrentSkipListMap<>());
        return bucket;
    }

    @Override
    public void put(String bucket, String name, byte[] bytes) {
        objects(bucket).put(name, new FakeGcsObject(bytes, false));
    }

    /// Puts an object as composing others makes it: without an MD5.
    public void compose(String bucket, String name, byte[] bytes) {
        objects(bucket).put(name, new FakeGcsObject(bytes, true));
    }

    @Override
    public void remove(String bucket, String name) {
        objects(bucket).keySet().removeIf(each -> each.equals(name) || each.startsWith(name + "/"));
    }

    private NavigableMap<String, FakeGcsObject> objects(String bucket) {
        NavigableMap<String, FakeGcsObject> objects = buckets.get(bucket);
        if (objects == null) {
            throw new IllegalArgumentException("there is no bucket " + bucket);
        }
        return objects;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String asked = exchange.getRequestURI().getRawPath();
            String path = asked.startsWith(DOWNLOAD) ? asked.substring(DOWNLOAD.length()) : asked;
            if (path.startsWith(OBJECTS)) {
                store(exchange, path.substring(OBJECTS.length()), query(exchange));
            } else if (path.endsWith("/universe-domain")) {
                byte[] usual = "googleapis.com".getBytes(UTF_8);
                exchange.getResponseHeaders().set("Metadata-Flavor", "Google");
                exchange.sendResponseHeaders(200, usual.length);
                exchange.getResponseBody().write(usual);
            } else if (path.equals("/token") || path.startsWith("/computeMetadata/")) {
                giveToken(exchange);
            } else {
                // What tells Google's machines from others.
                exchange.getResponseHeaders().set("Metadata-Flavor", "Google");
                exchange.sendResponseHeaders(200, -1);
            }
        }
    }

    private void giveToken(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Metadata-Flavor", "Google");
        if (grants) {
            send(
                    exchange,
                    200,
                    new JsonObject()
                            .put("access_token", String.valueOf(token))
                            .put("expires_in", 3600)
                            .put("token_type", "Bearer"));
        } else {
            send(
                    exchange,
                    400,
                    new JsonObject()
                            .put("error", "invalid_grant")
                            .put("error_description", "Invalid JWT: the token must be a short-lived token"));
        }
    }

    private void store(HttpExchange exchange, String path, Map<String, String> query) throws IOException {
        String[] parts = path.split("/", 3);
        NavigableMap<String, FakeGcsObject> objects = buckets.get(parts[0]);
        String wanted = token;
        String shown = exchange.getRequestHeaders().getFirst("Authorization");
        if (wanted != null && shown == null) {
            refuse(exchange, 401, "required", "Anonymous caller does not have storage.objects.list access");
        } else if (wanted != null && !("Bearer " + wanted).equals(shown)) {
            refuse(exchange, 403, "forbidden", "The caller does not have storage.objects.list access");
        } else if (objects == null) {
            refuse(exchange, 404, "notFound", "The specified bucket does not exist.");
        } else if (paidByRequester.contains(parts[0]) && !query.containsKey("userProject")) {
            String text = "Bucket is a requester pays bucket but no user project provided.";
            refuse(exchange, 400, "required", text);
        } else if (parts.length < 3) {
            send(exchange, 200, FakeGcsListing.of(parts[0], objects, query, pageSize));
        } else {
            content(exchange, objects.get(decoded(parts[2])), query);
        }
    }

    private static void content(HttpExchange exchange, @Nullable FakeGcsObject object, Map<String, String> query)
            throws IOException {
        if (object == null || !Long.toString(object.generation()).equals(query.get("generation"))) {
            refuse(exchange, 404, "notFound", "No such object");
            return;
        }
        exchange.getResponseHeaders().set("x-goog-generation", Long.toString(object.generation()));
        exchange.getResponseHeaders().add("x-goog-hash", "crc32c=" + object.crc32c());
        String range = exchange.getRequestHeaders().getFirst("Range");
        byte[] bytes = object.bytes();
        if (range == null) {
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            return;
        }
        String[] ends = range.substring("bytes=".length()).split("-", 2);
        int from = Integer.parseInt(ends[0]);
        int to = Integer.parseInt(ends[1]);
        exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + to + "/" + bytes.length);
        exchange.sendResponseHeaders(206, to - from + 1);
        exchange.getResponseBody().write(bytes, from, to - from + 1);
    }

    private static void refuse(HttpExchange exchange, int status, String reason, String message) throws IOException {
        JsonObject error =
                new JsonObject().put("domain", "global").put("reason", reason).put("message", message);
        send(
                exchange,
                status,
                new JsonObject()
                        .put(
                                "error",
                                new JsonObject()
                                        .put("code", status)
                                        .put("message", message)
                                        .put("errors", new JsonArray().add(error))));
    }

    private static void send(HttpExchange exchange, int status, JsonObject json) throws IOException {
        byte[] body = json.encode().getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        String text = exchange.getRequestURI().getRawQuery();
        for (String pair : text == null ? new String[0] : text.split("&", -1)) {
            String[] sides = pair.split("=", 2);
            query.put(sides[0], decoded(sides[1]));
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
