package io.kaon.lifecycle.load;

import io.kaon.model.ModelId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Where versions are copied to that come from remote stores, or whose engine goes on reading their files:
/// `<root>/<model>/<version>`, where the root is a [CacheDirectory]. A copy grows under another name and is
/// renamed when it is whole, so what is there under a number is a whole version. Two threads never work on
/// the same version.
public final class ModelCache implements AutoCloseable {
    private static final int MOST_READABLE = 40;
    private static final int DIGEST_BYTES = 8;

    private final CacheDirectory root;

    /// @param parent where the process's own directory is made, once it is needed
    public ModelCache(Path parent) {
        this.root = new CacheDirectory(parent);
    }

    /// Removes what dead processes have left there.
    public void sweep() {
        root.sweep();
    }

    /// Removes everything.
    @Override
    public void close() {
        root.close();
    }

    /// An unused place to copy to. What an earlier, broken copy left there is removed.
    Path partial(ModelId id) throws IOException {
        Path partial = directory(id.name()).resolve(id.version() + ".partial");
        delete(partial);
        return partial;
    }

    /// The whole copy in its place.
    Path finish(ModelId id, Path partial) throws IOException {
        Path whole = directory(id.name()).resolve(Long.toString(id.version()));
        delete(whole);
        return Files.move(partial, whole, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Copies a directory with everything in it. Links are followed: what they lead to may be changed as well.
    ///
    /// @param into does not exist yet
    static void copy(Path directory, Path into) throws IOException {
        Files.walkFileTree(
                directory, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes)
                            throws IOException {
                        Files.createDirectories(into.resolve(directory.relativize(visited)));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        Files.copy(file, into.resolve(directory.relativize(file)));
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /// A model's name may hold anything and be of any length, and file systems differ in what they tell apart. The
    /// first part is for people, the digest makes it unique.
    private Path directory(String model) throws IOException {
        String readable = model.replaceAll("[^A-Za-z0-9_-]", "_");
        byte[] digest;
        try {
            digest = MessageDigest.getInstance("SHA-256").digest(model.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        return root.path()
                .resolve(readable.substring(0, Math.min(MOST_READABLE, readable.length())) + "-"
                        + HexFormat.of().formatHex(digest, 0, DIGEST_BYTES));
    }

    /// Removes a directory with everything in it; fine if there is none. Links are removed, not followed.
    static void delete(Path directory) throws IOException {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                        throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException _) {
            // Nothing to remove.
            return;
        }
    }
}
