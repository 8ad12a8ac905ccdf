package io.kaon.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// The processes that the benchmark has started. However it ends, none outlives it.
final class Children implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Path logs;
    private final Set<ProcessHandle> alive = ConcurrentHashMap.newKeySet();

    /// @param logs where their output goes
    Children(Path logs) throws IOException {
        this.logs = Files.createDirectories(logs);
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "end-children"));
    }

    /// Takes over a process that another program has started.
    void adopt(ProcessHandle process) {
        alive.add(process);
        CompletableFuture<?> _ = process.onExit().thenRun(() -> alive.remove(process));
    }

    Process start(String name, Path directory, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log(name).toFile());
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            adopt(process.toHandle());
            return process;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Starts a server and waits until it says that it is ready.
    Process startServer(String name, Path directory, String ready, List<String> command) {
        Process process = start(name, directory, Map.of(), command);
        if (!happens(START, () -> !process.isAlive() || output(name).contains(ready))
                || !output(name).contains(ready)) {
            process.destroyForcibly();
            throw new IllegalStateException(name + " did not start; it said:\n" + output(name));
        }
        return process;
    }

    /// Runs a command to its end.
    ///
    /// @return what it wrote
    /// @throws IllegalStateException if it fails or takes longer than it may
    String run(String name, Path directory, Duration limit, List<String> command) {
        Process process = start(name, directory, Map.of(), command);
        try {
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(name + " took longer than " + limit.toSeconds() + " s");
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + " ended with " + process.exitValue() + "; it said:\n" + output(name));
        }
        return output(name);
    }

    /// Looks again and again whether something has happened.
    ///
    /// @return false if it has not when the time is over
    static boolean happens(Duration limit, BooleanSupplier event) {
        long end = System.nanoTime() + limit.toNanos();
        while (!event.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            pause(LOOK_AGAIN);
        }
        return true;
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    /// The virtual machine that the benchmark runs in, with the options that Kaon's launcher gives. Programs of the
    /// benchmark find their classes by the variable `CLASSPATH`, which they inherit.
    static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
    }

    @Override
    public void close() {
        alive.forEach(ProcessHandle::destroyForcibly);
    }

    private Path log(String name) {
        return logs.resolve(name + ".log").toAbsolutePath();
    }

    private String output(String name) {
        try {
            return Files.readString(log(name));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
