package io.kaon.lifecycle.load;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;

/// A directory under a name that is known beforehand, so that the next process finds what this one has copied.
///
/// Under such a name another user may have prepared one, to change weights that are served. So it is used only if it
/// belongs to this process's user, and no other may write to it.
final class KeptDirectory implements CacheFolder {
    static final String NAME = "kaon-cache";

    private static final Set<PosixFilePermission> WRITABLE_BY_OTHERS =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private final Path parent;
    private volatile boolean checked;

    /// @param parent made if it does not exist
    KeptDirectory(Path parent) {
        this.parent = parent;
    }

    @Override
    public Path path() throws IOException {
        Path directory = parent.resolve(NAME);
        if (!checked) {
            make(directory);
            check(directory);
            checked = true;
        }
        return directory;
    }

    private void make(Path directory) throws IOException {
        Files.createDirectories(parent);
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException _) {
            // By an earlier process, or by another user: the check will tell.
            return;
        }
    }

    private void check(Path directory) throws IOException {
        PosixFileAttributes found = Files.readAttributes(directory, PosixFileAttributes.class, NOFOLLOW_LINKS);
        // The user of the process is the owner of what it makes.
        Path own = Files.createTempFile(directory, "owner-", ".tmp");
        UserPrincipal user;
        try {
            user = Files.getOwner(own, NOFOLLOW_LINKS);
        } finally {
            Files.deleteIfExists(own);
        }
        if (!found.isDirectory() || !found.owner().equals(user)) {
            throw new IOException(directory + " does not belong to the user of the server, " + user.getName()
                    + ", but to " + found.owner().getName() + ": choose another place with kaon.load.cache");
        }
        Set<PosixFilePermission> others = EnumSet.copyOf(WRITABLE_BY_OTHERS);
        others.retainAll(found.permissions());
        if (!others.isEmpty()) {
            throw new IOException(directory + " can be written by other users ("
                    + PosixFilePermissions.toString(found.permissions()) + "): expected rwx------");
        }
    }

    @Override
    public boolean isKept() {
        return true;
    }

    @Override
    public void sweep() {
        // What processes leave here is taken over by the next.
    }

    @Override
    public void close() {
        // It stays.
    }
}
