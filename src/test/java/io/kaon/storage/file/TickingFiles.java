package io.kaon.storage.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;

/// Changes files so that the change can be seen: the clock that stamps them may tick as rarely as every ten
/// milliseconds, and two changes within a tick look like one.
final class TickingFiles {
    private TickingFiles() {}

    static void write(Path file, String content) {
        write(file, content.getBytes(UTF_8));
    }

    /// Writes a file, with the directories above it; again and again until its times differ from what they were.
    static void write(Path file, byte[] content) {
        try {
            Files.createDirectories(file.resolveSibling("."));
            FileStamp before = FileStamp.of(file);
            FileStamp after;
            do {
                Files.write(file, content);
                after = FileStamp.of(file);
            } while (before != null && after != null && before.times().equals(after.times()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Removes a file, or a directory with everything below it.
    static void remove(Path path) {
        try (Stream<Path> below = Files.walk(path)) {
            for (Path found : below.toList().reversed()) {
                Files.delete(found);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes a file of its own on the same volume until that is stamped later than `time`.
    static void waitForTheNextTick(Path volume, Instant time) throws IOException {
        Path clock = volume.resolve("clock");
        FileStamp stamp;
        do {
            Files.writeString(clock, "tick");
            stamp = FileStamp.of(clock);
        } while (stamp == null || !stamp.changed().isAfter(time));
    }
}
