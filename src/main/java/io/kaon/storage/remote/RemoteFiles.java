package io.kaon.storage.remote;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.DirectorySummary;
import io.kaon.storage.Location;
import io.kaon.storage.StoredDirectory;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The files below one directory of a store. A name is any text that a client of the store chose, so each is looked at
/// before it becomes a path: a version with a name that is no path within its directory is refused, for what would be
/// left out may be what the model needs.
///
/// In a bucket, an object whose key ends with a slash and that has no content is a directory that a person made
/// by hand. It is no file.
public final class RemoteFiles {
    /// More than any store lets a file have; such sizes cannot be added up.
    private static final long MOST_BYTES = 1L << 50;

    private final Location directory;
    private final int most;
    private final String mostOption;
    private final SortedMap<String, RemoteFile> byName = new TreeMap<>();
    private long bytes;
    private boolean there;

    /// @param most files beyond which the directory is refused
    /// @param mostOption the name of the option that says so
    public RemoteFiles(Location directory, int most, String mostOption) {
        this.directory = directory;
        this.most = most;
        this.mostOption = mostOption;
    }

    /// The directory is there, even if nothing is in it.
    public void isThere() {
        there = true;
    }

    /// There is a file.
    ///
    /// @param key what the store calls it
    /// @param name relative to the directory
    /// @param size in bytes
    /// @param tag what the store gives anew with other content; empty if it gives nothing of the kind
    /// @param changed when it was written last; the epoch if the store does not say
    /// @throws ServingException STORAGE_FAILED if it cannot be a file of the directory
    public void add(String key, String name, long size, String tag, Instant changed) {
        if (name.isEmpty() || (name.endsWith("/") && size == 0)) {
            there = true;
            return;
        }
        requirePath(name);
        bytes += size;
        if (size < 0 || bytes < size || bytes > MOST_BYTES) {
            throw refused(
                    "holds more than a petabyte, says the server: \"" + shown(name) + "\" alone " + size + " bytes");
        }
        byName.put(name, new RemoteFile(key, name, size, tag, changed));
        if (byName.size() > most) {
            throw refused(
                    "has more than " + most + " files: check that it is a version of a model, or raise " + mostOption);
        }
    }

    private void requirePath(String name) {
        for (String segment : name.split("/", -1)) {
            if (!Location.isName(segment)) {
                throw refused("holds what can be no file of it: \"" + shown(name) + "\" has "
                        + (segment.isEmpty() ? "an empty segment" : "the segment \"" + shown(segment) + "\"")
                        + "; rename or remove it");
            }
        }
        if (name.equals(PartialCopy.DIRECTORY) || name.startsWith(PartialCopy.DIRECTORY + "/")) {
            throw refused("holds \"" + shown(name) + "\": a fetch keeps its own files under that name; rename it");
        }
    }

    /// Control characters would write lines of their own into a log.
    private static String shown(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /// All of them, when no more come.
    ///
    /// @throws ServingException STORAGE_FAILED if there is nothing, or a file has the name of a directory
    public List<RemoteFile> finish() {
        if (byName.isEmpty() && !there) {
            throw nothing(directory);
        }
        for (String name : byName.keySet()) {
            for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
                if (byName.containsKey(name.substring(0, slash))) {
                    throw refused("holds the file \"" + name.substring(0, slash) + "\", which is a directory of \""
                            + name + "\" as well: rename or remove one of them");
                }
            }
        }
        return List.copyOf(byName.values());
    }

    /// Content that is equal has an equal tag, so that an upload of the same files is no change.
    public static StoredDirectory summary(List<RemoteFile> files) {
        DirectorySummary summary = new DirectorySummary();
        for (RemoteFile file : files) {
            summary.file(
                    file.name(),
                    file.size(),
                    file.tag().isEmpty() ? file.changed().toString() : file.tag());
            summary.changed(file.changed());
        }
        return summary.finish();
    }

    /// Of a directory of a bucket in which there is no object.
    static ServingException nothing(Location directory) {
        return new ServingException(
                ErrorKind.STORAGE_FAILED,
                directory + " holds no objects: check the name; a directory is there as soon as an object is in it");
    }

    private ServingException refused(String what) {
        return new ServingException(ErrorKind.STORAGE_FAILED, directory + " " + what);
    }
}
