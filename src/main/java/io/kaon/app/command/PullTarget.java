package io.kaon.app.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.ByteSize;
import io.kaon.storage.LocalTree;
import io.kaon.storage.StoredVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;

/// The directory that a pull makes. It gets its name by one rename, when all is there. Until then, and for
/// the next pull, there is a directory beside it, `.NAME.pull`, whose name begins with a dot so that a
/// server leaves it alone:
///
/// * `of` says what is pulled, and is locked by the process that pulls;
/// * `partial` has what has come so far.
///
/// Used by one thread.
final class PullTarget implements AutoCloseable {
    private static final String OF = "of";

    private final Path directory;
    private final Path beside;
    private final Path partial;
    private final FileChannel of;

    private PullTarget(Path directory, Path beside, FileChannel of) {
        this.directory = directory;
        this.beside = beside;
        this.partial = beside.resolve("partial");
        this.of = of;
    }

    /// @param directory absolute
    /// @throws ServingException INVALID_REQUEST when something else is there; STORAGE_FAILED when another
    ///     process pulls to it
    static PullTarget open(Path directory) throws IOException {
        Path name = directory.getFileName();
        if (name == null) {
            throw refused(directory + " cannot be made: name a directory below it");
        }
        Path beside = directory.resolveSibling("." + name + ".pull");
        Path of = beside.resolve(OF);
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw refused(directory + " is a file: expected a directory, or none yet");
        }
        // Found out before a copy that may take hours, at whose end the rename would fail.
        if (Files.isDirectory(directory)
                && !Files.getFileStore(directory).equals(Files.getFileStore(directory.resolveSibling(".")))) {
            throw refused(directory + " is where a volume is mounted: name a directory below it");
        }
        if (!isEmpty(directory) && !Files.exists(of, NOFOLLOW_LINKS)) {
            throw refused(directory + " is not empty: name a directory that does not exist yet, or empty this one");
        }
        Files.createDirectories(beside);
        FileChannel channel = FileChannel.open(
                of, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, NOFOLLOW_LINKS);
        try {
            if (channel.tryLock() != null) {
                return new PullTarget(directory, beside, channel);
            }
        } catch (OverlappingFileLockException _) {
            // Of this very process: as bad as another's.
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
        channel.close();
        throw new ServingException(
                ErrorKind.STORAGE_FAILED, "another process pulls to " + directory + ": wait until it has ended");
    }

    /// Whether an earlier pull of the same has made the directory.
    ///
    /// @throws ServingException INVALID_REQUEST when it holds something else
    boolean holds(StoredVersion wanted) throws IOException {
        if (isEmpty(directory)) {
            return false;
        }
        if (!noted().equals(text(wanted))
                || LocalTree.bytes(directory) != wanted.files().bytes()) {
            throw refused(directory + " holds something else than what " + wanted.location()
                    + " holds now: name another directory, or remove this one");
        }
        return true;
    }

    /// Where to copy to. What is there is of an earlier pull of the same.
    ///
    /// @throws ServingException STORAGE_FAILED when there is not enough room
    Path partial(StoredVersion wanted) throws IOException {
        String text = text(wanted);
        if (!noted().equals(text)) {
            LocalTree.delete(partial);
            of.truncate(0);
            int _ = of.write(ByteBuffer.wrap(text.getBytes(UTF_8)), 0);
        }
        Files.createDirectories(partial);
        long missing = wanted.files().bytes() - come();
        long usable = Files.getFileStore(partial).getUsableSpace();
        if (usable < missing) {
            throw new ServingException(
                    ErrorKind.STORAGE_FAILED,
                    ByteSize.text(missing) + " are still to come, and there is room for " + ByteSize.text(usable)
                            + " at " + directory);
        }
        return partial;
    }

    /// Bytes that have come so far.
    long come() throws IOException {
        return LocalTree.bytes(partial);
    }

    /// For people, what an attempt that failed has left.
    String left() {
        try {
            long bytes = come();
            return bytes == 0
                    ? "nothing has come yet; the same command tries again"
                    : ByteSize.text(bytes) + " have come and stay in " + partial + "; the same command goes on there";
        } catch (IOException unreadable) {
            return partial + " cannot be read: " + unreadable;
        }
    }

    /// All is there: the directory gets its name.
    void finish() throws IOException {
        try {
            Path _ = Files.move(partial, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException failure) {
            throw new ServingException(
                    ErrorKind.STORAGE_FAILED,
                    partial + " cannot become " + directory + " (" + failure.getReason()
                            + "): if a volume is mounted there, name a directory below it",
                    failure);
        }
    }

    private String noted() throws IOException {
        of.position(0);
        return new String(Channels.newInputStream(of).readAllBytes(), UTF_8);
    }

    private static String text(StoredVersion wanted) {
        return wanted.location() + "\n"
                + HexFormat.of().toHexDigits(wanted.files().fingerprint()) + "\n";
    }

    private static boolean isEmpty(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return true;
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            return !children.iterator().hasNext();
        }
    }

    private static ServingException refused(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }

    /// Leaves nothing where no copy has begun, for example since there is nothing at the location.
    @Override
    public void close() throws IOException {
        if (of.size() == 0) {
            LocalTree.delete(beside);
        }
        of.close();
    }
}
