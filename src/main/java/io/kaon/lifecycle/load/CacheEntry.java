package io.kaon.lifecycle.load;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.kaon.storage.LocalTree;
import io.kaon.storage.Transfer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The copy of one version in a cache, under its key:
///
/// * `<key>.partial` grows, and stays when the copy is broken off, for the next to go on;
/// * `<key>` is whole: it gets this name by one rename, and loses it by one;
/// * `<key>.lock` is locked by the process that copies, alone, and by those that use the copy, together. The system
///   takes locks away from processes that end, however they end. Its time says when the copy was used last.
///
/// Used by one thread at a time.
final class CacheEntry {
    static final String LOCK = ".lock";
    private static final String PARTIAL = ".partial";
    private static final String LEAVING = ".leaving";

    /// How often to look whether another process has finished its copy.
    private static final long LOOK_MILLIS = 100;

    private final Path directory;
    private final String key;
    private @Nullable FileChannel channel;

    CacheEntry(Path directory, String key) {
        this.directory = directory;
        this.key = key;
    }

    /// Of a lock's file.
    static CacheEntry ofLock(Path directory, Path lock) {
        String name = lock.getFileName().toString();
        return new CacheEntry(directory, name.substring(0, name.length() - LOCK.length()));
    }

    String key() {
        return key;
    }

    Path whole() {
        return directory.resolve(key);
    }

    Path partial() {
        return directory.resolve(key + PARTIAL);
    }

    private Path leaving() {
        return directory.resolve(key + LEAVING);
    }

    private Path lock() {
        return directory.resolve(key + LOCK);
    }

    boolean isWhole() {
        return Files.isDirectory(whole(), NOFOLLOW_LINKS);
    }

    /// Waits until no other process copies or uses this.
    ///
    /// @throws io.kaon.model.ServingException CANCELLED if the transfer is cancelled meanwhile
    void lockAlone(Transfer transfer) throws IOException {
        try {
            while (!tryLockAlone()) {
                transfer.check();
                if (isWhole()) {
                    // Another process uses it: so may this one.
                    lockWithOthers();
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while another process copies " + whole(), interrupted);
        }
    }

    /// @return whether it was free
    boolean tryLockAlone() throws IOException {
        FileChannel opened = open();
        try {
            FileLock lock = opened.tryLock();
            if (lock != null && Files.exists(lock(), NOFOLLOW_LINKS)) {
                return true;
            }
        } catch (OverlappingFileLockException _) {
            // This very process has it.
            unlock();
            return false;
        }
        // Another process has it, or it was removed between being opened and being locked.
        unlock();
        return false;
    }

    /// From now on other processes may use it too, and none removes it.
    void lockWithOthers() throws IOException {
        unlock();
        FileLock _ = open().lock(0, Long.MAX_VALUE, true);
    }

    private FileChannel open() throws IOException {
        FileChannel opened = FileChannel.open(
                lock(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, NOFOLLOW_LINKS);
        channel = opened;
        return opened;
    }

    /// Fine if it is not locked.
    void unlock() throws IOException {
        FileChannel opened = channel;
        channel = null;
        if (opened != null) {
            opened.close();
        }
    }

    /// What has grown is whole.
    void finish() throws IOException {
        Path _ = Files.move(partial(), whole(), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Long ago, if another process has just removed it.
    Instant used() throws IOException {
        try {
            return Files.getLastModifiedTime(lock(), NOFOLLOW_LINKS).toInstant();
        } catch (NoSuchFileException _) {
            return Instant.EPOCH;
        }
    }

    void touch(Instant now) throws IOException {
        Path _ = Files.setLastModifiedTime(lock(), FileTime.from(now));
    }

    /// Of the whole copy and of what grows.
    long bytes() throws IOException {
        return LocalTree.bytes(whole()) + LocalTree.bytes(partial());
    }

    /// Removes all of it. It must be locked by this process alone, and is not afterwards.
    void remove() throws IOException {
        if (isWhole()) {
            LocalTree.delete(leaving());
            Path _ = Files.move(whole(), leaving(), StandardCopyOption.ATOMIC_MOVE);
        }
        LocalTree.delete(leaving());
        LocalTree.delete(partial());
        Files.deleteIfExists(lock());
        unlock();
    }
}
