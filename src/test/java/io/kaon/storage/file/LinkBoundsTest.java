package io.kaon.storage.file;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelFiles;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Links lead as far as the model's own folder, and where the options say.
final class LinkBoundsTest {
    private final FileStore store = new FileStore(List.of(), ModelFiles.single("model.onnx"));

    @TempDir
    private Path volume;

    private Path base;
    private Location root;

    @BeforeEach
    void placeTheBase() throws IOException {
        base = Files.createDirectories(volume.resolve("models").resolve("m"));
        root = Location.parse(base.toString());
    }

    private static Path write(Path file) {
        TickingFiles.write(file, "content");
        return file;
    }

    private static Path link(Path link, Path to) throws IOException {
        Files.createDirectories(link.resolveSibling("."));
        return Files.createSymbolicLink(link, to);
    }

    private void assertRefused(Location directory, Path link, Path end) {
        assertRefusal(() -> store.describe(directory), link, end);
        assertRefusal(() -> store.inPlace(directory), link, end);
        StoredVersion wanted = new StoredVersion(
                directory, new FileStore(List.of(volume), ModelFiles.single("model.onnx")).describe(directory));
        assertRefusal(() -> store.fetch(wanted, Files.createTempDirectory(volume, "into"), new Transfer()), link, end);
    }

