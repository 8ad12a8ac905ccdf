package io.kaon.storage.remote;

import io.kaon.storage.LocalTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// A directory that is being filled with a version, and what tells a later call how far an earlier one came:
///
/// * a file has its own name only when it is whole;
/// * what grows stands under a number in [#DIRECTORY], and beside it a file with a byte for each part: 1 if the part is
///   there. The byte is written after the part;
/// * the file `of` says which content all that belongs to, and since which start of the machine. The machine may have
///   gone down with a byte on its disk and without the part, so nothing of an earlier start is believed;
/// * where there is no [#DIRECTORY], all files are there that have a name.
///
/// Used by one thread at a time, but for [Growing].
final class PartialCopy {
    static final String DIRECTORY = ".kaon-fetch";

    /// Linux makes a new one at each start; without it nothing is believed that another process has left.
    private static final Path START_OF_MACHINE = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path into;
    private final Path growing;
    private final String belongsTo;

    /// @param into the directory of the caller
    /// @param fingerprint of the version
    PartialCopy(Path into, long fingerprint) throws IOException {
        this.into = into;
        this.growing = into.resolve(DIRECTORY);
        this.belongsTo = Long.toHexString(fingerprint) + " of "
                + (Files.isReadable(START_OF_MACHINE)
                        ? Files.readString(START_OF_MACHINE).strip()
                        : "process " + ProcessHandle.current().pid());
    }

    /// Removes what is of no use.
    void begin() throws IOException {
        Path of = growing.resolve("of");
        // Without it an earlier call has finished, or there was none.
        if (Files.isDirectory(growing, LinkOption.NOFOLLOW_LINKS)) {
            if (Files.isRegularFile(of, LinkOption.NOFOLLOW_LINKS)
                    && Arrays.equals(Files.readAllBytes(of), belongsTo.getBytes(StandardCharsets.UTF_8))) {
                return;
            }
            clear();
        }
        Files.createDirectories(growing);
        Files.writeString(of, belongsTo);
    }

    private void clear() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(into)) {
            for (Path path : left) {
                LocalTree.delete(path);
            }
        }
    }

    /// Whether the file is there, whole.
    boolean has(RemoteFile file) throws IOException {
        Path path = into.resolve(file.name());
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.size(path) == file.size();
    }

    /// @param number of the file among all of the version
    /// @param parts at least one
    Growing grow(RemoteFile file, int number, int parts) throws IOException {
        return new Growing(file, number, parts);
    }

    /// All is there.
    void finish() throws IOException {
        LocalTree.delete(growing);
    }

    /// One file whose parts come in any order, on any thread.
    final class Growing implements AutoCloseable {
        private final Path target;
        private final Path content;
        private final Path marks;
        private final FileChannel channel;
        private final byte[] there;
        private int missing;

        private Growing(RemoteFile file, int number, int parts) throws IOException {
            this.target = into.resolve(file.name());
            this.content = growing.resolve(Integer.toString(number));
            this.marks = growing.resolve(number + ".parts");
            this.there = new byte[parts];
            Files.createDirectories(target.getParent());
            if (parts > 1 && Files.isRegularFile(marks, LinkOption.NOFOLLOW_LINKS)) {
                byte[] left = Files.readAllBytes(marks);
                System.arraycopy(left, 0, there, 0, Math.min(left.length, parts));
            }
            for (byte mark : there) {
                missing += mark == 1 ? 0 : 1;
            }
            this.channel = FileChannel.open(
                    content, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        }

        synchronized boolean has(int part) {
            return there[part] == 1;
        }

        /// Any number of parts at the same time.
        void write(ByteBuffer bytes, long position) throws IOException {
            long at = position;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        }

        /// A part is there.
        ///
        /// @return whether the file is whole now, and has got its name
        synchronized boolean add(int part) throws IOException {
            there[part] = 1;
            missing--;
            if (missing == 0) {
                finish();
                return true;
            }
            try (FileChannel file = FileChannel.open(marks, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(new byte[] {1}), part);
            }
            return false;
        }

        /// All parts are there.
        synchronized void finish() throws IOException {
            channel.close();
            Files.move(content, target, StandardCopyOption.ATOMIC_MOVE);
            Files.deleteIfExists(marks);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
