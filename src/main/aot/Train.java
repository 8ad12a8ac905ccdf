import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Makes the cache from which the JVM starts the packaged server: it serves the models of the checkout once, with real
/// predictions, and writes down on its way out which classes it loaded and linked, and how. The cache serves only the
/// JDK, the jars and the kinds of options that it was made with; with others the JVM starts as if there were none.
///
/// What the parser of the command line consists of is brought up before, so that it can be kept: see `OldClasses`.
///
/// Run by `./kaon build` and by Dockerfile.jvm, as a source file:
///
///     java Train.java CACHE MODELS COMMAND...
///
/// where COMMAND starts the server, up to and without `serve`, and ends with its jar.
public final class Train {
    /// Enough for what runs in each request to have run with and without its caches.
    private static final int ROUNDS = 50;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Train() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        Path cache = Path.of(arguments[0]);
        bringUpOldClasses(Path.of(arguments[arguments.length - 1]).resolveSibling("lib/main"));
        List<String> line = new ArrayList<>(List.of(arguments[2], "-XX:AOTCacheOutput=" + cache));
        // How often methods ran is left out: from it the next JVM would compile, while it starts, what the start alone
        // needs, on the processors that the start needs.
        line.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining"));
        line.addAll(Arrays.asList(arguments).subList(3, arguments.length));
        List<Integer> ports = freePorts();
        int rest = ports.get(0);
        int management = ports.get(1);
        line.addAll(List.of(
                "serve",
                arguments[1],
                "--rest_api_port=" + rest,
                "--port=" + ports.get(2),
                "-Dquarkus.management.port=" + management,
                "-Dquarkus.http.host=127.0.0.1",
                "-Dkaon.grpc.host=127.0.0.1",
                "-Dquarkus.management.host=127.0.0.1",
                "-Dkaon.shutdown.delay=0s"));
        Files.deleteIfExists(cache);
        Process server = new ProcessBuilder(line).inheritIO().start();
        // What nearly all clients and probes speak; left to itself this one would ask for HTTP/2.
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            awaitReady(client, server, "http://127.0.0.1:" + management);
            ask(client, "http://127.0.0.1:" + rest + "/v1/models/");
            server.destroy();
            boolean ended = server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (!ended || server.exitValue() != 0 || Files.notExists(cache)) {
                throw new IllegalStateException("the server did not leave a cache behind: " + server);
            }
        } finally {
            server.destroyForcibly();
        }
    }

    private static void bringUpOldClasses(Path libraries) throws IOException {
        try (DirectoryStream<Path> parsers = Files.newDirectoryStream(libraries, "info.picocli.picocli-*.jar")) {
            for (Path parser : parsers) {
                OldClasses.bringUp(parser);
            }
        }
    }

    private static void awaitReady(HttpClient client, Process server, String management)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end && server.isAlive()) {
            try {
                if (get(client, management + "/q/health/ready") == 200) {
                    return;
                }
            } catch (IOException _) {
                // Its port is not open yet.
            }
            Thread.sleep(50);
        }
        throw new IllegalStateException("the server did not become ready: " + server);
    }

    private static void ask(HttpClient client, String models) throws IOException, InterruptedException {
        String row = "[" + "0.5,".repeat(27) + "1e-3]";
        String digit = "[" + (row + ",").repeat(27) + row + "]";
        for (int i = 0; i < ROUNDS; i++) {
            predict(client, models + "half_plus_two", "{\"instances\": [1.0, 2.0, 5.0]}");
            predict(client, models + "half_plus_two", "{\"signature_name\": \"serving_default\", \"inputs\": {\"x\": [3]}}");
            predict(client, models + "mnist", "{\"instances\": [" + digit + "]}");
        }
        get(client, models + "mnist");
        get(client, models + "mnist/metadata");
        // What a client is told that asks before a model is there.
        get(client, models + "none");
    }

    private static void predict(HttpClient client, String model, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(model + ":predict"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        var answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(model + " answers " + answer.statusCode() + ": " + answer.body());
        }
    }

    private static int get(HttpClient client, String address) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.discarding())
                .statusCode();
    }

    /// Three different ones: all are held until the last is found, since the system may give the same one again.
    private static List<Integer> freePorts() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket first = new ServerSocket(0, 1, loopback);
                ServerSocket second = new ServerSocket(0, 1, loopback);
                ServerSocket third = new ServerSocket(0, 1, loopback)) {
            return List.of(first.getLocalPort(), second.getLocalPort(), third.getLocalPort());
        }
    }
}
