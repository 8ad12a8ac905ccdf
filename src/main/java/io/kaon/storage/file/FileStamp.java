package io.kaon.storage.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the file system tells about a file or directory, through links. One system call, and another for a link.
///
/// @param isLink whether the path itself is a link
/// @param device number of the file system that it is in
/// @param identity equal for two paths that lead to the same file
/// @param modified when the content changed last; copying programs set it back
/// @param touched when anything about it changed last, renaming and setting back included; no program can set it
record FileStamp(
        boolean isLink,
        boolean isDirectory,
        boolean isFile,
        long device,
        Object identity,
        long size,
        FileTime modified,
        FileTime touched) {
    /// The default file systems of Linux and macOS have these.
    private static final String ATTRIBUTES =
            "unix:isSymbolicLink,isDirectory,isRegularFile,dev,fileKey,size,lastModifiedTime,ctime";

    /// As many links in a row as Linux follows.
    private static final int MOST_LINKS = 40;

    /// Null when there is nothing: it was removed, or links lead nowhere or in circles.
    static @Nullable FileStamp of(Path path) throws IOException {
        Map<String, Object> attributes;
        boolean link;
        try {
            attributes = Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
            link = attribute(attributes, "isSymbolicLink", Boolean.class);
            if (link) {
                attributes = Files.readAttributes(path, ATTRIBUTES);
            }
        } catch (NoSuchFileException _) {
            return null;
        } catch (IOException e) {
            if (leadsInCircles(path)) {
                return null;
            }
            throw e;
        }
        return new FileStamp(
                link,
                attribute(attributes, "isDirectory", Boolean.class),
                attribute(attributes, "isRegularFile", Boolean.class),
                attribute(attributes, "dev", Long.class),
                attribute(attributes, "fileKey", Object.class),
                attribute(attributes, "size", Long.class),
                attribute(attributes, "lastModifiedTime", FileTime.class),
                attribute(attributes, "ctime", FileTime.class));
    }

    private static <T> T attribute(Map<String, Object> attributes, String name, Class<T> type) {
        return type.cast(Objects.requireNonNull(attributes.get(name), name));
    }

    /// The JDK reports circles as it reports everything that has no exception of its own.
    private static boolean leadsInCircles(Path link) throws IOException {
        Path end = link;
        for (int i = 0; i <= MOST_LINKS; i++) {
            if (!Files.isSymbolicLink(end)) {
                return false;
            }
            end = end.resolveSibling(Files.readSymbolicLink(end));
        }
        return true;
    }

    Instant changed() {
        return (modified.compareTo(touched) > 0 ? modified : touched).toInstant();
    }

    /// Both times, because each misses something: `touched` is not kept by every network file system, `modified` may
    /// have been set back after a rewrite.
    String times() {
        return modified + " " + touched;
    }
}
