package io.kaon.lifecycle.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.DirectorySummary;
import io.kaon.storage.Location;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import io.kaon.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ModelCacheTest {
    private static final long MOST = 25;

    @TempDir
    private Path parent;

    private final ManualClock clock = new ManualClock();
    private final AtomicInteger fills = new AtomicInteger();

    @Test
    void findsACopyAgainInTheNextProcessAndOtherContentNot() throws IOException {
        try (ModelCache first = kept()) {
            ModelCache.Copy copy = first.copy(version("a", 1), new Transfer(), this::fill);
            assertThat(copy.files().resolve("weights")).hasContent("0123456789");
            copy.release();
        }
        try (ModelCache next = kept()) {
            next.copy(version("a", 1), new Transfer(), this::fill).release();
            assertThat(fills).hasValue(1);
            next.copy(version("a", 2), new Transfer(), this::fill).release();
            next.copy(version("b", 1), new Transfer(), this::fill).release();
            assertThat(fills).hasValue(3);
        }
    }

    @Test
    void removesACopyOfItsOwnWhenItsLastUserLeaves() throws IOException {
        try (ModelCache cache = own()) {
            ModelCache.Copy one = cache.copy(version("a", 1), new Transfer(), this::fill);
            ModelCache.Copy other = cache.copy(version("a", 1), new Transfer(), this::fill);
            assertThat(fills).hasValue(1);
            one.release();
            one.release();
            assertThat(other.files()).exists();
            other.release();
            assertThat(other.files()).doesNotExist();
        }
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void removesTheLongestUnusedWhenAllTogetherAreTooMuch() throws IOException {
        try (ModelCache cache = kept()) {
            ModelCache.Copy used = cache.copy(version("a", 1), new Transfer(), this::fill);
            ModelCache.Copy old = cache.copy(version("b", 1), new Transfer(), this::fill);
            old.release();
            clock.advance(Duration.ofMinutes(1));
            ModelCache.Copy third = cache.copy(version("c", 1), new Transfer(), this::fill);
            assertThat(old.files()).as("30 bytes are more than %d", MOST).doesNotExist();
            assertThat(used.files()).as("a version uses it").exists();
            third.release();
            clock.advance(Duration.ofMinutes(1));
            ModelCache.Copy fourth = cache.copy(version("d", 1), new Transfer(), this::fill);
            assertThat(third.files()).doesNotExist();
            assertThat(fourth.files()).exists();
            fourth.release();
            used.release();
        }
    }

    @Test
    void neverRemovesWhatVersionsUseHoweverMuchItIs() throws IOException {
        try (ModelCache cache = kept()) {
            List<ModelCache.Copy> used = List.of(
                    cache.copy(version("a", 1), new Transfer(), this::fill),
                    cache.copy(version("b", 1), new Transfer(), this::fill),
                    cache.copy(version("c", 1), new Transfer(), this::fill));
            cache.sweep();
            assertThat(used).allSatisfy(copy -> assertThat(copy.files()).exists());
            used.forEach(ModelCache.Copy::release);
        }
    }

    @Test
    void goesOnWithACopyThatWasBrokenOff() throws IOException {
        try (ModelCache first = kept()) {
            assertThatThrownBy(() -> first.copy(version("a", 1), new Transfer(), partial -> {
                        Files.writeString(partial.resolve("first"), "01234");
                        throw new ServingException(ErrorKind.STORAGE_FAILED, "connection reset");
                    }))
                    .hasMessage("connection reset");
        }
        try (ModelCache next = kept()) {
            ModelCache.Copy copy = next.copy(version("a", 1), new Transfer(), partial -> {
                assertThat(partial.resolve("first")).hasContent("01234");
                Files.writeString(partial.resolve("second"), "56789");
            });
            assertThat(copy.files().resolve("first")).exists();
            copy.release();
        }
    }

    @Test
    void givesUpACopyThatNoLoadHasGoneOnWithForADay() throws IOException {
        try (ModelCache cache = kept()) {
            assertThatThrownBy(() -> cache.copy(version("a", 1), new Transfer(), partial -> {
                        Files.writeString(partial.resolve("first"), "0");
                        throw new ServingException(ErrorKind.STORAGE_FAILED, "connection reset");
                    }))
                    .isInstanceOf(ServingException.class);
            cache.sweep();
            assertThat(entries()).isNotEmpty();
            // Files have the system's time.
            clock.advance(Duration.ofDays(40_000));
            cache.sweep();
            assertThat(entries()).isEmpty();
        }
    }

    @Test
    void keepsNothingOfACopyThatCouldNotBeWritten() throws IOException {
        try (ModelCache cache = kept()) {
            assertThatThrownBy(() -> cache.copy(version("a", 1), new Transfer(), partial -> {
                        Files.writeString(partial.resolve("first"), "0");
                        throw new IOException("No space left on device");
                    }))
                    .hasMessage("No space left on device");
            assertThat(entries()).isEmpty();
        }
    }

    @Test
    void refusesAVersionForWhichThereIsNoRoomBeforeItIsCopied() throws IOException {
        DirectorySummary summary = new DirectorySummary();
        summary.file("weights", Long.MAX_VALUE / 2, "1");
        StoredVersion huge = new StoredVersion(Location.parse("memory://m/1"), summary.finish());
        try (ModelCache cache = own()) {
            assertThatThrownBy(() -> cache.copy(huge, new Transfer(), this::fill))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("has room for");
            assertThat(fills).hasValue(0);
        }
    }

    @Test
    void fillsOnceThoughTwoLoadsWantTheSame() throws Exception {
        CountDownLatch filling = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (ModelCache cache = own();
                ExecutorService threads = Executors.newCachedThreadPool()) {
            Future<ModelCache.Copy> first =
                    threads.submit(() -> cache.copy(version("a", 1), new Transfer(), partial -> {
                        filling.countDown();
                        await(goOn);
                        fill(partial);
                    }));
            await(filling);
            Future<ModelCache.Copy> second =
                    threads.submit(() -> cache.copy(version("a", 1), new Transfer(), this::fill));
            Transfer unwanted = new Transfer();
            unwanted.cancel();
            assertThatThrownBy(() -> cache.copy(version("a", 1), unwanted, this::fill))
                    .as("who waits can be cancelled")
                    .isInstanceOfSatisfying(
                            ServingException.class,
                            ended -> assertThat(ended.kind()).isEqualTo(ErrorKind.CANCELLED));
            goOn.countDown();
            assertThat(first.get().files()).isEqualTo(second.get().files());
            assertThat(fills).hasValue(1);
            first.get().release();
            second.get().release();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /// Ten bytes.
    private void fill(Path partial) throws IOException {
        fills.incrementAndGet();
        Files.writeString(partial.resolve("weights"), "0123456789");
    }

    private static StoredVersion version(String model, int content) {
        DirectorySummary summary = new DirectorySummary();
        summary.file("weights", 10, "generation " + content);
        return new StoredVersion(Location.parse("memory://" + model + "/1"), summary.finish());
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> all = Files.list(parent.resolve(KeptDirectory.NAME))) {
            return all.toList();
        }
    }

    private ModelCache kept() {
        return ModelCache.kept(parent, MOST, clock);
    }

    private ModelCache own() {
        return ModelCache.own(parent, MOST, clock);
    }
}
