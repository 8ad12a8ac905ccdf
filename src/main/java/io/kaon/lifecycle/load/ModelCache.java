package io.kaon.lifecycle.load;

import io.kaon.storage.Location;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/// Where versions are copied to that come from remote stores, or whose engine goes on reading their files.
///
/// A copy has a key made of the place that it comes from and of what the store said about the content, its fingerprint.
/// So a copy is good for every version with that key: those of two models with one base, and those of the next process,
/// where the folder is kept. Other content has another key, and a copy is never changed once it is whole.
///
/// What no version uses is removed: at once where the folder is the process's own, and where it is kept, the
/// longest unused first, as soon as all copies together exceed a bound. What is used is never removed. The copy
/// of a version that could not be loaded is kept in either case, for the next attempt.
///
/// Safe for use by several threads. Blocking.
public final class ModelCache implements AutoCloseable {
    /// A copy that was broken off, or is kept for another attempt, is given up when no load has come for so long.
    static final Duration STAYS = Duration.ofDays(1);

    private static final int MOST_READABLE = 40;
    private static final int DIGEST_BYTES = 8;
    private static final long LOOK_MILLIS = 100;

    private static final Logger LOG = Logger.getLogger(ModelCache.class);

    private final CacheFolder folder;
    private final long most;
    private final InstantSource clock;
    private final Map<String, Slot> slots = new HashMap<>();

    /// An entry that this process uses or wants to use.
    private static final class Slot {
        final CacheEntry entry;
        /// Held by the thread that makes the entry whole.
        final ReentrantLock making = new ReentrantLock();

        int users;
        boolean whole;

        Slot(CacheEntry entry) {
            this.entry = entry;
        }
    }

    private ModelCache(CacheFolder folder, long most, InstantSource clock) {
        this.folder = folder;
        this.most = most;
        this.clock = clock;
    }

    /// Where the next process finds again what is copied.
    ///
    /// @param parent a folder is made in it, once it is needed
    /// @param most bytes of all copies together, beyond which those that are not used are removed
    public static ModelCache kept(Path parent, long most, InstantSource clock) {
        return new ModelCache(new KeptDirectory(parent), most, clock);
    }

    /// For this process only.
    ///
    /// @param parent a folder is made in it, once it is needed, and removed at the end
    /// @param most bytes of all copies together, beyond which those that were broken off are removed
    public static ModelCache own(Path parent, long most, InstantSource clock) {
        return new ModelCache(new CacheDirectory(parent), most, clock);
    }

    /// Fills a directory with the files of a version.
    @FunctionalInterface
    interface Fill {
        /// @param partial may hold what an earlier call has left
        void into(Path partial) throws IOException;
    }

    /// A whole copy that stays where it is until it is released.
    public final class Copy {
        private final Slot slot;
        private boolean released;

        private Copy(Slot slot) {
            this.slot = slot;
        }

        Path files() {
            return slot.entry.whole();
        }

        /// It is not used any more. A second call does nothing.
        void release() {
            leave(folder.isKept());
        }

        /// It is not used now, and will be soon. A second call does nothing.
        void releaseForAnotherAttempt() {
            leave(true);
        }

        private void leave(boolean keeps) {
            synchronized (this) {
                if (released) {
                    return;
                }
                released = true;
            }
            ModelCache.this.leave(slot, keeps);
        }
    }

    /// The copy of a version; filled if there is none. Waits for another thread, or another process, that fills it.
    ///
    /// @throws IOException if the cache cannot be written, or lacks room
    /// @throws io.kaon.model.ServingException CANCELLED if the transfer is cancelled, and as `fill`
    Copy copy(StoredVersion stored, Transfer transfer, Fill fill) throws IOException {
        Slot slot = enter(key(stored));
        try {
            makeWhole(slot, stored, transfer, fill);
            return new Copy(slot);
        } catch (IOException | RuntimeException | Error failure) {
            leave(slot, true);
            throw failure;
        }
    }

