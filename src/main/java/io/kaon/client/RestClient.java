package io.kaon.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Asks a server over HTTP/1.1. Every call ends after the timeout, whatever the server does, and holds no more than a
/// bounded part of an answer. Safe for use by several threads, each of which has a connection of its own.
public final class RestClient implements AutoCloseable {
    /// A quarter of the memory, so that there is room for what is made of an answer.
    private static final long LARGEST_ANSWER =
            Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 4);

    private static final int MOST_SHOWN = 120;

    private final ServerAddress address;
    private final Duration timeout;
    private final long largest;
    private final HttpClient client;

    /// @param authorities what certificates are checked against; null for the JDK's own
    /// @param timeout of a call, from the connection to the last byte
    public RestClient(ServerAddress address, @Nullable SSLContext authorities, Duration timeout) {
        this(address, authorities, timeout, LARGEST_ANSWER);
    }

    RestClient(ServerAddress address, @Nullable SSLContext authorities, Duration timeout, long largest) {
        this.address = address;
        this.timeout = timeout;
        this.largest = largest;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(timeout);
        if (authorities != null) {
            builder.sslContext(authorities);
        }
        this.client = builder.build();
    }

    /// @param path with its leading slash, encoded
    /// @throws ClientFailure when no answer came
    public RestAnswer get(String path) {
        return send(path, HttpRequest.newBuilder().GET());
    }

    /// @throws ClientFailure when no answer came
    public RestAnswer post(String path, byte[] body) {
        return send(
                path,
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private RestAnswer send(String path, HttpRequest.Builder request) {
        String url = address.url() + path;
        CompletableFuture<HttpResponse<byte[]>> coming = client.sendAsync(
                request.uri(URI.create(url)).build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), largest));
        try {
            HttpResponse<byte[]> response = coming.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return new RestAnswer(
                    url,
                    response.statusCode(),
                    response.headers().firstValue("X-Kaon-Model-Version").map(Printable::line),
                    plain(response));
        } catch (ExecutionException failure) {
            throw failed(url, failure.getCause() == null ? failure : failure.getCause());
        } catch (IOException failure) {
            throw failed(url, failure);
        } catch (TimeoutException _) {
            coming.cancel(true);
            throw timedOut(url);
        } catch (InterruptedException _) {
            coming.cancel(true);
            Thread.currentThread().interrupt();
            throw new ClientFailure("interrupted", url + ": interrupted before an answer came", null);
        }
    }

    /// Nothing is asked for compressed; a proxy may do it all the same.
    private byte[] plain(HttpResponse<byte[]> response) throws IOException {
        String coding = response.headers().firstValue("Content-Encoding").orElse("identity");
        if (!coding.equalsIgnoreCase("gzip")) {
            return response.body();
        }
        try (GZIPInputStream text = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            byte[] body = text.readNBytes(Math.toIntExact(largest + 1));
            if (body.length > largest) {
                throw new IOException("body exceeds capacity: " + largest);
            }
            return body;
        }
    }

    private ClientFailure timedOut(String url) {
        return new ClientFailure(
                "timeout",
                url + " has not answered within " + text(timeout),
                "--timeout sets how long an answer may take");
    }

    private ClientFailure failed(String url, Throwable failure) {
        String reason = Printable.shortened(Printable.line(String.valueOf(failure.getMessage())), MOST_SHOWN);
        return switch (failure) {
            case java.net.http.HttpTimeoutException _ -> timedOut(url);
            case ConnectException unreachable
            when unreachable.getCause() instanceof UnresolvedAddressException ->
                unreachable(url, "the host " + address.host() + " is unknown");
            case UnresolvedAddressException _ -> unreachable(url, "the host " + address.host() + " is unknown");
            case UnknownHostException _ -> unreachable(url, "the host " + address.host() + " is unknown");
            case ConnectException _ -> unreachable(url, "no server listens there");
            case SSLException _ ->
                new ClientFailure(
                        "TLS",
                        url + ": no encrypted connection: " + reason,
                        "--ca FILE names the authority of the server's certificate; http:// asks without encryption");
            case IOException _
            when reason.contains("exceeds capacity") ->
                new ClientFailure(
                        "too large",
                        url + ": the answer is larger than " + (largest >> 20) + " MiB",
                        "send fewer rows at once");
            default ->
                new ClientFailure(
                        "broken",
                        url + ": no answer came: " + reason,
                        reason.contains("status line")
                                ? "is it the REST port, and not that of gRPC? https:// asks with TLS"
                                : null);
        };
    }

    private static ClientFailure unreachable(String url, String reason) {
        return new ClientFailure("unreachable", url + ": " + reason, null);
    }

    static String text(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
