package io.kaon.storage.file;

import io.kaon.storage.DirectorySummary;
import io.kaon.storage.StoredDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One walk through everything below a directory, while others may be writing there.
///
/// **Links** are followed, so a directory can be reached on many paths, and endlessly many where a link leads upwards.
/// Each directory is therefore walked once, on the first path in alphabetical order; on every other path it is noted
/// as the same as that one. Two links per level would otherwise make the work double with each level.
///
/// **Links out of the model's folder** end the walk, unless they are allowed ([LinkBounds]).
///
/// **Names that begin with two dots** and stand for directories are Kubernetes' own: in a mounted ConfigMap, `a.txt` is
/// a link to `..data/a.txt`, and `..data` a link to `..2026_01_01_00_00_00.1`. What is published is the link without
/// dots; counting the others would give every file three times.
///
/// **`lost+found`** at the top is where a file system keeps what a repair has found. It belongs to root, is
/// no part of a model, and is passed over if it may not be read, so that a volume may hold one model and
/// nothing else.
///
/// **Vanishing**: what is gone between being listed and being looked at is as good as never there.
///
/// **Attributes that are cached**: a machine that mounts a network file system believes for seconds what it was
/// told of a file, so that a file which another machine writes seems to be at rest. Opening it asks the server
/// (close-to-open consistency), so on such file systems each file is opened before its size is believed.
///
/// **What it cannot see**: a file system stamps files with a clock that may tick as rarely as every ten
/// milliseconds, some network file systems once a second. A file rewritten twice within a tick, at the same
/// size, looks the same after either. A caller that needs certainty waits until the time of change lies back
/// further than that.
final class FileTree {
    /// No model is nested like that; a tree which has no end is.
    static final int MOST_LEVELS = 64;

    private static final String REPAIRED = "lost+found";

    /// Told of what the walk meets, parents first, each by its name relative to the root.
    interface Visitor {
        void directory(String name) throws IOException;

        /// A directory that was met before under another name, which is empty for the root.
        void same(String name, String before) throws IOException;

        void file(String name, Path file, FileStamp stamp) throws IOException;
    }

    private final DirectorySummary summary = new DirectorySummary();
    /// Types of file systems whose attributes may be cached, by how they begin.
    private static final List<String> CACHED =
            List.of("nfs", "cifs", "smb", "ceph", "fuse", "gluster", "lustre", "9p", "afs", "gpfs", "beegfs");

    private final LinkBounds bounds;
    private final boolean cached;
    private final @Nullable Visitor visitor;

    /// The name under which each directory was walked first.
    private final Map<Object, String> walked = new HashMap<>();

    private FileTree(LinkBounds bounds, boolean cached, @Nullable Visitor visitor) {
        this.bounds = bounds;
        this.cached = cached;
        this.visitor = visitor;
    }

    /// @return what was there when the walk met it
    static StoredDirectory walk(Path root, LinkBounds bounds, @Nullable Visitor visitor) throws IOException {
        FileStamp stamp = FileStamp.of(root);
        if (stamp == null) {
            throw new NoSuchFileException(root.toString());
        }
        FileTree tree = new FileTree(bounds, mayBeCached(root), visitor);
        tree.requireInBounds(root, stamp);
        tree.walked.put(stamp.identity(), "");
        tree.summary.changed(stamp.changed());
        tree.walk(root, names(root), "", 1);
        return tree.summary.finish();
    }

    private static boolean mayBeCached(Path root) throws IOException {
        String type = Files.getFileStore(root).type();
        return CACHED.stream().anyMatch(type::startsWith);
    }

    /// The names in a directory, sorted.
    static List<String> names(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                names.add(child.getFileName().toString());
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(names);
        return names;
    }

    /// @param prefix what comes before the names of the directory's children
    private void walk(Path directory, List<String> names, String prefix, int level) throws IOException {
        for (String name : names) {
            Path child = directory.resolve(name);
            FileStamp stamp = FileStamp.of(child);
            if (stamp != null && stamp.isFile() && cached) {
                stamp = opened(child);
            }
            if (stamp == null) {
                continue;
            }
            if (stamp.isDirectory()) {
                if (!name.startsWith("..")) {
                    requireInBounds(child, stamp);
                    enter(child, stamp, prefix + name, level + 1);
                }
            } else if (stamp.isFile()) {
                requireInBounds(child, stamp);
                summary.changed(stamp.changed());
                summary.file(prefix + name, stamp.size(), stamp.times());
                if (visitor != null) {
                    visitor.file(prefix + name, child, stamp);
                }
            }
        }
    }

    /// What the server says of a file now; null if it is gone.
    private static @Nullable FileStamp opened(Path file) throws IOException {
        try (FileChannel _ = FileChannel.open(file, StandardOpenOption.READ)) {
            return FileStamp.of(file);
        } catch (NoSuchFileException _) {
            return null;
        } catch (AccessDeniedException _) {
            // No part of a model, or else the engine says so.
            return FileStamp.of(file);
        }
    }

    private void requireInBounds(Path path, FileStamp stamp) throws IOException {
        if (stamp.isLink()) {
            bounds.require(path);
        }
    }

    private void enter(Path directory, FileStamp stamp, String name, int level) throws IOException {
        if (level > MOST_LEVELS) {
            throw new FileSystemException(
                    directory.toString(), null, "it lies more than " + MOST_LEVELS + " directories deep");
        }
        String before = walked.putIfAbsent(stamp.identity(), name);
        if (before != null) {
            summary.fact(name, "same as " + before);
            if (visitor != null) {
                visitor.same(name, before);
            }
            return;
        }
        summary.changed(stamp.changed());
        List<String> names;
        try {
            names = names(directory);
        } catch (NoSuchFileException _) {
            return;
        } catch (AccessDeniedException denied) {
            if (name.equals(REPAIRED)) {
                return;
            }
            throw denied;
        }
        if (visitor != null) {
            visitor.directory(name);
        }
        walk(directory, names, name + "/", level);
    }
}
