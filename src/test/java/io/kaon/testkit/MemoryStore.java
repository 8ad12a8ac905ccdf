package io.kaon.testkit;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.DirectorySummary;
import io.kaon.storage.Listing;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.storage.StoredDirectory;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A store in memory, which tests fill and empty. Takes locations of every scheme. Directories come with the
/// files that are put below them and stay until they are removed, as in a file system; time stands still until
/// [#setTime].
///
/// Safe for use by several threads: what is served may be fetched while a test changes it.
public final class MemoryStore implements ModelStore {
    /// A file's bytes; null for a directory.
    private static final class Entry {
        final byte @Nullable [] content;
        final long generation;
        final Instant changed;

        Entry(byte @Nullable [] content, long generation, Instant changed) {
            this.content = content;
            this.generation = generation;
            this.changed = changed;
        }
    }

    /// By location as text. The order is no help in finding what is below: `a+b` comes between `a` and `a/b`.
    private final SortedMap<String, Entry> entries = new TreeMap<>();

    private Instant now = Instant.EPOCH;
    private long generation;
    private @Nullable String failure;
    private volatile Runnable beforeEachFile = () -> {};
    private volatile Consumer<Location> beforeEachListing = _ -> {};
    private volatile boolean closed;
    private final AtomicInteger listings = new AtomicInteger();
    private final AtomicInteger descriptions = new AtomicInteger();
    private final AtomicLong fetchedBytes = new AtomicLong();

    /// The time at which everything changes that is put or removed from now on.
    public synchronized void setTime(Instant time) {
        now = time;
    }

    /// Writes a file, with the directories above it. Overwrites.
    public synchronized void put(Location file, byte[] content) {
        enterDirectories(parent(file.toString()));
        touchParent(file);
        entries.put(file.toString(), new Entry(content.clone(), generation++, now));
    }

    /// Makes an empty directory, with those above it.
    public synchronized void makeDirectory(Location directory) {
        enterDirectories(directory.toString());
    }

    /// Removes a file, or a directory with everything below it.
    public synchronized void remove(Location location) {
        String name = location.toString();
        if (entries.remove(name) == null) {
            throw new IllegalArgumentException(location + " is not there to be removed");
        }
        entries.keySet().removeIf(other -> other.startsWith(name + "/"));
        touchParent(location);
    }

    /// Makes the next call of a method of [ModelStore] fail with STORAGE_FAILED and this message; the one after it
    /// works again.
    public synchronized void failNext(String message) {
        failure = message;
    }

    @Override
    public Listing list(Location base) {
        beforeEachListing.accept(base);
        return listed(base);
    }

    private synchronized Listing listed(Location base) {
        listings.incrementAndGet();
        SortedMap<String, Entry> below = below(base);
        List<String> directories = new ArrayList<>();
        List<String> files = new ArrayList<>();
        below.forEach((name, entry) -> {
            if (name.indexOf('/') >= 0) {
                return;
            }
            if (entry.content != null) {
                files.add(name);
            } else if (!name.startsWith(".")) {
                directories.add(name);
            }
        });
        return new Listing(directories, files);
    }

    @Override
    public synchronized StoredDirectory describe(Location directory) {
        descriptions.incrementAndGet();
        SortedMap<String, Entry> below = below(directory);
        DirectorySummary summary = new DirectorySummary();
        Entry itself = entries.get(directory.toString());
        if (itself != null) {
            summary.changed(itself.changed);
        }
        below.forEach((name, entry) -> {
            summary.changed(entry.changed);
            if (entry.content != null) {
                summary.file(name, entry.content.length, "generation " + entry.generation);
            }
        });
        return summary.finish();
    }

    @Override
    public @Nullable Path inPlace(Location directory) {
        return null;
    }

    /// Holds the store's lock for one file at a time, so that tests can change it meanwhile.
    @Override
    public void fetch(StoredVersion wanted, Path into, Transfer transfer) throws IOException {
        SortedMap<String, Entry> below = asDescribed(wanted);
        for (Map.Entry<String, Entry> entry : below.entrySet()) {
            Path target = into.resolve(entry.getKey());
            byte[] content = entry.getValue().content;
            if (content == null) {
                Files.createDirectories(target);
            } else if (Files.exists(target)) {
                transfer.found(content.length);
            } else {
                beforeEachFile.run();
                transfer.check();
                Path growing = target.resolveSibling(target.getFileName() + ".growing");
                Files.write(growing, content);
                Files.move(growing, target);
                fetchedBytes.addAndGet(content.length);
                transfer.add(content.length);
            }
        }
        SortedMap<String, Entry> _ = asDescribed(wanted);
    }

    private synchronized SortedMap<String, Entry> asDescribed(StoredVersion wanted) {
        SortedMap<String, Entry> below = below(wanted.location());
        descriptions.decrementAndGet();
        if (describe(wanted.location()).fingerprint() != wanted.files().fingerprint()) {
            throw new ServingException(
                    ErrorKind.STORAGE_FAILED, wanted.location() + " has changed since it was described");
        }
        return below;
    }

    @Override
    public void close() {
        closed = true;
    }

    /// Called before each file is fetched, by the thread that fetches.
    public void beforeEachFile(Runnable action) {
        beforeEachFile = action;
    }

    /// Called before each listing, by the thread that lists, which may wait in it.
    public void beforeEachListing(Consumer<Location> action) {
        beforeEachListing = action;
    }

    /// How often a location was listed.
    public int listings() {
        return listings.get();
    }

    /// How often a directory was described.
    public int descriptions() {
        return descriptions.get();
    }

    /// Bytes of the files that were fetched.
    public long fetchedBytes() {
        return fetchedBytes.get();
    }

    public boolean isClosed() {
        return closed;
    }

    /// Everything below a directory by relative name; a directory comes before what is in it.
    private SortedMap<String, Entry> below(Location directory) {
        String message = failure;
        if (message != null) {
            failure = null;
            throw new ServingException(ErrorKind.STORAGE_FAILED, message);
        }
        Entry found = entries.get(directory.toString());
        if (found == null) {
            throw new ServingException(ErrorKind.STORAGE_FAILED, directory + " does not exist");
        }
        if (found.content != null) {
            throw new ServingException(ErrorKind.STORAGE_FAILED, directory + " is not a directory");
        }
        String prefix = directory + "/";
        SortedMap<String, Entry> below = new TreeMap<>();
        entries.forEach((name, entry) -> {
            if (name.startsWith(prefix)) {
                below.put(name.substring(prefix.length()), entry);
            }
        });
        return below;
    }

    private void enterDirectories(String directory) {
        if (!entries.containsKey(directory)) {
            int slash = directory.lastIndexOf('/');
            if (slash > 0 && directory.charAt(slash - 1) != '/') {
                enterDirectories(directory.substring(0, slash));
            }
            entries.put(directory, new Entry(null, generation++, now));
        }
    }

    private void touchParent(Location location) {
        entries.computeIfPresent(
                parent(location.toString()), (_, entry) -> new Entry(entry.content, entry.generation, now));
    }

    private static String parent(String location) {
        return location.substring(0, location.lastIndexOf('/'));
    }
}
