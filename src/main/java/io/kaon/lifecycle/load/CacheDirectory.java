package io.kaon.lifecycle.load;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.kaon.storage.LocalTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A directory of this process's own, made when it is first asked for: under a name that did not exist
/// before, so that no other user can have prepared it, and with access for this user only.
///
/// Beside it lies a file of the same name with `.lock` at the end, which is locked for as long as the process
/// lives, however it ends. So a later process can tell what a dead one has left, and removes it: only what
/// bears such a name, belongs to the same user and is not locked.
///
/// Safe for use by several threads.
final class CacheDirectory implements CacheFolder {
    private static final String PREFIX = "kaon-models-";
    private static final String LOCK = ".lock";

    private static final Logger LOG = Logger.getLogger(CacheDirectory.class);

    private final Path parent;
    private @Nullable Own own;
    private boolean closed;

    /// @param channel whose lock says that the process lives
    private record Own(Path lock, Path directory, FileChannel channel) {}

    /// @param parent made if it does not exist
    CacheDirectory(Path parent) {
        this.parent = parent;
    }

    /// Where it is. Made by the first call, which also removes what dead processes have left.
    ///
    /// @throws IOException if it cannot be made or locked, or is closed
    @Override
    public synchronized Path path() throws IOException {
        if (closed) {
            throw new IOException("the cache is closed");
        }
        Own made = own;
        if (made == null) {
            Files.createDirectories(parent);
            made = make();
            own = made;
            removeLeftovers(made);
        }
        return made.directory();
    }

    /// The lock comes first: a directory without one would look like that of a dead process.
    private Own make() throws IOException {
        while (true) {
            Path lock = Files.createTempFile(parent, PREFIX, LOCK);
            FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE, NOFOLLOW_LINKS);
            try {
                // Another process may have taken it for a dead one's before it was locked.
                if (channel.tryLock() != null && Files.exists(lock, NOFOLLOW_LINKS)) {
                    Path directory = directory(lock);
                    Files.createDirectory(
                            directory,
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                    return new Own(lock, directory, channel);
                }
                channel.close();
            } catch (IOException | RuntimeException failure) {
                channel.close();
                Files.deleteIfExists(lock);
                throw failure;
            }
        }
    }

    private static Path directory(Path lock) {
        String name = lock.getFileName().toString();
        return lock.resolveSibling(name.substring(0, name.length() - LOCK.length()));
    }

    @Override
    public boolean isKept() {
        return false;
    }

    @Override
    public synchronized void sweep() {
        try {
            if (!closed && own == null && !locks().isEmpty()) {
                Path _ = path();
            }
        } catch (IOException failure) {
            LOG.warnf("%s could not be looked through for what dead processes have left: %s", parent, failure);
        }
    }

    private List<Path> locks() throws IOException {
        List<Path> locks = new ArrayList<>();
        if (Files.isDirectory(parent)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, PREFIX + "*" + LOCK)) {
                all.forEach(locks::add);
            }
        }
        return locks;
    }

    private void removeLeftovers(Own made) {
        try {
            UserPrincipal user = Files.getOwner(made.lock(), NOFOLLOW_LINKS);
            for (Path lock : locks()) {
                // Opening and closing its own would give up the lock: the system forgets it with any of its channels.
                if (!lock.equals(made.lock())) {
                    removeIfDead(lock, user);
                }
            }
        } catch (IOException failure) {
            LOG.warnf("%s could not be looked through for what dead processes have left: %s", parent, failure);
        }
    }

    private static void removeIfDead(Path lock, UserPrincipal user) {
        Path directory = directory(lock);
        try {
            PosixFileAttributes file = Files.readAttributes(lock, PosixFileAttributes.class, NOFOLLOW_LINKS);
            if (!file.isRegularFile() || !file.owner().equals(user)) {
                return;
            }
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE, NOFOLLOW_LINKS);
                    FileLock held = channel.tryLock()) {
                if (held != null) {
                    if (Files.isDirectory(directory, NOFOLLOW_LINKS)
                            && Files.getOwner(directory, NOFOLLOW_LINKS).equals(user)) {
                        LocalTree.delete(directory);
                        LOG.infof("%s is removed: the process that made it has ended without doing so", directory);
                    }
                    Files.deleteIfExists(lock);
                }
            }
        } catch (OverlappingFileLockException _) {
            // Of this very process, so it lives.
            return;
        } catch (IOException failure) {
            LOG.warnf("%s, which a dead process has left, could not be removed: %s", directory, failure);
        }
    }

    /// Removes the directory and what is in it.
    @Override
    public synchronized void close() {
        closed = true;
        Own made = own;
        own = null;
        if (made == null) {
            return;
        }
        try {
            LocalTree.delete(made.directory());
            Files.deleteIfExists(made.lock());
            made.channel().close();
        } catch (IOException failure) {
            LOG.warnf("%s could not be removed: %s", made.directory(), failure);
        }
    }
}
