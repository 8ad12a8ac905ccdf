package io.kaon.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.ServerProcess.Finished;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged program pulls.
final class PullIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// It takes a disk seconds, and a signal less.
    private static final long HUGE = 4L << 30;

    private static final Path SCRIPT = Path.of("/usr/bin/script");

    @TempDir
    private Path folder;

    /// For programs that run as another user than the tests too, as those in images do.
    @BeforeEach
    void letOthersWrite() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @Test
    void pullsAModelThatIsThenChecked() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("m/1")));
        String copy = folder.resolve("new/copy").toString();
        Finished pull = ServerProcess.run(Map.of(), "pull", "file:" + folder.resolve("m"), copy);
        assertThat(pull.status()).isZero();
        assertThat(pull.output().lines().toList())
                .last()
                .asString()
                .matches("1 file, \\d+ B in \\d+\\.\\d s \\(.+/s\\)");
        assertThat(ServerProcess.run(Map.of(), "check", copy).status()).isZero();
        Finished again = ServerProcess.run(Map.of(), "pull", "file:" + folder.resolve("m"), copy);
        assertThat(again.status()).isZero();
        assertThat(again.output()).contains("has all of it already");
        Finished other = ServerProcess.run(Map.of(), "pull", folder.toString(), copy);
        assertThat(other.status()).isEqualTo(2);
        assertThat(other.output()).contains("holds something else than what");
    }

    @Test
    void saysHowToGoOnWhenItIsInterrupted() throws Exception {
        Path file = hugeModel();
        Path model = folder.resolve("m");
        Path copy = folder.resolve("copy");
        List<String> line = new ArrayList<>(ServerProcess.command(List.of()));
        line.addAll(List.of("pull", model.toString(), copy.toString()));
        Process pull = new ProcessBuilder(line).redirectErrorStream(true).start();
        try {
            awaitBytes(folder.resolve(".copy.pull/partial"));
            assertThat(new ProcessBuilder("kill", "-" + interrupt(), Long.toString(pull.pid()))
                            .start()
                            .waitFor())
                    .isZero();
            String output = new String(pull.getInputStream().readAllBytes(), UTF_8);
            assertThat(pull.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(pull.exitValue()).isEqualTo(130);
            assertThat(output)
                    .contains("stopped: ", "have come and stay in " + folder.resolve(".copy.pull/partial"))
                    .contains("the same command goes on there")
                    .doesNotContain("error: ");
        } finally {
            pull.destroyForcibly();
        }
        assertThat(copy).doesNotExist();
        Files.writeString(file, "other");
        assertThat(ServerProcess.run(Map.of(), "pull", model.toString(), copy.toString())
                        .status())
                .isZero();
        assertThat(copy.resolve("model.onnx")).hasContent("other");
    }

    /// What a terminal sends on Ctrl-C. What runs in the background of a script is started to ignore it, and so
    /// is all that it starts; then the signal that ends services.
    private static String interrupt() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return "INT";
        }
        String ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> line.substring("SigIgn:".length()).strip())
                .findFirst()
                .orElse("0");
        int bit = 1 << (2 - 1);
        return (Long.parseUnsignedLong(ignored, 16) & bit) == 0 ? "INT" : "TERM";
    }

    /// When the terminal goes away, so does the program.
    @Test
    void drawsABarOnATerminal() throws Exception {
        assumeTrue(Files.isExecutable(SCRIPT), "nothing makes a terminal here");
        hugeModel();
        List<String> line = new ArrayList<>(ServerProcess.command(List.of()));
        line.addAll(List.of(
                "pull", folder.resolve("m").toString(), folder.resolve("copy").toString()));
        ProcessBuilder builder = new ProcessBuilder(SCRIPT.toString(), "-qec", String.join(" ", line), "/dev/null");
        builder.environment().put("TERM", "xterm");
        Process terminal = builder.redirectErrorStream(true).start();
        StringBuilder seen = new StringBuilder();
        try (Reader output = new InputStreamReader(terminal.getInputStream(), UTF_8)) {
            for (int next = output.read(); next >= 0 && seen.indexOf("GiB  ") < 0; next = output.read()) {
                seen.append((char) next);
            }
        } finally {
            terminal.destroy();
        }
        assertThat(seen.toString()).containsPattern("\r\u001b\\[K\\[#*-+] +\\d+%  .* of 4\\.0 GiB  ");
        assertThat(terminal.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private Path hugeModel() throws IOException {
        Path file = Files.createDirectories(folder.resolve("m")).resolve("model.onnx");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(HUGE);
        }
        return file;
    }

    private static void awaitBytes(Path directory) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.isDirectory(directory) || isEmpty(directory)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("nothing comes to " + directory);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var children = Files.list(directory)) {
            return children.findAny().isEmpty();
        }
    }
}
