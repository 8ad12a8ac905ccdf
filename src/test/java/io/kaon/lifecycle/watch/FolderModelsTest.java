package io.kaon.lifecycle.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.lifecycle.HandDriven;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.ModelFolder;
import io.kaon.lifecycle.watch.AspiredModel.Found;
import io.kaon.lifecycle.watch.AspiredModel.Unreadable;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelFiles;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStores;
import io.kaon.testkit.ManualClock;
import io.kaon.testkit.MemoryStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Which directories of a folder are models.
final class FolderModelsTest {
    private static final Location ROOT = Location.parse("memory://models");

    private final ManualClock clock = new ManualClock();
    private final MemoryStore store = new MemoryStore();
    private final Deque<Announcement> inbox = new ArrayDeque<>();
    private final DesiredModels desired = DesiredModels.of(ModelFolder.of(ROOT));
    private final VersionWatcher watcher = new VersionWatcher(
            desired,
            new ModelStores(Map.of("memory", store)),
            inbox::add,
            PollIntervals.of(Duration.ofSeconds(1)),
            clock,
            clock,
            Runnable::run,
            VersionWatcher.HANGS,
            ModelFiles.of("model.fake"),
            _ -> false);

    @Test
    void findsTheModelsInAFolderAnewAtEachPoll() {
        putOld("a/1/f", 1);
        putOld("b/7/f", 1);
        putOld("notes/readme", 1);
        putOld(".hidden/1/f", 1);
        putOld("c.tmp/1/f", 1);
        poll();
        assertThat(announced()).containsOnlyKeys("a", "b");
        putOld("c/1/f", 1);
        store.remove(ROOT.child("a"));
        poll();
        assertThat(announced()).containsOnlyKeys("b", "c");
        assertThat(aspired("c")).containsExactly(1L);
    }

    @Test
    void forgetsDirectoriesThatAreGone() {
        putOld("notes/readme", 1);
        poll();
        assertThat(announced()).isEmpty();
        store.remove(ROOT.child("notes"));
        poll();
        putOld("notes/model.fake", 1);
        poll();
        assertThat(announced()).containsOnlyKeys("notes");
    }

    @Test
    void keepsTheModelsOfAFolderThatCannotBeRead() {
        putOld("a/1/f", 1);
        poll();
        store.failNext("the disk is away");
        poll();
        assertThat(aspired("a")).containsExactly(1L);
        store.remove(ROOT);
        poll();
        assertThat(announced()).containsOnlyKeys("a");
        assertThat(Objects.requireNonNull(announced().get("a")).finding()).isInstanceOf(Unreadable.class);
    }

    @Test
    void letsADeclaredModelHideOneOfTheFolder() {
        putOld("a/1/f", 1);
        putOld("elsewhere/5/f", 1);
        CompletableFuture<Void> _ = desired.replace(new DesiredModels.Declaration(
                List.of(DesiredModel.of("a", ROOT.child("elsewhere"))), ModelFolder.of(ROOT)));
        poll();
        assertThat(aspired("a")).containsExactly(5L);
    }

    @Test
    void passesOverWhatItMayNotRead() throws InterruptedException {
        putOld("m/1/a", 1);
        store.makeDirectory(ROOT.child("lost+found"));
        store.beforeEachListing(location -> {
            if (location.name().equals("lost+found")) {
                throw new ServingException(ErrorKind.STORAGE_FAILED, location + " may not be read");
            }
        });
        assertThat(watcher.poll(clock.instant())).isFalse();
        assertThat(inbox.removeLast())
                .isInstanceOfSatisfying(
                        Announcement.class,
                        announced -> assertThat(announced.models()).containsOnlyKeys("m"));
    }

    private void poll() {
        boolean _ = HandDriven.poll(watcher, clock);
    }

    private void putOld(String path, int size) {
        store.setTime(clock.instant().minus(Duration.ofHours(1)));
        store.put(Location.parse(ROOT + "/" + path), new byte[size]);
    }

    private Map<String, AspiredModel> announced() {
        return inbox.getLast().models();
    }

    private Set<Long> aspired(String model) {
        return ((Found) Objects.requireNonNull(announced().get(model)).finding())
                .versions()
                .keySet();
    }
}
