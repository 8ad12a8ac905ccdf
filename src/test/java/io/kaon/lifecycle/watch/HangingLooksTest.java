package io.kaon.lifecycle.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.watch.AspiredModel.Found;
import io.kaon.lifecycle.watch.AspiredModel.Unreadable;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.storage.ModelStores;
import io.kaon.storage.StoredDirectory;
import io.kaon.testkit.ManualClock;
import io.kaon.testkit.MemoryStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What one directory whose listing hangs, or an Error, does to the other models.
@Timeout(30)
final class HangingLooksTest {
    private static final Location ROOT = Location.parse("memory://models");

    private final ManualClock clock = new ManualClock();
    private final MemoryStore store = new MemoryStore();
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger hanging = new AtomicInteger();
    private final BlockingQueue<Announcement> inbox = new LinkedBlockingQueue<>();
    private final AtomicInteger errors = new AtomicInteger();
    private final ExecutorService io = Executors.newCachedThreadPool();
    private final DesiredModels desired = DesiredModels.of(
            DesiredModel.of("stuck", ROOT.child("stuck")), DesiredModel.of("sound", ROOT.child("sound")));

    HangingLooksTest() {
        store.setTime(clock.instant().minus(Duration.ofHours(1)));
        store.put(ROOT.child("sound").child("1").child("a"), new byte[1]);
        store.put(ROOT.child("stuck").child("1").child("a"), new byte[1]);
    }

    @AfterEach
    void close() {
        end.countDown();
        io.close();
    }

    @Test
    void goesOnWithTheOtherModelsAndLooksAgainOnlyWhenTheLookHasReturned() throws InterruptedException {
        VersionWatcher watcher = watcher(Duration.ofSeconds(1));
        boolean _ = watcher.poll(clock.instant());
        Announcement first = inbox.take();
        assertThat(finding(first, "sound")).isInstanceOf(Found.class);
        assertThat(finding(first, "stuck"))
                .isInstanceOfSatisfying(
                        Unreadable.class,
                        stuck -> assertThat(stuck.problem())
                                .isEqualTo(
                                        "the look into memory://models/stuck has not returned; no other begins until it does"));
        boolean _ = watcher.poll(clock.instant());
        assertThat(finding(inbox.take(), "sound")).isInstanceOf(Found.class);
        assertThat(hanging).hasValue(1);
    }

    @Test
    void announcesWhatALateLookHasFound() throws InterruptedException {
        VersionWatcher watcher = watcher(Duration.ofSeconds(1));
        Thread watching = Thread.ofVirtual().start(watcher);
        Announcement first = inbox.take();
        assertThat(finding(first, "stuck")).isInstanceOf(Unreadable.class);
        end.countDown();
        // The interval is zero, so it is the look that wakes the watcher, or one that came soon because of the other
        // model.
        Announcement next = inbox.take();
        while (!(finding(next, "stuck") instanceof Found)) {
            next = inbox.take();
        }
        watcher.stop();
        watching.join();
    }

    @Test
    void pollsAgainAfterAnError() throws InterruptedException {
        end.countDown();
        errors.set(1);
        VersionWatcher watcher = watcher(Looks.BOUND);
        Thread watching = Thread.ofVirtual().start(watcher);
        CompletableFuture<Void> _ = desired.replace(desired.current());
        assertThat(finding(inbox.take(), "sound")).isInstanceOf(Found.class);
        watcher.stop();
        watching.join();
    }

    @Test
    void runsTasksBetweenPolls() throws InterruptedException {
        end.countDown();
        VersionWatcher watcher = watcher(Looks.BOUND);
        Thread watching = Thread.ofVirtual().start(watcher);
        CountDownLatch ran = new CountDownLatch(1);
        watcher.execute(ran::countDown);
        ran.await();
        watcher.stop();
        watching.join();
    }

    private static AspiredModel.Finding finding(Announcement announced, String model) {
        return Objects.requireNonNull(announced.models().get(model)).finding();
    }

    private VersionWatcher watcher(Duration bound) {
        return new VersionWatcher(
                desired,
                new ModelStores(Map.of("memory", new FakeHangingStore())),
                event -> {
                    if (errors.getAndDecrement() > 0) {
                        throw new StackOverflowError("made by a test");
                    }
                    inbox.add(event);
                },
                Duration.ZERO,
                clock,
                System::nanoTime,
                io,
                bound,
                Set.of("model.fake"));
    }

    /// Lists `stuck` when the test says so.
    private final class FakeHangingStore implements ModelStore {
        @Override
        public List<String> list(Location base) {
            if (base.name().equals("stuck")) {
                hanging.incrementAndGet();
                try {
                    end.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError(interrupted);
                }
            }
            return store.list(base);
        }

        @Override
        public List<String> topFiles(Location directory) {
            return store.topFiles(directory);
        }

        @Override
        public StoredDirectory describe(Location directory) {
            return store.describe(directory);
        }

        @Override
        public Path fetch(Location directory, CopyPlace into) throws IOException {
            return store.fetch(directory, into);
        }
    }
}
