package io.kaon.testkit;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// The packaged server as a child process on free ports of the loopback interface: the jar, or the native
/// executable where the system property `kaon.executable` names one. The property `kaon.java` names another
/// program to run the jar with than the tests' own Java, which is how the jar inside an image is run.
public final class ServerProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /// What variables begin with that would change what the server does.
    private static final List<String> SETTINGS =
            List.of("KAON_", "MODEL_", "AWS_", "GOOGLE_", "GCE_", "CLOUDSDK_", "STORAGE_EMULATOR_HOST");

    private static final String EXECUTABLE = System.getProperty("kaon.executable", "");
    private static final Path TOOLS = Path.of(System.getProperty("java.home"), "bin");
    private static final String IMAGE = System.getProperty("kaon.java", "");

    private final Process process;
    private final int rest;
    private final int grpc;
    private final int management;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final HttpClient client = HttpClient.newHttpClient();

    private ServerProcess(List<String> machine, List<String> arguments, Map<String, String> environment) {
        List<Integer> ports = FreePorts.find(3);
        rest = ports.get(0);
        grpc = ports.get(1);
        management = ports.get(2);
        List<String> line = new ArrayList<>(command(machine));
        line.add("serve");
        line.addAll(arguments);
        line.addAll(List.of(
                "--rest_api_port=" + rest,
                "--port=" + grpc,
                "-Dquarkus.http.host=127.0.0.1",
                "-Dkaon.grpc.host=127.0.0.1",
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=" + management));
        process = start(line, environment);
        Thread.ofVirtual().start(this::drain);
    }

    /// Starts it on a folder of models and waits until it is ready.
    public static ServerProcess serve(Path models, String... flags) {
        List<String> arguments = new ArrayList<>(List.of(models.toString()));
        arguments.addAll(List.of(flags));
        return start(List.of(), arguments, Map.of()).awaitReady();
    }

    /// Starts it without waiting.
    ///
    /// @param machine options for the virtual machine
    public static ServerProcess start(List<String> machine, List<String> arguments, Map<String, String> environment) {
        return new ServerProcess(machine, arguments, environment);
    }

    /// Runs a command of the packaged program to its end.
    public static Finished run(Map<String, String> environment, String... arguments) {
        List<String> line = new ArrayList<>(command(List.of()));
        line.addAll(List.of(arguments));
        return run(line, environment);
    }

    private static Finished run(List<String> line, Map<String, String> environment) {
        Process process = start(line, environment);
        try {
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("still running: " + line + "\n" + text);
            }
            return new Finished(process.exitValue(), text);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /// How a command ended.
    ///
    /// @param output both streams together
    public record Finished(int status, String output) {}

    /// Waits until the initial models are up.
    public ServerProcess awaitReady() {
        try {
            ready.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return this;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        } catch (ExecutionException | TimeoutException failure) {
            close();
            throw new AssertionError("the server did not become ready:\n" + String.join("\n", output), failure);
        }
    }

    public int restPort() {
        return rest;
    }

    public int grpcPort() {
        return grpc;
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /// Both streams, line by line, as far as they have come.
    public List<String> output() {
        return List.copyOf(output);
    }

    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + rest + path);
    }

    public ManagedChannel channel() {
        return NettyChannelBuilder.forAddress("127.0.0.1", grpc)
                .usePlaintext()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
    }

    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(url(path)).GET().build());
    }

    public HttpResponse<String> post(String path, String body) {
        return send(HttpRequest.newBuilder(url(path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    public URI healthUrl(String path) {
        return URI.create("http://127.0.0.1:" + management + path);
    }

    /// Asks the management port, for example for `/q/health/ready`.
    public HttpResponse<String> health(String path) {
        return send(HttpRequest.newBuilder(healthUrl(path)).GET().build());
    }

    public HttpResponse<String> send(HttpRequest request) {
        try {
            return client.sendAsync(request, BodyHandlers.ofString()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            throw new AssertionError(request + " failed; " + end(), failure);
        } catch (TimeoutException failure) {
            throw new AssertionError(request + " was not answered; the server's threads:\n" + threads(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /// Whether the process still runs, and what it said last.
    private String end() {
        List<String> said = output();
        return (process.isAlive() ? "the server runs" : "the server has ended with status " + process.exitValue())
                + ", and said at last:\n"
                + String.join("\n", said.subList(Math.max(0, said.size() - 20), said.size()));
    }

    /// A number from the metrics page.
    public long metric(String name) {
        return health("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name));
    }

    /// Waits until a number from the metrics page is as wanted.
    public void awaitMetric(String name, LongPredicate wanted) {
        await(() -> wanted.test(metric(name)), () -> name + " stays at " + metric(name));
    }

    /// Waits until the REST port's answer to a GET is as wanted.
    public void awaitAnswer(String path, Predicate<String> wanted) {
        await(
                () -> wanted.test(get(path).body()),
                () -> path + " stays at " + get(path).body() + "; " + end());
    }

    /// Waits for a line in which the pattern is found, which may have come already.
    public void awaitLine(String pattern) {
        Predicate<String> wanted = Pattern.compile(pattern).asPredicate();
        await(() -> output.stream().anyMatch(wanted), () -> "no line has " + pattern + "; " + end());
    }

    private static void await(BooleanSupplier wanted, Supplier<String> instead) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!wanted.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(instead.get());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /// Bytes of the heap that are in use after a collection; 0 where that cannot be told.
    public long usedHeap() {
        if (isExecutable()) {
            return 0;
        }
        run(List.of(TOOLS.resolve("jcmd").toString(), Long.toString(process.pid()), "GC.run"), Map.of());
        return metric("jvm_memory_used_bytes{area=\"heap\"}");
    }

    /// What its threads are doing.
    private String threads() {
        if (isExecutable()) {
            return "an executable does not tell";
        }
        String jcmd = TOOLS.resolve("jcmd").toString();
        return run(List.of(jcmd, Long.toString(process.pid()), "Thread.print"), Map.of())
                .output();
    }

    /// Sends SIGTERM.
    public void terminate() {
        process.toHandle().destroy();
    }

    /// Waits for the end.
    ///
    /// @return the exit status
    public int awaitExit() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the server did not end:\n" + String.join("\n", output));
            }
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /// Kills it if it still runs.
    @Override
    public void close() {
        client.shutdownNow();
        process.destroyForcibly();
    }

    /// Whether the program under test is the native executable and not the jar.
    public static boolean isExecutable() {
        return !EXECUTABLE.isEmpty();
    }

    /// Whether the program under test is the jar inside an image.
    public static boolean isImage() {
        return !IMAGE.isEmpty();
    }

    /// Whether the program under test, of whatever kind, runs in a container of its image (`.ci/enter`).
    public static boolean isInContainer() {
        return System.getenv("CONTAINER_ENTRY") != null;
    }

    /// What starts the program, without its own arguments. The executable takes the machine's options, such as
    /// `-Xmx`, among those.
    public static List<String> command(List<String> machine) {
        if (isExecutable()) {
            List<String> line = new ArrayList<>(List.of(EXECUTABLE));
            line.addAll(machine);
            return line;
        }
        List<String> line = new ArrayList<>(List.of(
                isImage() ? IMAGE : TOOLS.resolve("java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        line.addAll(machine);
        line.addAll(List.of("-jar", System.getProperty("kaon.jar", "target/quarkus-app/quarkus-run.jar")));
        return line;
    }

    private static Process start(List<String> line, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> SETTINGS.stream().anyMatch(name::startsWith));
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void drain() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output.add(line);
                if (line.startsWith("REST ")) {
                    ready.complete(null);
                }
            }
        } catch (IOException failure) {
            output.add("output ended: " + failure);
        }
        ready.completeExceptionally(new IllegalStateException("the process ended"));
    }
}
