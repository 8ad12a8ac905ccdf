package io.kaon.storage.file;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelFiles;
import io.kaon.model.ServingException;
import io.kaon.storage.Listing;
import io.kaon.storage.LocalTree;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.storage.StoredDirectory;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Directories of the file system, for the scheme `file`. Reads only, and where the files stand. A file that is a model
/// by itself counts as a directory that holds it ([SingleFile]).
///
/// Symbolic links count as what they lead to: Kubernetes and git-sync publish directories through links. A link that
/// leads nowhere, or in circles, is not there; one that leads out of the model's folder is refused ([LinkBounds]).
///
/// An error is never taken for an absence. An empty list makes the server unload a model, so whatever could not be
/// read fails the whole call, and what is being served stays. For the same reason a folder that had something in it,
/// and is empty and in another file system now, is an error: that is how a mount point looks without its volume.
///
/// On a network file system the server may have put another file in the place of one whose handle this machine still
/// has (`ESTALE`). Asked again by its path it is found, so such calls are made again at once.
///
/// Safe for use by several threads.
public final class FileStore implements ModelStore {
    /// Of one call, when handles are stale.
    private static final int MOST_ATTEMPTS = 3;

    private static final int MOST_REMEMBERED = 10_000;

    private final List<Path> links;
    private final ModelFiles modelFiles;

    /// The file system of each folder that was listed and had something in it. Holds those of the last listings.
    private final Map<Path, Long> devices = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Long> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /// @param links folders that symbolic links may lead to, besides the model's own
    /// @param modelFiles those that are models by themselves among them
    public FileStore(List<Path> links, ModelFiles modelFiles) {
        this.links = List.copyOf(links);
        this.modelFiles = modelFiles;
    }

    /// @throws ServingException INVALID_REQUEST, naming the option that is wrong
    public static FileStore of(FileConfig config, ModelFiles modelFiles) {
        List<Path> links = new ArrayList<>();
        for (String folder : config.links().orElse(List.of())) {
            if (!folder.startsWith("/")) {
                throw new ServingException(
                        ErrorKind.INVALID_REQUEST,
                        "kaon.file.links: expected absolute paths of folders with commas between them, got \"" + folder
                                + "\"");
            }
            links.add(Path.of(folder));
        }
        return new FileStore(links, modelFiles);
    }

    @FunctionalInterface
    private interface Call<T> {
        T make() throws IOException;
    }

    @Override
    public Listing list(Location base) {
        Path directory = path(base);
        return made(directory, () -> {
            Optional<SingleFile> file = single(directory);
            return file.isPresent() ? file.get().listing() : listed(directory);
        });
    }

    private Listing listed(Path directory) throws IOException {
        List<String> directories = new ArrayList<>();
        List<String> files = new ArrayList<>();
        List<String> names = FileTree.names(directory);
        requireItsVolume(directory, names.isEmpty());
        for (String name : names) {
            FileStamp stamp = FileStamp.of(directory.resolve(name));
            if (stamp == null) {
                continue;
            }
            if (stamp.isFile()) {
                files.add(name);
            } else if (stamp.isDirectory() && !name.startsWith(".") && Location.isName(name)) {
                directories.add(name);
            }
        }
        return new Listing(directories, files);
    }

    private void requireItsVolume(Path directory, boolean empty) throws IOException {
        FileStamp stamp = FileStamp.of(directory);
        if (stamp == null) {
            throw new NoSuchFileException(directory.toString());
        }
        synchronized (devices) {
            if (!empty) {
                devices.put(directory, stamp.device());
            } else if (devices.getOrDefault(directory, stamp.device()) != stamp.device()) {
                throw new FileSystemException(
                        directory.toString(),
                        null,
                        "it is empty, and in another file system than before: its volume is not mounted");
            }
        }
    }

    @Override
    public StoredDirectory describe(Location directory) {
        Path path = path(directory);
        return made(path, () -> walk(path, null));
    }

    private StoredDirectory walk(Path path, FileTree.@Nullable Visitor visitor) throws IOException {
        Optional<SingleFile> file = single(path);
        return file.isPresent() ? file.get().walk(visitor) : FileTree.walk(path, bounds(path), visitor);
    }

    private Optional<SingleFile> single(Path path) throws IOException {
        return SingleFile.at(path, modelFiles, links);
    }

    /// Looks through all of it for links that lead too far. A file without a directory of its own is copied to one.
    @Override
    public @Nullable Path inPlace(Location directory) {
        Path path = path(directory);
        if (made(path, () -> single(path)).isPresent()) {
            return null;
        }
        StoredDirectory _ = describe(directory);
        return path;
    }

    /// For versions that must not change while they serve.
    @Override
    public void fetch(StoredVersion wanted, Path into, Transfer transfer) throws IOException {
        Path path = path(wanted.location());
        FileCopy copy = new FileCopy(into, transfer);
        for (int attempt = 1; ; attempt++) {
            try {
                StoredDirectory _ = walk(path, copy);
                break;
            } catch (FileSystemException failure) {
                if (failure.getFile() == null || failure.getFile().startsWith(into.toString())) {
                    throw failure;
                }
                if (attempt == MOST_ATTEMPTS || !VolumeFailures.isStale(failure)) {
                    throw VolumeFailures.explain(path, failure);
                }
            }
        }
        copy.finish();
        if (describe(wanted.location()).fingerprint() != wanted.files().fingerprint()) {
            // What was copied may be half of either, with the sizes of both.
            LocalTree.delete(into);
            throw new ServingException(
                    ErrorKind.STORAGE_FAILED,
                    path + " has changed since it was looked at: it is copied again when it is at rest");
        }
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    private LinkBounds bounds(Path directory) {
        return LinkBounds.of(directory, links);
    }

    private static <T> T made(Path asked, Call<T> call) {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.make();
            } catch (IOException failure) {
                if (attempt == MOST_ATTEMPTS || !VolumeFailures.isStale(failure)) {
                    throw VolumeFailures.explain(asked, failure);
                }
            }
        }
    }

    private static Path path(Location location) {
        if (!location.scheme().equals(Location.FILE)) {
            throw new IllegalArgumentException(location + " is not in the file system");
        }
        try {
            return Path.of(location.path());
        } catch (InvalidPathException e) {
            throw new ServingException(
                    ErrorKind.STORAGE_FAILED,
                    location + ": the file system's encoding, " + System.getProperty("sun.jnu.encoding")
                            + ", has no such name; start the server with LC_ALL=C.UTF-8",
                    e);
        }
    }
}
