package io.kaon.app.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Listing;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.storage.ModelStores;
import io.kaon.storage.StoredDirectory;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import io.kaon.testkit.MemoryStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PullCommandTest {
    private static final Location MODEL = Location.parse("memory://bucket/m");

    @TempDir
    private Path folder;

    private final MemoryStore store = new MemoryStore();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    PullCommandTest() {
        store.put(MODEL.child("1").child("model.onnx"), new byte[1000]);
        store.put(MODEL.child("1").child("more").child("weights"), new byte[24]);
    }

    @Test
    void copiesEverythingBelowALocation() throws IOException {
        assertThat(pull("memory://bucket/m", "new/m")).isZero();
        assertThat(folder.resolve("new/m/1/model.onnx")).hasSize(1000);
        assertThat(folder.resolve("new/m/1/more/weights")).hasSize(24);
        assertThat(out.toString()).matches("2 files, 1\\.0 KiB in \\d+\\.\\d s \\(.*/s\\)\n");
        assertThat(err.toString()).isEqualTo("pulling 2 files, 1.0 KiB from memory://bucket/m\n");
        assertThat(folder.resolve("new").toFile().list()).containsExactlyInAnyOrder("m", ".m.pull");
    }

    @Test
    void takesADirectoryThatIsEmpty() throws IOException {
        Files.createDirectories(folder.resolve("m"));
        assertThat(pull("memory://bucket/m", "m")).isZero();
        assertThat(folder.resolve("m/1/model.onnx")).exists();
    }

    @Test
    void refusesADirectoryThatHoldsSomethingElse() throws IOException {
        Files.createDirectories(folder.resolve("m"));
        Files.writeString(folder.resolve("m/mine"), "precious");
        ServingException refused = refused("m");
        assertThat(refused.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(refused).hasMessageContaining("/m is not empty: name a directory that does not exist yet");
        assertThat(folder.resolve("m/mine")).hasContent("precious");
        assertThat(folder.resolve(".m.pull")).doesNotExist();
    }

    @Test
    void refusesAFile() throws IOException {
        Files.writeString(folder.resolve("m"), "precious");
        assertThat(refused("m")).hasMessageContaining("/m is a file: expected a directory");
    }

    /// As a container does that is started again.
    @Test
    void pullsNothingWhereAnEarlierPullOfTheSameHasEnded() {
        assertThat(pull("memory://bucket/m", "m")).isZero();
        long fetched = store.fetchedBytes();
        assertThat(pull("memory://bucket/m", "m")).isZero();
        assertThat(store.fetchedBytes()).isEqualTo(fetched);
        assertThat(out.toString()).contains("/m has all of it already: 2 files, 1.0 KiB");
    }

    @Test
    void refusesADirectoryThatHoldsWhatStoodThereBefore() {
        assertThat(pull("memory://bucket/m", "m")).isZero();
        store.put(MODEL.child("1").child("model.onnx"), new byte[1000]);
        assertThat(refused("m"))
                .hasMessageContaining("/m holds something else than what memory://bucket/m holds now: name another");
    }

    @Test
    void goesOnWhereAnEarlierPullWasBrokenOff() throws IOException {
        breakOffAtTheSecondFile();
        ServingException failure = refused("m");
        assertThat(failure.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(failure)
                .hasMessageContaining("the network is away; 1000 B have come and stay in " + folder)
                .hasMessageContaining("; the same command goes on there");
        assertThat(folder.resolve("m")).doesNotExist();
        store.beforeEachFile(() -> {});
        assertThat(pull("memory://bucket/m", "m")).isZero();
        assertThat(store.fetchedBytes()).isEqualTo(1024);
        assertThat(out.toString()).contains("2 files, 24 B in ", ", 1000 B were there already");
    }

    @Test
    void beginsAnewWhereOtherFilesStandThereByNow() throws IOException {
        breakOffAtTheSecondFile();
        refused("m");
        store.beforeEachFile(() -> {});
        store.put(MODEL.child("1").child("model.onnx"), "changed".repeat(100).getBytes(UTF_8));
        assertThat(pull("memory://bucket/m", "m")).isZero();
        assertThat(folder.resolve("m/1/model.onnx")).hasContent("changed".repeat(100));
    }

    @Test
    void saysThatTheDiskIsFullAndHowToGoOn() {
        ServingException failure = catchThrowableOfType(
                ServingException.class,
                () -> PullCommand.run(
                        new ModelStores(Map.of("memory", new FakeFullDisk())),
                        "memory://bucket/m",
                        folder.resolve("m").toString(),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true)));
        assertThat(failure.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(failure)
                .hasMessageContaining(
                        folder.resolve("m") + " cannot be written: No space left on device; 3 B have come")
                .hasMessageContaining("; the same command goes on there");
        assertThat(folder.resolve(".m.pull/partial/half")).hasContent("has");
    }

    @Test
    void beginsNothingThatCannotFit() {
        ServingException failure = catchThrowableOfType(
                ServingException.class,
                () -> PullCommand.run(
                        new ModelStores(Map.of("memory", new FakeFullDisk(Long.MAX_VALUE))),
                        "memory://bucket/m",
                        folder.resolve("m").toString(),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true)));
        assertThat(failure)
                .hasMessageContaining("8388608.0 TiB are still to come, and there is room for ")
                .hasMessageContaining(" at " + folder.resolve("m"));
        assertThat(folder.resolve(".m.pull/partial")).isEmptyDirectory();
    }

    @Test
    void leavesADirectoryAloneToWhichAnotherProcessPulls() throws IOException {
        try (PullTarget _ = PullTarget.open(folder.resolve("m"))) {
            assertThat(refused("m")).hasMessageContaining("another process pulls to " + folder.resolve("m"));
        }
    }

    @Test
    void refusesSchemesThatNoStoreReads() {
        ServingException refused = catchThrowableOfType(ServingException.class, () -> pull("s3://bucket/m", "m"));
        assertThat(refused.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(refused).hasMessageContaining("no store reads s3://bucket/m: expected a scheme of [memory]");
    }

    private void breakOffAtTheSecondFile() {
        store.beforeEachFile(() -> {
            if (store.fetchedBytes() == 1000) {
                throw new ServingException(ErrorKind.STORAGE_FAILED, "the network is away");
            }
        });
    }

    private ServingException refused(String directory) {
        ServingException refused =
                catchThrowableOfType(ServingException.class, () -> pull("memory://bucket/m", directory));
        assertThat(refused).isNotNull();
        return refused;
    }

    private int pull(String from, String directory) {
        return PullCommand.run(
                new ModelStores(Map.of("memory", store)),
                from,
                folder.resolve(directory).toString(),
                new PrintWriter(out, true),
                new PrintWriter(err, true));
    }

    /// Writes three bytes, and no more.
    private record FakeFullDisk(long bytes) implements ModelStore {
        FakeFullDisk() {
            this(6);
        }

        @Override
        public Listing list(Location base) {
            throw new UnsupportedOperationException();
        }

        @Override
        public StoredDirectory describe(Location directory) {
            return new StoredDirectory(List.of("half"), 7, Instant.EPOCH, 1, bytes);
        }

        @Override
        public Path inPlace(Location directory) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void fetch(StoredVersion wanted, Path into, Transfer transfer) throws IOException {
            Files.writeString(into.resolve("half"), "has");
            throw new IOException("No space left on device");
        }

        @Override
        public void close() {}
    }
}
