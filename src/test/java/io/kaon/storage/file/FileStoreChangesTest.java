package io.kaon.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ModelFiles;
import io.kaon.storage.Location;
import io.kaon.storage.StoredDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a description tells about a directory that is being changed.
class FileStoreChangesTest {
    private static final FileTime LONG_AGO = FileTime.from(Instant.ofEpochSecond(1_000_000_000));

    private final FileStore store = new FileStore(List.of(), ModelFiles.single("model.onnx"));

    @TempDir
    private Path volume;

    private Path base;
    private Location root;

    @BeforeEach
    void placeTheBase() {
        base = volume.resolve("models");
        root = Location.parse(base.toString());
    }

    @Test
    void seesARenameByTheTimeOfChangeAlone() throws IOException {
        Path partial = base.resolve("7.partial");
        TickingFiles.write(partial.resolve("model.onnx"), "content");
        TickingFiles.write(partial.resolve("variables").resolve("x"), "y");
        StoredDirectory before = store.describe(root.child("7.partial"));
        TickingFiles.waitForTheNextTick(volume, before.changed());
        Files.move(partial, base.resolve("7"));

        StoredDirectory after = store.describe(root.child("7"));
        assertThat(after.changed()).isAfter(before.changed());
        assertThat(after.fingerprint()).isEqualTo(before.fingerprint());
        assertThat(after.bytes()).isEqualTo(before.bytes());
    }

    /// As `cp -p` and `rsync -a` leave them: the time of change must not be the one that was copied.
    @Test
    void isNotDeceivedByTimesThatWereSetBack() throws IOException {
        Path file = base.resolve("1").resolve("model.onnx");
        TickingFiles.write(file, "first");
        Files.setLastModifiedTime(file, LONG_AGO);
        Files.setLastModifiedTime(file.getParent(), LONG_AGO);
        StoredDirectory before = store.describe(root.child("1"));
        assertThat(before.changed()).isAfter(Instant.parse("2020-01-01T00:00:00Z"));

        TickingFiles.waitForTheNextTick(volume, before.changed());
        Files.writeString(file, "other");
        Files.setLastModifiedTime(file, LONG_AGO);

        StoredDirectory after = store.describe(root.child("1"));
        assertThat(after.fingerprint()).isNotEqualTo(before.fingerprint());
        assertThat(after.changed()).isAfter(before.changed());
    }

    @Test
    void seesAFileThatIsStillBeingCopied() throws IOException {
        Path file = base.resolve("1").resolve("model.onnx");
        TickingFiles.write(file, "half");
        StoredDirectory half = store.describe(root.child("1"));
        Files.writeString(file, " and half", StandardOpenOption.APPEND);

        StoredDirectory whole = store.describe(root.child("1"));
        assertThat(whole.fingerprint()).isNotEqualTo(half.fingerprint());
        assertThat(whole.bytes()).isEqualTo(13);
        assertThat(whole.changed()).isAfterOrEqualTo(half.changed());
    }

    @Test
    void countsWhatStaysWhileOtherFilesComeAndGo() throws Exception {
        Path version = base.resolve("1");
        TickingFiles.write(version.resolve("model.onnx"), "content");
        Path fleeting = version.resolve("fleeting");
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = Thread.ofPlatform()
                .uncaughtExceptionHandler((_, e) -> failures.add(e))
                .start(() -> {
                    // Directories that live for microseconds: some go between being listed and being opened.
                    while (!done.get()) {
                        TickingFiles.write(fleeting.resolve("file"), "x");
                        TickingFiles.remove(fleeting);
                    }
                });
        try {
            int most = 0;
            for (int i = 0; i < 2_000 || (i < 100_000 && most < 2); i++) {
                StoredDirectory found = store.describe(root.child("1"));
                assertThat(found.topFiles()).containsExactly("model.onnx");
                most = Math.max(most, found.files());
            }
            assertThat(most).as("files seen while one came and went").isEqualTo(2);
        } finally {
            done.set(true);
            writer.join();
        }
        assertThat(failures).isEmpty();
    }
}
