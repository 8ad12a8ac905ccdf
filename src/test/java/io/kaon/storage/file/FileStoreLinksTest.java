package io.kaon.storage.file;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ModelFiles;
import io.kaon.storage.Location;
import io.kaon.storage.StoredDirectory;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What symbolic links do to listing and walking.
class FileStoreLinksTest {
    @TempDir
    private Path volume;

    private FileStore store;
    private Path base;
    private Location root;

    @BeforeEach
    void placeTheBase() {
        base = volume.resolve("models");
        root = Location.parse(base.toString());
        store = new FileStore(List.of(volume), ModelFiles.single("model.onnx"));
    }

    @Test
    void countsLinksToDirectoriesAsDirectories() throws IOException {
        TickingFiles.write(volume.resolve("checkouts").resolve("abc").resolve("model.onnx"), "content");
        Files.createDirectories(base);
        Files.createSymbolicLink(base.resolve("1"), Path.of("../checkouts/abc"));
        Files.createSymbolicLink(base.resolve("2"), Path.of("1"));
        Files.createSymbolicLink(base.resolve("file"), Path.of("1/model.onnx"));

        assertThat(store.list(root).directories()).containsExactly("1", "2");
        assertThat(store.describe(root.child("2")).topFiles()).containsExactly("model.onnx");
        assertThat(requireNonNull(store.inPlace(root.child("2"))).resolve("model.onnx"))
                .hasContent("content");
    }

    @Test
    void leavesOutLinksThatLeadNowhereOrInCircles() throws IOException {
        TickingFiles.write(base.resolve("1").resolve("model.onnx"), "content");
        for (Path directory : List.of(base, base.resolve("1"))) {
            Files.createSymbolicLink(directory.resolve("nowhere"), Path.of("gone"));
            Files.createSymbolicLink(directory.resolve("through-a-file"), base.resolve("1/model.onnx/v1"));
            Files.createSymbolicLink(directory.resolve("itself"), Path.of("itself"));
            Files.createSymbolicLink(directory.resolve("there"), Path.of("back"));
            Files.createSymbolicLink(directory.resolve("back"), Path.of("there"));
        }

        assertThat(store.list(root).directories()).containsExactly("1");
        assertThat(store.describe(root.child("1")).files()).isEqualTo(1);
    }

    @Test
    void readsAConfigMapsFilesOnceAndSeesItsUpdate() throws IOException {
        Path version = Files.createDirectories(base.resolve("1"));
        TickingFiles.write(version.resolve("..2026_01_01.1").resolve("model.onnx"), "first");
        Files.createSymbolicLink(version.resolve("..data"), Path.of("..2026_01_01.1"));
        Files.createSymbolicLink(version.resolve("model.onnx"), Path.of("..data/model.onnx"));

        StoredDirectory before = store.describe(root.child("1"));
        assertThat(before.topFiles()).containsExactly("model.onnx");
        assertThat(before.files()).isEqualTo(1);
        assertThat(before.bytes()).isEqualTo(5);

        // How the kubelet publishes: new directory, new link, renamed over the old one.
        TickingFiles.write(version.resolve("..2026_01_02.2").resolve("model.onnx"), "other");
        Files.createSymbolicLink(version.resolve("..data_tmp"), Path.of("..2026_01_02.2"));
        Files.move(
                version.resolve("..data_tmp"),
                version.resolve("..data"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);

        StoredDirectory after = store.describe(root.child("1"));
        assertThat(after.fingerprint()).isNotEqualTo(before.fingerprint());
        assertThat(after.files()).isEqualTo(1);
    }

    @Test
    void readsAVersionThatAConfigMapPublishesThroughALink() throws IOException {
        TickingFiles.write(base.resolve("..2026_01_01.1").resolve("7").resolve("model.onnx"), "content");
        Files.createSymbolicLink(base.resolve("..data"), Path.of("..2026_01_01.1"));
        Files.createSymbolicLink(base.resolve("7"), Path.of("..data/7"));

        assertThat(store.list(root).directories()).containsExactly("7");
        assertThat(store.describe(root.child("7")).bytes()).isEqualTo(7);
    }

    @Test
    @Timeout(10)
    void comesToAnEndWhereLinksLeadUpwards() throws IOException {
        Path version = base.resolve("1");
        TickingFiles.write(version.resolve("a").resolve("b").resolve("file"), "content");
        Files.createSymbolicLink(version.resolve("a").resolve("b").resolve("up"), version);
        Files.createSymbolicLink(version.resolve("a").resolve("here"), Path.of("."));

        StoredDirectory found = store.describe(root.child("1"));
        assertThat(found.files()).isEqualTo(1);
        assertThat(found.bytes()).isEqualTo(7);
    }

    /// Thirty levels with two links each are a thousand million paths to one file.
    @Test
    @Timeout(10)
    void walksADirectoryOnceHoweverManyLinksLeadToIt() throws IOException {
        Path version = Files.createDirectories(base.resolve("1"));
        Path pool = volume.resolve("pool");
        for (int i = 0; i < 30; i++) {
            Path level = Files.createDirectories(pool.resolve("level" + i));
            Files.createSymbolicLink(level.resolve("left"), pool.resolve("level" + (i + 1)));
            Files.createSymbolicLink(level.resolve("right"), pool.resolve("level" + (i + 1)));
        }
        TickingFiles.write(pool.resolve("level30").resolve("file"), "content");
        Files.createSymbolicLink(version.resolve("start"), pool.resolve("level0"));

        assertThat(store.describe(root.child("1")).files()).isEqualTo(1);
    }

    @Test
    void seesThatASecondLinkLeadsElsewhere() throws IOException {
        Path version = base.resolve("1");
        TickingFiles.write(version.resolve("a").resolve("file"), "content");
        TickingFiles.write(version.resolve("b").resolve("file"), "CONTENT");
        Path link = Files.createSymbolicLink(version.resolve("current"), Path.of("a"));
        long before = store.describe(root.child("1")).fingerprint();
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("b"));

        assertThat(store.describe(root.child("1")).fingerprint()).isNotEqualTo(before);
    }

    /// Each directory is copied once, and a link that leads upwards has no endless copy.
    @Test
    void copiesWhatLinksLeadToOnce() throws IOException {
        TickingFiles.write(volume.resolve("blobs").resolve("sha"), "weights");
        TickingFiles.write(base.resolve("1").resolve("a").resolve("model.onnx"), "content");
        Files.createSymbolicLink(base.resolve("1").resolve("weights.bin"), Path.of("../../blobs/sha"));
        Files.createSymbolicLink(base.resolve("1").resolve("b"), Path.of("a"));
        Files.createSymbolicLink(base.resolve("1").resolve("a").resolve("up"), Path.of(".."));
        Path into = Files.createDirectory(volume.resolve("into"));
        Transfer transfer = new Transfer();
        Location version = root.child("1");

        store.fetch(new StoredVersion(version, store.describe(version)), into, transfer);

        assertThat(transfer.bytes()).isEqualTo("weightscontent".length());
        assertThat(into.resolve("weights.bin")).isRegularFile().hasContent("weights");
        assertThat(Files.isSymbolicLink(into.resolve("weights.bin"))).isFalse();
        assertThat(into.resolve("b").resolve("model.onnx")).hasContent("content");
        assertThat(into.resolve("a").resolve("up").toRealPath()).isEqualTo(into.toRealPath());
    }
}
