package io.kaon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kaon.testkit.PublishedSavedModels;
import io.kaon.testkit.TorchScriptArchive;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Broken files of real models are refused or served; no engine takes the process down.
///
/// Each is tried in a child process, because native code that meets the unexpected may end it. A process that dies, or
/// that says nothing for long, is counted, its input is kept, and another goes on behind it.
///
/// Every run tries the same files, so that a fault shows with the change that brings it. To look for faults
/// that none of them finds, `-Dkaon.fuzz.seed=N` tries others and `-Dkaon.fuzz.inputs=N` tries N per model.
final class BrokenModelFuzzTest {
    private static final int INPUTS = Integer.getInteger("kaon.fuzz.inputs", 60);
    private static final long SEED = Long.getLong("kaon.fuzz.seed", 994_274_652);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path KEPT = Path.of("target/broken-models");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "models/half_plus_two/1, model.onnx",
        "models/mnist/1, model.onnx",
        "models/mnist_savedmodel/1, 'saved_model.pb,variables/variables.index'",
        "layers, 'model.pt,config.pbtxt'",
        "half_plus_two_cpu, 'saved_model.pb,variables/variables.index,variables/variables.data-00000-of-00001'"
    })
    void endNoProcess(String model, String files) throws IOException, InterruptedException {
        Path sound = sound(model);
        System.out.println("seed " + SEED);
        Tally tally = new Tally();
        for (int next = 0; next < INPUTS; ) {
            Path copy = copy(sound, folder.resolve("from-" + next));
            next = load(copy, files, next, model.replace('/', '-'), tally);
        }
        System.out.println(model + ": " + INPUTS + " tried, " + tally);
        assertThat(tally.faults).as("kept under %s", KEPT).isEmpty();
        assertThat(tally.refused + tally.loaded).isEqualTo(INPUTS);
    }

    private Path sound(String model) throws IOException {
        if (model.equals("layers")) {
            Path torch = Files.createDirectory(folder.resolve(model));
            TorchScriptArchive.layers().writeTo(torch);
            return torch;
        }
        boolean published = !model.contains("/");
        assumeTrue(!published || PublishedSavedModels.present(), "no published SavedModels");
        return published ? PublishedSavedModels.version(model) : Path.of(model);
    }

    private static final class Tally {
        private int refused;
        private int loaded;
        private final List<String> faults = new ArrayList<>();

        @Override
        public String toString() {
            return refused + " refused, " + loaded + " loaded, " + faults.size() + " crashed";
        }
    }

    /// @return the number of the input to go on with
    private static int load(Path copy, String files, int first, String model, Tally tally)
            throws IOException, InterruptedException {
        Path log = copy.resolveSibling(copy.getFileName() + ".log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Xmx512m",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + copy.resolveSibling("hs_err_%p.log"),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        BrokenModelLoads.class.getName(),
                        copy.toString(),
                        files,
                        Long.toString(SEED),
                        Integer.toString(first),
                        Integer.toString(INPUTS))
                .redirectError(log.toFile())
                .start();
        AtomicLong heard = new AtomicLong(System.nanoTime());
        Thread watch = Thread.ofVirtual().start(() -> killWhenSilent(process, heard));
        int tried = first - 1;
        String last = "";
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard.set(System.nanoTime());
                last = line;
                if (line.startsWith("try ")) {
                    tried = Integer.parseInt(line.substring(4));
                } else if (line.equals(BrokenModelLoads.REFUSED)) {
                    tally.refused++;
                } else if (line.equals(BrokenModelLoads.LOADED)) {
                    tally.loaded++;
                } else {
                    tally.faults.add("input " + tried + " of seed " + SEED + ": " + line);
                }
            }
        }
        int status = process.waitFor();
        watch.interrupt();
        if (status == 0) {
            return INPUTS;
        }
        if (last.startsWith("try ")) {
            tally.faults.add("input " + tried + " of seed " + SEED + ": the process ended with " + status);
            Path kept = KEPT.resolve(model + "-" + SEED + "-" + tried);
            copy(copy, kept);
            Files.copy(log, kept.resolve("log.txt"));
        } else {
            throw new AssertionError("the process ended with " + status + " between inputs:\n" + Files.readString(log));
        }
        return tried + 1;
    }

    private static void killWhenSilent(Process process, AtomicLong heard) {
        try {
            while (!process.waitFor(1, TimeUnit.SECONDS)) {
                if (System.nanoTime() - heard.get() > PATIENCE.toNanos()) {
                    process.destroyForcibly();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.write(target, Files.readAllBytes(path));
                }
            }
        }
        return to;
    }
}
