package io.kaon.testkit;

import io.kaon.storage.LocalTree;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

/// A server of other makers as a child process, in an empty folder that goes when it ends. It ends with this
/// process.
final class ChildServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final Process process;
    private final Pattern saysReady;
    private final Thread killer;
    private final Queue<String> output = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<String> ready = new CompletableFuture<>();

    private ChildServer(Path folder, Process process, Pattern saysReady) {
        this.folder = folder;
        this.process = process;
        this.saysReady = saysReady;
        killer = new Thread(this::kill);
        Runtime.getRuntime().addShutdownHook(killer);
        Thread.ofVirtual().start(this::drain);
    }

    /// Starts it without waiting.
    ///
    /// @param line with absolute paths, because the folder that it runs in is its own
    /// @param saysReady what a line of its output has when it listens; the first group is what `awaitReady`
    /// gives
    static ChildServer start(List<String> line, Map<String, String> environment, Pattern saysReady) {
        try {
            Path folder = Files.createTempDirectory("kaon-server");
            ProcessBuilder builder =
                    new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true);
            builder.environment().putAll(environment);
            return new ChildServer(folder, builder.start(), saysReady);
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

    Path folder() {
        return folder;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /// Kills it, and returns when it has ended.
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(killer);
        kill();
    }

    private void kill() {
        // What a script has started would outlive it.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
        try {
            LocalTree.delete(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
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
