package io.kaon.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server of other makers as a child process. It ends with this one.
final class ChildServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Pattern saysReady;
    private final Thread killer;
    private final Queue<String> output = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<String> ready = new CompletableFuture<>();

    private ChildServer(Process process, Pattern saysReady) {
        this.process = process;
        this.saysReady = saysReady;
        killer = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        Thread.ofVirtual().start(this::drain);
    }

    /// Starts it without waiting.
    ///
    /// @param saysReady what a line of its output has when it listens; the first group is what `awaitReady` gives
    static ChildServer start(List<String> line, Map<String, String> environment, Pattern saysReady) {
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            return new ChildServer(builder.start(), saysReady);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Waits until it listens, and kills it when that takes too long.
    String awaitReady() {
        try {
            return ready.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            close();
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        } catch (ExecutionException | TimeoutException failure) {
            close();
            throw new AssertionError("the server did not become ready:\n" + String.join("\n", output), failure);
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /// Kills it, and returns when it has ended.
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(killer);
        process.destroyForcibly();
        process.onExit().join();
    }

    private void drain() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output.add(line);
                Matcher said = saysReady.matcher(line);
                if (said.find()) {
                    ready.complete(said.group(1));
                }
            }
        } catch (IOException failure) {
            output.add("output ended: " + failure);
        }
        ready.completeExceptionally(new IllegalStateException("the process ended"));
    }
}
