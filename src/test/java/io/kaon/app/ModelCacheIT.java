package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a server copies for itself is its own, and does not outlive it for long, however it ends.
final class ModelCacheIT {
    @TempDir
    private Path folder;

    @Test
    void leavesNothingThatTheNextServerDoesNotRemove() throws IOException {
        Path cache = cache();
        Path models = Files.createDirectories(folder.resolve("models"));
        OnnxModels.writeWithExternalWeights(Files.createDirectories(models.resolve("add/1")), Tensors.floats(10));
        Path copy = leftByAKilledServer(models, cache);
        try (ServerProcess next = serveWithOwnCache(models, cache)) {
            awaitRemoval(copy);
            assertThat(weights(onlyDirectory(cache))).hasSize(1);
            next.terminate();
            assertThat(next.awaitExit()).isZero();
        }
        assertThat(own(cache)).isEmpty();
    }

    @Test
    void findsAgainInAKeptCacheWhatEarlierServersCopiedHoweverTheyEnded() throws IOException {
        Path cache = cache();
        Path models = Files.createDirectories(folder.resolve("models"));
        OnnxModels.writeWithExternalWeights(Files.createDirectories(models.resolve("add/1")), Tensors.floats(10));
        Path weights;
        FileTime copied;
        try (ServerProcess killed = serve(models, cache)) {
            weights = weights(cache.resolve("kaon-cache")).getFirst();
            copied = Files.getLastModifiedTime(weights);
            assertThat(killed.handle().destroyForcibly()).isTrue();
            int _ = killed.awaitExit();
        }
        try (ServerProcess next = serve(models, cache)) {
            assertThat(next.get("/v1/models/add").body()).contains("AVAILABLE");
            next.terminate();
            assertThat(next.awaitExit()).isZero();
        }
        assertThat(weights(cache.resolve("kaon-cache"))).containsExactly(weights);
        assertThat(Files.getLastModifiedTime(weights))
                .as("it is not copied again")
                .isEqualTo(copied);
    }

    /// Another user could change what is served.
    @Test
    void trustsNoKeptCacheThatOthersMayWriteTo() throws IOException {
        Path cache = cache();
        Path kept = Files.createDirectory(cache.resolve("kaon-cache"));
        Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path models = Files.createDirectories(folder.resolve("models"));
        OnnxModels.writeWithExternalWeights(Files.createDirectories(models.resolve("add/1")), Tensors.floats(10));
        try (ServerProcess server = serve(models, cache)) {
            assertThat(server.get("/v1/models/add").body()).contains("AVAILABLE");
            assertThat(server.output())
                    .anyMatch(line -> line.contains("model=add/1 cannot be copied to the cache")
                            && line.contains(kept.toString()));
        }
        assertThat(kept).isEmptyDirectory();
    }

    @Test
    void removesWhatAnEarlierServerLeftThoughItNeedsNoCacheItself() throws IOException {
        Path cache = cache();
        Path external = Files.createDirectories(folder.resolve("external"));
        OnnxModels.writeWithExternalWeights(Files.createDirectories(external.resolve("add/1")), Tensors.floats(10));
        Path left = leftByAKilledServer(external, cache);
        Path models = Files.createDirectories(folder.resolve("models"));
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("half/1")));
        try (ServerProcess _ = serveWithOwnCache(models, cache)) {
            awaitRemoval(left);
        }
    }

    /// No user can make a folder there, not even root.
    @Test
    void servesFromAFolderThoughTheCacheCannotBeMade() throws IOException {
        Path models = Files.createDirectories(folder.resolve("models"));
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("half/1")));
        OnnxModels.writeWithExternalWeights(Files.createDirectories(models.resolve("add/1")), Tensors.floats(10));
        try (ServerProcess server = serve(models, Path.of("/proc/no-cache"))) {
            assertThat(server.get("/v1/models/half").body()).contains("AVAILABLE");
            assertThat(server.get("/v1/models/add").body()).contains("AVAILABLE");
            assertThat(server.output())
                    .anyMatch(line -> line.contains("model=add/1 cannot be copied to the cache"))
                    .noneMatch(line -> line.contains("model=half/1 cannot"));
        }
    }

    @Test
    void makesNoCacheForModelsThatAreServedFromWhereTheyAre() throws IOException {
        Path cache = cache();
        Path models = Files.createDirectories(folder.resolve("models"));
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("half/1")));
        try (ServerProcess _ = serve(models, cache)) {
            assertThat(cache).isEmptyDirectory();
        }
    }

    @Test
    void saysInTheOperatorsTermsWhichWeightsAreMissing() throws IOException {
        Path cache = cache();
        Path version = Files.createDirectories(folder.resolve("models/add/1"));
        OnnxModels.writeWithExternalWeights(version, Tensors.floats(10));
        Files.delete(version.resolve("weights.bin"));
        try (ServerProcess server = serve(folder.resolve("models"), cache)) {
            assertThat(server.get("/v1/models/add").body())
                    .contains(
                            version + " lacks `weights.bin` (with tensor `w`): copy them there too, beside model.onnx")
                    .doesNotContain(cache.toString());
        }
    }

    /// For servers that run as another user than the tests too, as those in images do.
    private Path cache() throws IOException {
        Path cache = Files.createDirectory(folder.resolve("cache"));
        return Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    /// What a server has copied of one model with external weights, and left behind.
    private static Path leftByAKilledServer(Path models, Path cache) throws IOException {
        Path copy;
        try (ServerProcess killed = serveWithOwnCache(models, cache)) {
            copy = onlyDirectory(cache);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                    .isEqualTo("rwx------");
            assertThat(weights(copy)).hasSize(1);
            assertThat(killed.handle().destroyForcibly()).isTrue();
            int _ = killed.awaitExit();
        }
        assertThat(weights(copy)).as("a killed server cleans nothing up").hasSize(1);
        return copy;
    }

    private static void awaitRemoval(Path directory) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (Files.exists(directory)) {
            assertThat(System.nanoTime()).as(directory + " is still there").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static ServerProcess serve(Path models, Path cache) {
        return ServerProcess.serve(models, "-Dkaon.load.cache=" + cache);
    }

    /// Where no cache is set, the server makes one of its own among temporary files.
    private static ServerProcess serveWithOwnCache(Path models, Path temporary) {
        return ServerProcess.serve(models, "-Djava.io.tmpdir=" + temporary);
    }

    private static Path onlyDirectory(Path parent) throws IOException {
        List<Path> directories = own(parent).stream().filter(Files::isDirectory).toList();
        assertThat(directories).hasSize(1);
        return directories.getFirst();
    }

    /// Servers' own caches, and their locks.
    private static List<Path> own(Path parent) throws IOException {
        try (Stream<Path> all = Files.list(parent)) {
            return all.filter(path -> path.getFileName().toString().startsWith("kaon-models-"))
                    .toList();
        }
    }

    private static List<Path> weights(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> file.endsWith("weights.bin")).toList();
        }
    }
}
