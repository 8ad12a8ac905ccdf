package io.kaon.storage.file;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Listing;
import io.kaon.storage.LocalTree;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.storage.StoredDirectory;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Directories of the file system, for the scheme `file`. Reads only, and where the files stand.
///
/// Symbolic links count as what they lead to: Kubernetes and git-sync publish directories through links. A link that
/// leads nowhere, or in circles, is not there.
///
/// An error is never taken for an absence. An empty list makes the server unload a model, so whatever could not be
/// read fails the whole call, and what is being served stays.
///
/// Stateless, hence safe for use by several threads.
public final class FileStore implements ModelStore {
    @Override
    public Listing list(Location base) {
        Path directory = path(base);
        try {
            List<String> directories = new ArrayList<>();
            List<String> files = new ArrayList<>();
            for (String name : FileTree.names(directory)) {
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
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    @Override
    public StoredDirectory describe(Location directory) {
        Path path = path(directory);
        try {
            return FileTree.describe(path);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    @Override
    public Path inPlace(Location directory) {
        Path path = path(directory);
        try {
            List<String> _ = FileTree.names(path);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
        return path;
    }

    /// For versions that must not change while they serve.
    @Override
    public void fetch(StoredVersion wanted, Path into, Transfer transfer) throws IOException {
        Path path = path(wanted.location());
        FileCopy copy = new FileCopy(into, transfer);
        try {
            StoredDirectory _ = FileTree.walk(path, copy);
        } catch (FileSystemException failure) {
            if (failure.getFile() == null || failure.getFile().startsWith(into.toString())) {
                throw failure;
            }
            throw unreadable(path, failure);
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

    /// Says which path is at fault, which may lie below the one that was asked for, and what to do about it.
    private static ServingException unreadable(Path asked, IOException failure) {
        String at = failure instanceof FileSystemException named && named.getFile() != null
                ? named.getFile()
                : asked.toString();
        String message = switch (failure) {
            case NoSuchFileException _ -> at + " does not exist: check the path, and that its volume is mounted";
            case NotDirectoryException _ ->
                at + " is not a directory: expected a directory with models, versions or a model's files";
            case AccessDeniedException _ ->
                at + " may not be read: let the server's user read it, and search the directories above it";
            case FileSystemException e when e.getReason() != null -> at + " cannot be read: " + e.getReason();
            default -> at + " cannot be read: " + failure;
        };
        return new ServingException(ErrorKind.STORAGE_FAILED, message, failure);
    }
}
