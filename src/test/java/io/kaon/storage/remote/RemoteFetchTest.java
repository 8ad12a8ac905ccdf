package io.kaon.storage.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whatever a store's client does, a fetch ends, leaves its place free, and takes nothing for whole that is not.
@Timeout(60)
final class RemoteFetchTest {
    private static final Location VERSION = Location.parse("fake://bucket/m/1");
    private static final int MIB = 1 << 20;
    private static final int PLACES = 3;

    private final Semaphore room = new Semaphore(PLACES, true);
    private final Transfer transfer = new Transfer();

    @TempDir
    private Path into;

    @FunctionalInterface
    private interface Behaviour {
        void read(RemoteFile file, PartCopy part) throws IOException;
    }

    /// Has content, and does with a request what a test says.
    private static final class FakeReader implements RemoteReader {
        private final Map<String, byte[]> contents;
        private final Behaviour behaviour;
        private final Set<String> asked = ConcurrentHashMap.newKeySet();

        FakeReader(Map<String, byte[]> contents, Behaviour behaviour) {
            this.contents = contents;
            this.behaviour = behaviour;
        }

        FakeReader(Map<String, byte[]> contents) {
            this.contents = contents;
            this.behaviour = (file, part) -> part.take(content(contents, file, part));
        }

        @Override
        public void read(RemoteFile file, PartCopy part) throws IOException {
            asked.add(file.name() + "@" + part.from() / MIB);
            behaviour.read(file, part);
        }

        @Override
        public ServingException explain(Location place, Throwable failure) {
            return failure instanceof ServingException known
                    ? known
                    : new ServingException(ErrorKind.STORAGE_FAILED, place + ": " + failure, failure);
        }
    }

