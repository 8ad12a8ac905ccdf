package io.kaon.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Answers over HTTP whatever a test wants, and remembers what it was asked.
public final class FakeRestServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /// Does what a server does with a request.
    @FunctionalInterface
    public interface Answer {
        void give(HttpExchange exchange) throws IOException;
    }

    public FakeRestServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String target = exchange.getRequestURI().getRawPath();
            asked.add(exchange.getRequestMethod() + " " + target + (body.isEmpty() ? "" : " " + body));
            answers.getOrDefault(target, text(404, "text/html", "<h1>Not Found</h1>"))
                    .give(exchange);
        });
        server.start();
    }

    public static Answer json(String body) {
        return text(200, "application/json", body);
    }

    public static Answer text(int status, String type, String body) {
        return bytes(status, type, body.getBytes(StandardCharsets.UTF_8));
    }

    public static Answer bytes(int status, String type, byte[] body) {
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        };
    }

    /// A body without an end.
    public static Answer endless() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                byte[] part = "[1.0, 2.0, ".repeat(1000).getBytes(StandardCharsets.UTF_8);
                while (true) {
                    out.write(part);
                }
            }
        };
    }

    public FakeRestServer on(String path, Answer answer) {
        answers.put(path, answer);
        return this;
    }

    /// Method, path and body of each request.
    public List<String> asked() {
        return List.copyOf(asked);
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