    private static void assertRefusal(ThrowingCallable call, Path link, Path end) {
        ServingException refused = catchThrowableOfType(ServingException.class, call);
        assertThat(refused).as("refusal").isNotNull();
        assertThat(refused.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(refused)
                .hasMessageContaining(link + " cannot be read: it is a link to " + end)
                .hasMessageContaining("kaon.file.links=" + end.getParent());
    }

    @Test
    void refusesAFileAnywhereInAVersionThatLeadsOutOfTheModelsFolder() throws IOException {
        Path secret = write(volume.resolve("secrets").resolve("token"));
        write(base.resolve("1").resolve("model.onnx"));
        Path link = link(base.resolve("1").resolve("assets").resolve("words"), secret);

        assertRefused(root.child("1"), link, secret.toRealPath());
    }

    @Test
    void refusesADirectoryThatLeadsOutOfTheModelsFolder() throws IOException {
        Path other =
                write(volume.resolve("models").resolve("other").resolve("1").resolve("x"));
        write(base.resolve("1").resolve("model.onnx"));
        Path link = link(base.resolve("1").resolve("assets"), Path.of("../../other/1"));

        assertRefused(root.child("1"), link, other.resolveSibling(".").toRealPath());
    }

    /// It is listed, so that its status can say why it is not served; other versions are.
    @Test
    void refusesAVersionThatIsALinkOutOfTheModelsFolder() throws IOException {
        Path file = write(volume.resolve("checkouts").resolve("abc").resolve("model.onnx"));
        write(base.resolve("2").resolve("model.onnx"));
        Path link = link(base.resolve("1"), Path.of("../../checkouts/abc"));

        assertThat(store.list(root).directories()).containsExactly("1", "2");
        assertRefused(root.child("1"), link, file.resolveSibling(".").toRealPath());
        assertThat(store.describe(root.child("2")).files()).isEqualTo(1);
    }

    /// Such as `latest`, or weights that versions share.
    @Test
    void followsLinksWithinTheModelsFolder() throws IOException {
        write(base.resolve("1").resolve("model.onnx"));
        write(base.resolve("shared").resolve("weights"));
        link(base.resolve("1").resolve("weights"), Path.of("../shared/weights"));
        link(base.resolve("2"), Path.of("1"));

        assertThat(store.describe(root.child("1")).files()).isEqualTo(2);
        assertThat(store.describe(root.child("2")).files()).isEqualTo(2);
    }

    @Test
    void doesNotTakeTheFolderAboveAModelWithoutVersionsForItsOwn() throws IOException {
        write(base.resolve("model.onnx"));
        Path other = write(volume.resolve("models").resolve("other"));
        Path link = link(base.resolve("weights"), other);

        assertRefused(root, link, other.toRealPath());
    }

    @Test
    void followsLinksToPlacesThatAreAllowed() throws IOException {
        Path shared = write(volume.resolve("shared").resolve("deep").resolve("weights"));
        link(base.resolve("1").resolve("weights"), shared);
        // A place may itself be named through a link, and another may not exist.
        Path named = link(volume.resolve("named"), Path.of("shared"));

        assertThat(new FileStore(List.of(volume.resolve("gone"), named), ModelFiles.single("model.onnx"))
                        .describe(root.child("1"))
                        .files())
                .isEqualTo(1);
        assertThat(new FileStore(List.of(Path.of("/")), ModelFiles.single("model.onnx"))
                        .describe(root.child("1"))
                        .files())
                .isEqualTo(1);
    }

    @Test
    void isNotDeceivedByAFolderWhoseNameBeginsAlike() throws IOException {
        Path other = write(volume.resolve("models").resolve("m2").resolve("x"));
        Path link = link(base.resolve("1").resolve("x"), other);

        assertRefused(root.child("1"), link, other.toRealPath());
    }

    @Test
    void followsTheLinksOfAHuggingFaceCacheWithinOneRepository() throws IOException {
        Path hub = volume.resolve("hub");
        Path revision = hub.resolve("models--org--name").resolve("snapshots").resolve("0a1b2c");
        write(hub.resolve("models--org--name").resolve("blobs").resolve("sha"));
        Path foreign = write(hub.resolve("models--other").resolve("blobs").resolve("sha"));
        link(revision.resolve("onnx").resolve("model.onnx"), Path.of("../../../blobs/sha"));
        Location at = Location.parse(revision.toString());

        assertThat(store.describe(at).bytes()).isEqualTo(7);
        assertThat(requireNonNull(store.inPlace(at.child("onnx"))).resolve("model.onnx"))
                .hasContent("content");

        Path link = link(revision.resolve("foreign"), foreign);
        assertRefused(at, link, foreign.toRealPath());
    }

    /// git-sync makes a directory for each commit and swaps one link, by which models are declared.
    @Test
    void followsTheLinkThatGitSyncSwaps() throws IOException {
        Path git = volume.resolve("git");
        write(git.resolve(".worktrees").resolve("aaa").resolve("m").resolve("1").resolve("model.onnx"));
        write(git.resolve(".worktrees").resolve("bbb").resolve("m").resolve("2").resolve("model.onnx"));
        Path current = link(git.resolve("current"), Path.of(".worktrees/aaa"));
        Location model = Location.parse(git.resolve("current").resolve("m").toString());
        assertThat(store.list(model).directories()).containsExactly("1");
        assertThat(store.describe(model.child("1")).files()).isEqualTo(1);

        Files.move(link(git.resolve("next"), Path.of(".worktrees/bbb")), current, StandardCopyOption.ATOMIC_MOVE);

        assertThat(store.list(model).directories()).containsExactly("2");
        assertThat(store.describe(model.child("2")).files()).isEqualTo(1);
    }

    /// A model's folder may be a link as a whole.
    @Test
    void followsTheLinkByWhichAModelIsDeclared() throws IOException {
        write(volume.resolve("elsewhere").resolve("model.onnx"));
        Path named = link(volume.resolve("models").resolve("named"), volume.resolve("elsewhere"));

        assertThat(store.describe(Location.parse(named.toString())).files()).isEqualTo(1);
    }

    @Test
    void refusesPlacesThatAreNoAbsolutePaths() {
        FileConfig config = () -> Optional.of(List.of("/a", "b"));
        assertThatThrownBy(() -> FileStore.of(config, ModelFiles.of()))
                .isInstanceOf(ServingException.class)
                .hasMessage("kaon.file.links: expected absolute paths of folders with commas between them, got \"b\"");
    }
}
