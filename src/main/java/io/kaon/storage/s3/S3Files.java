package io.kaon.storage.s3;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.DirectorySummary;
import io.kaon.storage.Location;
import io.kaon.storage.StoredDirectory;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awssdk.services.s3.model.S3Object;

/// The objects below one directory, as files. A key is any text that a client of the store chose, so each is looked at
/// before it becomes a path: a version with a key that is no path within its directory is refused, for what would be
/// left out may be what the model needs.
///
/// A key that ends with a slash and has no content is a directory that someone made by hand. It is no file.
final class S3Files {
    /// More than S3 lets an object have; such sizes cannot be added up.
    private static final long MOST_BYTES = 1L << 50;

    private final Location directory;
    private final S3Place place;
    private final int most;
    private final SortedMap<String, File> byName = new TreeMap<>();
    private long bytes;
    private boolean marked;

    /// One object.
    ///
    /// @param name relative to the directory, fit for a path
    /// @param tag what the server gives anew with other content
    record File(String key, String name, long size, String tag, Instant changed) {}

    /// @param most objects beyond which the directory is refused
    S3Files(Location directory, S3Place place, int most) {
        this.directory = directory;
        this.place = place;
        this.most = most;
    }

    /// @throws ServingException STORAGE_FAILED if it cannot be a file of the directory
    void add(S3Object object) {
        String key = object.key();
        String name = place.relative(key);
        long size = Objects.requireNonNullElse(object.size(), 0L);
        if (name.isEmpty() || (name.endsWith("/") && size == 0)) {
            marked = true;
            return;
        }
        requirePath(name);
        bytes += size;
        if (size < 0 || bytes < size || bytes > MOST_BYTES) {
            throw refused(
                    "holds more than a petabyte, says the server: \"" + shown(name) + "\" alone " + size + " bytes");
        }
        Instant changed = Objects.requireNonNullElse(object.lastModified(), Instant.EPOCH);
        String tag = object.eTag() == null ? "" : object.eTag();
        byName.put(name, new File(key, name, size, tag, changed));
        if (byName.size() > most) {
            throw refused("has more than " + most + " objects: check that it is a version of a model, or raise"
                    + " kaon.s3.most-objects");
        }
    }

    private void requirePath(String name) {
        for (String segment : name.split("/", -1)) {
            if (!Location.isName(segment)) {
                throw refused("holds an object that can be no file of it: \"" + shown(name) + "\" has "
                        + (segment.isEmpty() ? "an empty segment" : "the segment \"" + shown(segment) + "\"")
                        + "; rename or remove it");
            }
        }
        if (name.equals(S3Partial.DIRECTORY) || name.startsWith(S3Partial.DIRECTORY + "/")) {
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
    /// @throws ServingException STORAGE_FAILED if there is nothing, or an object has the name of a directory
    List<File> finish() {
        if (byName.isEmpty() && !marked) {
            throw refused("holds no objects: check the name; a directory is there as soon as an object is in it");
        }
        for (String name : byName.keySet()) {
            for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
                if (byName.containsKey(name.substring(0, slash))) {
                    throw refused("holds the object \"" + name.substring(0, slash) + "\", which is a directory of \""
                            + name + "\" as well: rename or remove one of them");
                }
            }
        }
        return List.copyOf(byName.values());
    }

    /// Content that is equal has an equal tag, so that an upload of the same files is no change.
    static StoredDirectory summary(List<File> files) {
        DirectorySummary summary = new DirectorySummary();
        for (File file : files) {
            summary.file(
                    file.name(),
                    file.size(),
                    file.tag().isEmpty() ? file.changed().toString() : file.tag());
            summary.changed(file.changed());
        }
        return summary.finish();
    }

    private ServingException refused(String what) {
        return new ServingException(ErrorKind.STORAGE_FAILED, directory + " " + what);
    }
}
