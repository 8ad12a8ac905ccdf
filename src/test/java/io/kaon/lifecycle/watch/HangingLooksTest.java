package io.kaon.lifecycle.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.ModelFolder;
import io.kaon.lifecycle.watch.AspiredModel.Awaited;
import io.kaon.lifecycle.watch.AspiredModel.Found;
import io.kaon.lifecycle.watch.AspiredModel.Unreadable;
import io.kaon.model.ModelFiles;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStores;
import io.kaon.testkit.ManualClock;
import io.kaon.testkit.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
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
    private final AtomicBoolean hangs = new AtomicBoolean(true);
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
        store.beforeEachListing(this::hang);
    }

    @AfterEach
    void close() {
        end.countDown();
        io.close();
    }

    @Test
    void goesOnWithTheOtherModelsAndLooksAgainOnlyWhenTheLookHasReturned() throws InterruptedException {
        VersionWatcher watcher = watcher(clock);
        boolean _ = watcher.poll(clock.instant());
        Announcement first = inbox.take();
        assertThat(finding(first, "sound")).isInstanceOf(Found.class);
        assertThat(finding(first, "stuck")).as("it may return yet").isInstanceOf(Awaited.class);
        clock.advance(VersionWatcher.HANGS);
        boolean _ = watcher.poll(clock.instant());
        Announcement second = inbox.take();
        assertThat(finding(second, "sound")).isInstanceOf(Found.class);
        assertThat(finding(second, "stuck"))
                .isInstanceOfSatisfying(
                        Unreadable.class,
                        stuck -> assertThat(stuck.problem())
                                .isEqualTo(
                                        "the look into memory://models/stuck has not returned; no other begins until it does"));
        assertThat(hanging).hasValue(1);
        assertThat(store.listings()).as("one for each poll, of the sound model").isEqualTo(2);
    }

    @Test
    void keepsWhatWasFoundBeforeUntilTheLookCountsAsOneThatHangs() throws InterruptedException {
        VersionWatcher watcher = watcher(clock);
        hangs.set(false);
        boolean _ = watcher.poll(clock.instant());
        assertThat(finding(inbox.take(), "stuck")).isInstanceOf(Found.class);
        hangs.set(true);
        boolean _ = watcher.poll(clock.instant());
        assertThat(finding(inbox.take(), "stuck")).isInstanceOf(Found.class);
        clock.advance(VersionWatcher.HANGS);
        boolean _ = watcher.poll(clock.instant());
        assertThat(finding(inbox.take(), "stuck")).isInstanceOf(Unreadable.class);
    }

    @Test
    void saysThatADirectoryOfTheFolderMayBeMissingUntilItsLookHasReturned() throws InterruptedException {
        CompletableFuture<Void> _ = desired.replace(new DesiredModels.Declaration(List.of(), ModelFolder.of(ROOT)));
        VersionWatcher watcher = watcher(clock);
        boolean _ = watcher.poll(clock.instant());
        Announcement first = inbox.take();
        assertThat(first.models()).containsOnlyKeys("sound");
        assertThat(first.complete()).isFalse();
        clock.advance(VersionWatcher.HANGS);
        boolean _ = watcher.poll(clock.instant());
        Announcement second = inbox.take();
        assertThat(second.models()).containsOnlyKeys("sound");
        assertThat(second.complete()).as("nothing waits for a look that hangs").isTrue();
    }

    @Test
    void announcesALookThatHangsAndWhatItHasFoundInTheEnd() throws InterruptedException {
        VersionWatcher watcher = watcher(System::nanoTime, Duration.ofMillis(200));
        Thread watching = Thread.ofVirtual().start(watcher);
        await("stuck", Unreadable.class);
        end.countDown();
        await("stuck", Found.class);
        watcher.stop();
        watching.join();
    }

    @Test
    void pollsAgainAfterAnError() throws InterruptedException {
        end.countDown();
        errors.set(1);
        VersionWatcher watcher = watcher(System::nanoTime);
        Thread watching = Thread.ofVirtual().start(watcher);
        CompletableFuture<Void> _ = desired.replace(desired.current());
        assertThat(finding(inbox.take(), "sound")).isInstanceOf(Found.class);
        watcher.stop();
        watching.join();
    }

    @Test
    void runsTasksBetweenPolls() throws InterruptedException {
        end.countDown();
        VersionWatcher watcher = watcher(System::nanoTime);
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

    private void await(String model, Class<? extends AspiredModel.Finding> finding) throws InterruptedException {
        Announcement next = inbox.take();
        while (!finding.isInstance(finding(next, model))) {
            next = inbox.take();
        }
    }

    private VersionWatcher watcher(LongSupplier nanos) {
        return watcher(nanos, VersionWatcher.HANGS);
    }

    private VersionWatcher watcher(LongSupplier nanos, Duration bound) {
        return new VersionWatcher(
                desired,
                new ModelStores(Map.of("memory", store)),
                event -> {
                    if (errors.getAndDecrement() > 0) {
                        throw new StackOverflowError("made by a test");
                    }
                    inbox.add(event);
                },
                PollIntervals.of(Duration.ZERO),
                clock,
                nanos,
                io,
                bound,
                ModelFiles.of("model.fake"),
                _ -> false);
    }

    /// Lists `stuck` when the test says so.
    private void hang(Location base) {
        if (base.name().equals("stuck") && hangs.get()) {
            hanging.incrementAndGet();
            try {
                end.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError(interrupted);
            }
        }
    }
}
