package io.kaon.storage.file;

import io.kaon.model.ErrorKind;
import io.kaon.model.FileAccess;
import io.kaon.model.FileAdvice;
import io.kaon.model.ServingException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;

/// Says which path is at fault, which may lie below the one that was asked for, and what to do about it.
///
/// The JDK has no exceptions of their own for what network file systems answer, only the system's words for it, which
/// are English where the locale is not set, as in containers.
final class VolumeFailures {
    private static final String STALE = "Stale ";

    /// What the kernel says of a volume whose server or process does not answer.
    private static final List<String> AWAY = List.of(
            STALE,
            "Transport endpoint is not connected",
            "Input/output error",
            "Remote I/O error",
            "Connection timed out",
            "Connection refused",
            "Host is down",
            "No route to host",
            "Software caused connection abort",
            "No such device");

    private VolumeFailures() {}

    /// Whether the same path may lead to a file if it is asked for again.
    static boolean isStale(IOException failure) {
        return reason(failure).startsWith(STALE);
    }

    static ServingException explain(Path asked, IOException failure) {
        String at = failure instanceof FileSystemException named && named.getFile() != null
                ? named.getFile()
                : asked.toString();
        String reason = reason(failure);
        String message = switch (failure) {
            case NoSuchFileException _ -> at + " does not exist: check the path, and that its volume is mounted";
            case NotDirectoryException _ ->
                at + " is not a directory: expected a directory with models, versions or a model's files"
                        + FileAdvice.appended(List.of(at.substring(at.lastIndexOf('/') + 1)));
            case AccessDeniedException _ -> FileAccess.denial(Path.of(at));
            case FileSystemException _
            when AWAY.stream().anyMatch(reason::startsWith) ->
                at + " cannot be read: " + reason + ": its volume is away; check the mount, and that its server runs";
            case FileSystemException _ when !reason.isEmpty() -> at + " cannot be read: " + reason;
            default -> at + " cannot be read: " + failure;
        };
        return new ServingException(ErrorKind.STORAGE_FAILED, message, failure);
    }

    private static String reason(IOException failure) {
        return failure instanceof FileSystemException named && named.getReason() != null ? named.getReason() : "";
    }
}
