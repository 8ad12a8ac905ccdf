package io.kaon.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.ServerProcess.Finished;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged program pulls.
final class PullIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// It takes a disk seconds, and a signal less.
    private static final long HUGE = 4L << 30;

    @TempDir
    private Path folder;

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
        Path model = Files.createDirectories(folder.resolve("m"));
        Path file = model.resolve("model.onnx");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(HUGE);
        }
        Path copy = folder.resolve("copy");
        List<String> line = new ArrayList<>(ServerProcess.command(List.of()));
        line.addAll(List.of("pull", model.toString(), copy.toString()));
        Process pull = new ProcessBuilder(line).redirectErrorStream(true).start();
        try {
            awaitBytes(folder.resolve(".copy.pull/partial"));
            assertThat(new ProcessBuilder("kill", "-INT", Long.toString(pull.pid()))
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
