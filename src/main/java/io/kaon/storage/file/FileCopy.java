package io.kaon.storage.file;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Transfer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Copies what one walk through a directory meets. A file grows under another name and is renamed when it is
/// whole, so that what has its own name and size is not copied again.
///
/// A directory that is reached on two paths is copied once, and linked on the other: so a link that leads
/// upwards has no endless copy.
final class FileCopy implements FileTree.Visitor {
    private static final String GROWING = ".kaon-growing";
    private static final long STEP = 8 << 20;

    private final Path into;
    private final Transfer transfer;

    FileCopy(Path into, Transfer transfer) {
        this.into = into;
        this.transfer = transfer;
    }

    @Override
    public void directory(String name) throws IOException {
        Files.createDirectories(into.resolve(name));
    }

    @Override
    public void same(String name, String before) throws IOException {
        Path link = into.resolve(name);
        if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            int up = name.length() - name.replace("/", "").length();
            Files.createSymbolicLink(link, Path.of("../".repeat(up) + (before.isEmpty() ? "." : before)));
        }
    }

    @Override
    public void file(String name, Path file, FileStamp stamp) throws IOException {
        Path target = into.resolve(name);
        if (Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS) && Files.size(target) == stamp.size()) {
            transfer.found(stamp.size());
            return;
        }
        Path growing = into.resolve(GROWING);
        copy(file, growing);
        Files.move(growing, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private void copy(Path file, Path growing) throws IOException {
        try (FileChannel from = open(file);
                FileChannel to = FileChannel.open(
                        growing,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            transfer.check();
            long at = 0;
            for (long copied = from.transferTo(at, STEP, to); copied > 0; copied = from.transferTo(at, STEP, to)) {
                at += copied;
                transfer.add(copied);
            }
        }
    }

    /// Removes what a copy that was broken off has left growing.
    void finish() throws IOException {
        Files.deleteIfExists(into.resolve(GROWING));
    }

    /// What is gone since the walk met it is not what was described.
    private static FileChannel open(Path file) throws IOException {
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException gone) {
            throw new ServingException(ErrorKind.STORAGE_FAILED, file + " is gone while it is copied", gone);
        }
    }
}