    private static InputStream content(Map<String, byte[]> contents, RemoteFile file, PartCopy part) {
        byte[] all = Objects.requireNonNull(contents.get(file.name()));
        return new ByteArrayInputStream(all, (int) part.from(), (int) part.length());
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static List<RemoteFile> files(Map<String, byte[]> contents) {
        RemoteFiles files = new RemoteFiles(VERSION, 1000, "kaon.some.option");
        contents.forEach((name, bytes) ->
                files.add("m/1/" + name, name, bytes.length, "tag" + Arrays.hashCode(bytes), Instant.EPOCH));
        return files.finish();
    }

    private void fetch(FakeReader reader) throws IOException {
        List<RemoteFile> files = files(reader.contents);
        new RemoteFetch(new StoredVersion(VERSION, RemoteFiles.summary(files)), reader, room, transfer)
                .fetch(files, into);
    }

    private Throwable failed(FakeReader reader) {
        Throwable failure = catchThrowable(() -> fetch(reader));
        assertThat(failure).as("failure").isNotNull();
        assertThat(room.availablePermits()).as("places free").isEqualTo(PLACES);
        return failure;
    }

    private void assertWhole(Map<String, byte[]> contents) throws IOException {
        for (Map.Entry<String, byte[]> file : contents.entrySet()) {
            assertThat(Files.readAllBytes(into.resolve(file.getKey())))
                    .as(file.getKey())
                    .isEqualTo(file.getValue());
        }
        try (Stream<Path> all = Files.walk(into)) {
            assertThat(all.filter(Files::isRegularFile)).hasSize(contents.size());
        }
    }

    @Test
    void fetchesFilesOfEverySize() throws IOException {
        Map<String, byte[]> contents = Map.of(
                "empty", random(0),
                "one", random(1),
                "a/part", random(8 * MIB),
                "a/part-and-one", random(8 * MIB + 1),
                "a/b/parts", random(20 * MIB));
        FakeReader reader = new FakeReader(contents);
        fetch(reader);

        assertWhole(contents);
        assertThat(reader.asked)
                .containsExactlyInAnyOrder(
                        "one@0",
                        "a/part@0",
                        "a/part-and-one@0",
                        "a/part-and-one@8",
                        "a/b/parts@0",
                        "a/b/parts@8",
                        "a/b/parts@16");
        assertThat(transfer.copied())
                .isEqualTo(contents.values().stream()
                        .mapToLong(bytes -> bytes.length)
                        .sum());
        assertThat(room.availablePermits()).isEqualTo(PLACES);
    }

    @Test
    void endsWithTheFirstFailureAndGoesOnWithWhatIsThere() throws IOException {
        Map<String, byte[]> contents = Map.of("a", random(20 * MIB), "b", random(3), "c", random(5));
        Throwable failure = failed(new FakeReader(contents, (file, part) -> {
            if (part.from() == 8L * MIB) {
                throw new IOException("the line is cut");
            }
            part.take(content(contents, file, part));
        }));
        assertThat(failure).hasMessageContaining("fake://bucket/m/1/a: ").hasMessageContaining("the line is cut");

        FakeReader again = new FakeReader(contents);
        fetch(again);
        assertWhole(contents);
        assertThat(again.asked).contains("a@8");
        assertThat(transfer.bytes()).isGreaterThanOrEqualTo(20 * MIB + 8);
    }

    /// As when memory does not suffice.
    @Test
    void endsWhenAThreadMeetsAnError() {
        Map<String, byte[]> contents = Map.of("a", random(20 * MIB), "b", random(3));
        Throwable failure = failed(new FakeReader(contents, (_, _) -> {
            throw new StackOverflowError("of the client");
        }));
        assertThat(failure).isInstanceOf(ServingException.class).hasRootCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void interruptsRequestsThatWaitWhenAnotherFails() {
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Map<String, byte[]> contents = Map.of("a", random(3), "b", random(3));
        Throwable failure = failed(new FakeReader(contents, (file, _) -> {
            try {
                if (file.name().equals("a")) {
                    waits.countDown();
                    new CountDownLatch(1).await();
                }
                waits.await();
                throw new IOException("refused");
            } catch (InterruptedException _) {
                ended.countDown();
                throw new InterruptedIOException("interrupted");
            }
        }));
        assertThat(failure).hasMessageContaining("refused");
        assertThat(ended.getCount()).isZero();
    }

    @Test
    void endsWhenItIsCancelledThoughTheServerIsSilent() {
        Map<String, byte[]> contents = Map.of("a", random(3));
        Throwable failure = failed(new FakeReader(contents, (_, _) -> {
            transfer.cancel();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException _) {
                throw new InterruptedIOException("interrupted");
            }
        }));
        assertThat(((ServingException) failure).kind()).isEqualTo(ErrorKind.CANCELLED);
    }

    @Test
    void takesNothingForWholeThatIsTooShortOrTooLongOrWasNotRead() throws IOException {
        Map<String, byte[]> contents = Map.of("a", random(10));
        assertThat(failed(new FakeReader(contents, (_, part) -> part.take(new ByteArrayInputStream(random(9))))))
                .hasMessageContaining("ended after 9 of 10 bytes");
        assertThat(failed(new FakeReader(contents, (_, part) -> part.take(new ByteArrayInputStream(random(11))))))
                .hasMessageContaining("expected 10 bytes from byte 0, got more");
        assertThat(failed(new FakeReader(contents, (_, _) -> {})))
                .hasMessageContaining("the answer was not read to its end");
        assertThat(into.resolve("a")).doesNotExist();
        assertThat(transfer.copied()).as("what was taken back").isZero();
    }

    /// Clients ask again by themselves after a failure on the way.
    @Test
    void beginsAPartAgainWhenItIsAskedForAgain() throws IOException {
        Map<String, byte[]> contents = Map.of("a", random(1000));
        fetch(new FakeReader(contents, (file, part) -> {
            Throwable broken = catchThrowable(() -> part.take(new ByteArrayInputStream(new byte[500])));
            assertThat(broken).isInstanceOf(IOException.class);
            part.take(content(contents, file, part));
        }));
        assertWhole(contents);
        assertThat(transfer.copied()).isEqualTo(1000);
    }

    @Test
    void saysThatTheCopyCannotBeWritten() throws IOException {
        Map<String, byte[]> contents = Map.of("a", random(20 * MIB));
        Throwable failure = failed(new FakeReader(contents, (file, part) -> {
            Thread.currentThread().interrupt();
            part.take(content(contents, file, part));
        }));
        assertThat(failure).as("a channel that is closed under it").isInstanceOf(IOException.class);
    }

    @Test
    void refusesFilesThatAreNotWhatWasDescribed() {
        List<RemoteFile> described = files(Map.of("a", random(3)));
        FakeReader reader = new FakeReader(Map.of("a", random(4)));
        Throwable failure = catchThrowable(() -> new RemoteFetch(
                        new StoredVersion(VERSION, RemoteFiles.summary(described)), reader, room, transfer)
                .fetch(files(reader.contents), into));
        assertThat(failure).hasMessageContaining("has changed since it was looked at");
        assertThat(reader.asked).isEmpty();
        assertThat(into).isEmptyDirectory();
    }
}
