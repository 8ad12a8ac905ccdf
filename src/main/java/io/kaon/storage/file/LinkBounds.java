package io.kaon.storage.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How far symbolic links may lead from what belongs to one model. A folder of models may be a checkout, or a
/// volume that others write to, and a link in it to `/var/run/secrets` would show an engine, and in messages
/// also clients, what was never meant for them.
///
/// **The model's own folder** is the directory that was asked for, or the one above it if its name is a number,
/// for then it is a version. The path to that folder may have links in it: it was named where the model is
/// declared.
///
/// **A repository in a Hugging Face cache** counts as one folder: `models--NAME/snapshots/REVISION` holds nothing but
/// links to `models--NAME/blobs`.
///
/// Looked up when the first link is met, so that folders without links cost nothing.
final class LinkBounds {
    private static final String VERSION = "[0-9]{1,18}";
    private static final String REPOSITORY = "models--";
    private static final String SNAPSHOTS = "snapshots";

    private final Path own;
    private final List<Path> allowed;

    private LinkBounds(Path own, List<Path> allowed) {
        this.own = own;
        this.allowed = allowed;
    }

    /// @param directory of a version, or of a model without versions
    /// @param allowed folders besides its own
    static LinkBounds of(Path directory, List<Path> allowed) {
        Path above = directory.getParent();
        Path name = directory.getFileName();
        boolean version = name != null && name.toString().matches(VERSION);
        // A directory at the root of the file system has nothing above it that could be a model's.
        return new LinkBounds(version && above != null && above.getNameCount() > 0 ? above : directory, allowed);
    }

    /// @param link that leads somewhere
    /// @throws FileSystemException if that is out of bounds
    void require(Path link) throws IOException {
        Path end = link.toRealPath();
        Path bound = repository(own.toRealPath());
        if (end.startsWith(bound)) {
            return;
        }
        List<Path> there = new ArrayList<>();
        for (Path folder : allowed) {
            if (Files.exists(folder)) {
                there.add(folder.toRealPath());
            }
        }
        if (there.stream().noneMatch(end::startsWith)) {
            throw new FileSystemException(
                    link.toString(),
                    end.toString(),
                    "it is a link to " + end + ", which is not below " + bound
                            + ": put the file there, or allow the place with kaon.file.links=" + end.getParent());
        }
    }

    private static Path repository(Path folder) {
        for (int i = 1; i < folder.getNameCount(); i++) {
            if (folder.getName(i).toString().equals(SNAPSHOTS)
                    && folder.getName(i - 1).toString().startsWith(REPOSITORY)) {
                return folder.getRoot().resolve(folder.subpath(0, i));
            }
        }
        return folder;
    }
}
