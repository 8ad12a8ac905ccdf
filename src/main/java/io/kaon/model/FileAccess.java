package io.kaon.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Why a file cannot be read, in words: the system's are a number in some libraries, and only a path in the JDK's
/// exceptions.
public final class FileAccess {
    /// A version holds few files; of many the first are looked at.
    private static final int MOST_FILES = 1000;

    private FileAccess() {}

    /// What to say of the first file below a directory that this process may not read, for an engine whose own words
    /// name neither the file nor the reason; nothing if it may read all.
    public static Optional<String> denied(@Nullable Path directory) {
        if (directory == null) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.limit(MOST_FILES)
                    .filter(file -> Files.isRegularFile(file) && isDenied(file))
                    .findFirst()
                    .map(FileAccess::denial);
        } catch (UncheckedIOException unreadable) {
            return denial(unreadable.getCause());
        } catch (IOException unreadable) {
            return denial(unreadable);
        }
    }

    private static Optional<String> denial(@Nullable IOException unreadable) {
        return unreadable instanceof AccessDeniedException named && named.getFile() != null
                ? Optional.of(words(named))
                : Optional.empty();
    }

    private static boolean isDenied(Path file) {
        try (InputStream _ = Files.newInputStream(file)) {
            return false;
        } catch (AccessDeniedException _) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// Such as `permission denied: user kaon may not read /models/m/1/model.onnx`.
    public static String denial(Path file) {
        return "permission denied: user " + System.getProperty("user.name") + " may not read " + file
                + ": let that user read it, and search the directories above it";
    }

    /// Why a file could not be read, without the file's own name where it is a short reason.
    public static String words(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException denied when denied.getFile() != null -> denial(Path.of(denied.getFile()));
            case FileSystemException named when named.getReason() != null -> named.getReason();
            case FileSystemException named -> named.toString();
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }
}
