package io.kaon.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.testkit.FileUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract, and the errors of the file system.
class FileStoreTest extends FolderStoreContract {
    private final List<Path> denied = new ArrayList<>();
    private @Nullable FileUser user;

    @TempDir
    private Path volume;

    @Override
    protected Location root() {
        return Location.parse(base().toString());
    }

    private Path base() {
        return volume.resolve("models");
    }

    /// The JDK encodes names in the locale's encoding, which in a bare container is ASCII.
    @Override
    protected boolean canName(String name) {
        String encoding = Objects.requireNonNull(System.getProperty("sun.jnu.encoding"));
        return Charset.forName(encoding).newEncoder().canEncode(name);
    }

    @Override
    protected boolean canDenyReading() {
        Path probe = volume.resolve("probe");
        makeDirectory(Location.parse(probe.toString()));
        deny(probe);
        try (Stream<Path> _ = Files.list(probe)) {
            return false;
        } catch (AccessDeniedException _) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            allowReading();
        }
    }

    @Override
    protected void denyReading(Location location) {
        deny(Path.of(location.path()));
    }

    private void deny(Path path) {
        setPermissions(path, "---------");
        // What lies above must be open to all, since it is another user from here on whom the permissions bind.
        setPermissions(volume, "rwxr-xr-x");
        denied.add(path);
        user = FileUser.bound();
    }

    @AfterEach
    void allowReading() {
        if (user != null) {
            user.close();
            user = null;
        }
        denied.forEach(path -> setPermissions(path, "rwx------"));
        denied.clear();
    }

    private static void setPermissions(Path path, String permissions) {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void saysThatABaseIsMissingAndWhatToDo() {
        assertThatThrownBy(() -> store().list(root()))
                .isInstanceOf(ServingException.class)
                .hasMessage(root() + " does not exist: check the path, and that its volume is mounted");
    }

    @Test
    void listsBesideWhatItMayNotRead() {
        put(root().child("1").child("model.onnx"), bytes("content"));
        put(root().child("readme"), bytes("content"));
        put(root().child("theirs").child("x"), bytes("content"));
        assumeReadingCanBeDenied();
        denyReading(root().child("theirs"));

        assertThat(store().list(root()).directories()).containsExactly("1", "theirs");
        assertThat(store().list(root()).files()).containsExactly("readme");
    }

    /// Root's, at the top of a volume that holds one model and nothing else.
    @Test
    void describesAVolumeThatHasBeenRepaired() {
        put(root().child("model.onnx"), bytes("content"));
        put(root().child("lost+found").child("x"), bytes("content"));
        assumeReadingCanBeDenied();
        denyReading(root().child("lost+found"));

        assertThat(store().describe(root()).topFiles()).containsExactly("model.onnx");
    }

    @Test
    void refusesAFileInPlaceOfADirectory() {
        put(root(), bytes("a file"));

        assertStorageFailed(() -> store().list(root()), root());
        assertStorageFailed(() -> store().describe(root()), root());
        assertStorageFailed(() -> store().inPlace(root()), root());
        assertStorageFailed(() -> store().list(root().child("below")), root());
    }

    @Test
    void turnsEveryOtherErrorOfTheFileSystemIntoAFailureOfStorage() {
        Location tooLong = root().child("x".repeat(300));
        makeDirectory(root());

        assertStorageFailed(() -> store().list(tooLong), tooLong);
        assertStorageFailed(() -> store().describe(tooLong), tooLong);
        assertStorageFailed(() -> store().inPlace(tooLong), tooLong);
    }

    @Test
    void refusesNamesThatTheFileSystemsEncodingLacks() {
        Location halfACharacter = root().child("\ud800");

        assertStorageFailed(() -> store().list(halfACharacter), halfACharacter);
        assertStorageFailed(() -> store().describe(halfACharacter), halfACharacter);
        assertStorageFailed(() -> store().inPlace(halfACharacter), halfACharacter);
    }

    @Test
    void refusesLocationsOfOtherSchemes() {
        assertThatThrownBy(() -> store().list(Location.parse("s3://bucket/models")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("s3://bucket/models");
    }

    @Test
    void leavesOutNamesThatNoLocationCanHave() {
        makeDirectory(root());
        TickingFiles.write(base().resolve("line\nbreak").resolve("model.onnx"), bytes("content"));
        put(root().child("1").child("model.onnx"), bytes("content"));

        assertThat(store().list(root()).directories()).containsExactly("1");
    }

    /// Unlike a missing child, one that cannot be looked at may be a version that is being served.
    @Test
    void failsRatherThanLeaveOutALinkThatItMayNotFollow() throws IOException {
        Path closed = volume.resolve("closed");
        TickingFiles.write(closed.resolve("v1").resolve("model.onnx"), bytes("content"));
        makeDirectory(root());
        Files.createSymbolicLink(base().resolve("1"), closed.resolve("v1"));
        assumeReadingCanBeDenied();
        deny(closed);

        assertStorageFailed(() -> store().list(root()), root().child("1"));
    }

    @Test
    void goesSixtyFourLevelsDownAndNoFurther() {
        Location deepest = root().child("1");
        for (int level = 2; level <= FileTree.MOST_LEVELS; level++) {
            deepest = deepest.child("d");
        }
        put(deepest.child("file"), bytes("content"));
        assertThat(store().describe(root().child("1")).files()).isEqualTo(1);

        Location tooDeep = deepest.child("d");
        put(tooDeep.child("file"), bytes("content"));
        assertStorageFailed(() -> store().describe(root().child("1")), tooDeep);
    }

    /// Otherwise the server would unload what it serves when a volume is away.
    @Test
    void takesAnEmptyMountPointForNoEmptyFolder() throws IOException {
        Path mounted = Path.of("/dev/shm");
        assumeTrue(
                Files.isWritable(mounted)
                        && !Files.getAttribute(mounted, "unix:dev").equals(Files.getAttribute(volume, "unix:dev")),
                "/dev/shm is no file system of its own");
        Path model = Files.createTempDirectory(mounted, "kaon");
        try {
            Files.createDirectory(model.resolve("1"));
            Path mountPoint = Files.createSymbolicLink(volume.resolve("mount"), model);
            Location at = Location.parse(mountPoint.toString());
            assertThat(store().list(at).directories()).containsExactly("1");

            Files.delete(mountPoint);
            Files.createDirectory(mountPoint);
            assertThatThrownBy(() -> store().list(at)).hasMessageContaining("its volume is not mounted");

            Files.delete(mountPoint);
            Files.createSymbolicLink(mountPoint, model);
            assertThat(store().list(at).directories()).containsExactly("1");
            Files.delete(model.resolve("1"));
            assertThat(store().list(at).directories())
                    .as("emptied in its place")
                    .isEmpty();
        } finally {
            TickingFiles.remove(model);
        }
    }

    @Test
    void countsNothingButRegularFiles() throws IOException {
        put(root().child("1").child("model.onnx"), bytes("content"));
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(base().resolve("1").resolve("socket")));

            assertThat(store().describe(root().child("1")).topFiles()).containsExactly("model.onnx");
        }
    }
}