    private void makeWhole(Slot slot, StoredVersion stored, Transfer transfer, Fill fill) throws IOException {
        try {
            while (!slot.making.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                transfer.check();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while another load copies " + stored.location(), interrupted);
        }
        try {
            if (slot.whole) {
                return;
            }
            // Between the one lock and the other, another process may remove what it finds unused.
            do {
                slot.entry.lockAlone(transfer);
                if (!slot.entry.isWhole()) {
                    makeRoom(stored.files().bytes());
                    fill(slot.entry, fill);
                }
                slot.entry.lockWithOthers();
            } while (!slot.entry.isWhole());
            slot.whole = true;
        } catch (IOException | RuntimeException | Error failure) {
            slot.entry.unlock();
            throw failure;
        } finally {
            slot.making.unlock();
        }
    }

    private static void fill(CacheEntry entry, Fill fill) throws IOException {
        Path partial = Files.createDirectories(entry.partial());
        try {
            fill.into(partial);
        } catch (IOException notWritten) {
            // A full disk: what is half there takes the room from others.
            entry.remove();
            throw notWritten;
        }
        entry.finish();
    }

    private Slot enter(String key) throws IOException {
        Path directory = folder.path();
        synchronized (slots) {
            Slot slot = slots.computeIfAbsent(key, _ -> new Slot(new CacheEntry(directory, key)));
            slot.users++;
            return slot;
        }
    }

    private void leave(Slot slot, boolean keeps) {
        synchronized (slots) {
            slot.users--;
            if (slot.users > 0) {
                return;
            }
            slots.remove(slot.entry.key());
            try {
                if (slot.whole) {
                    slot.entry.touch(clock.instant());
                }
                slot.entry.unlock();
                if (slot.whole && !keeps && slot.entry.tryLockAlone()) {
                    slot.entry.remove();
                }
            } catch (IOException failure) {
                LOG.warnf("the copy %s could not be released: %s", slot.entry.whole(), failure);
            }
        }
    }

    /// Removes what dead processes have left, and what is too much.
    public void sweep() {
        folder.sweep();
        if (folder.isKept()) {
            try {
                evict(0);
            } catch (IOException failure) {
                LOG.warnf("the cache could not be looked through: %s", failure);
            }
        }
    }

    private void makeRoom(long bytes) throws IOException {
        evict(bytes);
        long usable = Files.getFileStore(folder.path()).getUsableSpace();
        if (usable < bytes) {
            throw new IOException("the version takes " + bytes + " bytes, and " + folder.path() + " has room for "
                    + usable + ": free some, or choose another place with kaon.load.cache");
        }
    }

    /// One that is not used by this process.
    private record Unused(CacheEntry entry, Instant used, long bytes) {}

    private void evict(long room) throws IOException {
        List<Unused> unused = new ArrayList<>();
        long total = room;
        for (CacheEntry entry : entries()) {
            long bytes = entry.bytes();
            total += bytes;
            if (!isUsed(entry.key())) {
                unused.add(new Unused(entry, entry.used(), bytes));
            }
        }
        unused.sort(Comparator.comparing(Unused::used));
        Instant givenUp = clock.instant().minus(STAYS);
        for (Unused candidate : unused) {
            boolean stale = (!folder.isKept() || !candidate.entry.isWhole()) && candidate.used.isBefore(givenUp);
            if ((stale || total > most) && removeIfFree(candidate.entry)) {
                total -= candidate.bytes;
            }
        }
    }

    private boolean isUsed(String key) {
        synchronized (slots) {
            return slots.containsKey(key);
        }
    }

    /// @return whether it is gone
    private boolean removeIfFree(CacheEntry entry) throws IOException {
        synchronized (slots) {
            if (slots.containsKey(entry.key()) || !entry.tryLockAlone()) {
                return false;
            }
            entry.remove();
        }
        LOG.infof("%s is removed from the cache: no version uses it", entry.whole());
        return true;
    }

    private List<CacheEntry> entries() throws IOException {
        List<CacheEntry> entries = new ArrayList<>();
        Path directory = folder.path();
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(directory, "*" + CacheEntry.LOCK)) {
            locks.forEach(lock -> entries.add(CacheEntry.ofLock(directory, lock)));
        }
        return entries;
    }

    /// The first part is for people, the digest makes it unique.
    private static String key(StoredVersion stored) {
        Location location = stored.location();
        String readable = location.path().replaceAll("[^A-Za-z0-9_-]", "_");
        byte[] digest;
        try {
            digest = MessageDigest.getInstance("SHA-256")
                    .digest(location.toString().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        return readable.substring(Math.max(0, readable.length() - MOST_READABLE)) + "-"
                + HexFormat.of().formatHex(digest, 0, DIGEST_BYTES) + "-"
                + HexFormat.of().toHexDigits(stored.files().fingerprint());
    }

    /// Where the folder is the process's own, everything in it goes.
    @Override
    public void close() {
        synchronized (slots) {
            for (Slot slot : slots.values()) {
                try {
                    slot.entry.unlock();
                } catch (IOException failure) {
                    LOG.warnf("the copy %s could not be released: %s", slot.entry.whole(), failure);
                }
            }
            slots.clear();
        }
        folder.close();
    }
}
