package io.kaon.lifecycle.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.lifecycle.HandDriven;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.EngineOptions;
import io.kaon.lifecycle.declaration.ModelOptions;
import io.kaon.lifecycle.watch.AspiredModel.Found;
import io.kaon.lifecycle.watch.AspiredModel.Unreadable;
import io.kaon.model.ModelFiles;
import io.kaon.model.ModelId;
import io.kaon.model.VersionPolicy;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStores;
import io.kaon.storage.StoredVersion;
import io.kaon.testkit.ManualClock;
import io.kaon.testkit.MemoryStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class VersionWatcherTest {
    private static final Location ROOT = Location.parse("memory://models");
    private static final Location BASE = ROOT.child("m");
    private static final Duration POLL = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock();
    private final MemoryStore store = new MemoryStore();
    private final Deque<Announcement> inbox = new ArrayDeque<>();
    private final Set<ModelId> serving = new HashSet<>();
    private final DesiredModels desired = DesiredModels.of(DesiredModel.of("m", BASE));
    private final VersionWatcher watcher = new VersionWatcher(
            desired,
            new ModelStores(Map.of("memory", store)),
            inbox::add,
            PollIntervals.of(POLL),
            clock,
            clock,
            Runnable::run,
            VersionWatcher.HANGS,
            ModelFiles.of("model.fake"),
            serving::contains);

    @BeforeEach
    void makeRoot() {
        store.makeDirectory(ROOT);
    }

    @Test
    void offersAnOldDirectoryAtTheFirstPoll() {
        putOld("m/1/a", 1);
        assertThat(poll()).isFalse();
        assertThat(aspired("m")).containsExactly(1L);
        StoredVersion version = Objects.requireNonNull(found("m").versions().get(1L));
        assertThat(version.location()).isEqualTo(BASE.child("1"));
        assertThat(version.files().topFiles()).containsExactly("a");
    }

    @Test
    void offersADirectoryThatHoldsAModelItselfAsVersionOne() {
        putOld("m/model.fake", 1);
        putOld("m/variables/a", 1);
        assertThat(poll()).isFalse();
        assertThat(aspired("m")).containsExactly(1L);
        assertThat(Objects.requireNonNull(found("m").versions().get(1L)).location())
                .isEqualTo(BASE);
        assertThat(found("m").problem()).isNull();
    }

    @Test
    void prefersDirectoriesWithNumbersToTheModelBesideThem() {
        putOld("m/model.fake", 1);
        putOld("m/7/a", 1);
        poll();
        assertThat(aspired("m")).containsExactly(7L);
    }

    @Test
    void takesFilesOfNoEngineForNoModel() {
        putOld("m/readme.txt", 1);
        poll();
        assertThat(aspired("m")).isEmpty();
        assertThat(problem("m")).contains("holds no version");
        putOld("m/model.fake", 1);
        poll();
        assertThat(aspired("m")).containsExactly(1L);
    }

    @Test
    void offersAFreshDirectoryWhenTwoPollsAgree() {
        putNow("m/1/a", 1);
        assertThat(poll()).as("look again soon").isTrue();
        assertThat(found("m").unsettled()).isTrue();
        assertThat(aspired("m")).isEmpty();
        clock.advance(VersionWatcher.SOON);
        assertThat(poll()).isFalse();
        assertThat(aspired("m")).containsExactly(1L);
    }

    @Test
    void offersAFreshDirectoryWhenItHasRestedWhateverEarlierPollsSaw() {
        putNow("m/1/a", 1);
        clock.advance(StableVersions.SETTLE_TIME);
        assertThat(poll()).isFalse();
        assertThat(aspired("m")).containsExactly(1L);
    }

    @Test
    void waitsWhileADirectoryGrows() {
        for (int size = 1; size < 5; size++) {
            putNow("m/1/a", size);
            assertThat(poll()).isTrue();
            assertThat(aspired("m")).isEmpty();
            clock.advance(VersionWatcher.SOON);
        }
        assertThat(poll()).isFalse();
        assertThat(aspired("m")).containsExactly(1L);
    }

    @Test
    void keepsOfferingTheOldVersionWhileTheNewOneIsHalfCopied() {
        putOld("m/2/a", 1);
        poll();
        putNow("m/3/a", 1);
        assertThat(poll()).isTrue();
        assertThat(aspired("m")).containsExactly(2L);
        clock.advance(VersionWatcher.SOON);
        assertThat(poll()).isFalse();
        assertThat(aspired("m")).containsExactly(3L);
    }

    /// A ConfigMap or git-sync swaps one directory for another, and clients must not go without either.
    @Test
    void keepsOfferingAVersionThatIsGoneWhileWhatReplacesItIsHalfCopied() {
        putOld("m/1/a", 1);
        poll();
        store.remove(BASE.child("1"));
        putNow("m/2/a", 1);
        assertThat(poll()).isTrue();
        assertThat(aspired("m")).containsExactly(1L);
        clock.advance(VersionWatcher.SOON);
        assertThat(poll()).isFalse();
        assertThat(aspired("m")).containsExactly(2L);
        store.remove(BASE.child("2"));
        poll();
        assertThat(aspired("m")).as("nothing comes in its place").isEmpty();
    }

    @Test
    void passesOverAnEmptyDirectoryWithoutHurry() {
        putOld("m/2/a", 1);
        store.makeDirectory(BASE.child("3"));
        for (int i = 0; i < 3; i++) {
            assertThat(poll()).isFalse();
            assertThat(aspired("m")).containsExactly(2L);
            assertThat(problem("m")).isEqualTo("version 3: memory://models/m/3 holds no files");
            clock.advance(POLL);
        }
    }

    @Test
    void keepsOfferingAVersionThatIsWrittenInto() {
        putOld("m/1/a", 1);
        poll();
        long before = fingerprint("m", 1);
        putNow("m/1/b", 1);
        assertThat(poll()).isTrue();
        assertThat(aspired("m")).containsExactly(1L);
        assertThat(fingerprint("m", 1)).as("the last one at rest").isEqualTo(before);
        clock.advance(VersionWatcher.SOON);
        poll();
        assertThat(fingerprint("m", 1)).isNotEqualTo(before);
    }

    @Test
    void listsOncePerPollAndDescribesNoVersionThatServes() {
        putOld("m/1/a", 1);
        poll();
        assertThat(store.descriptions()).isEqualTo(1);
        serving.add(new ModelId("m", 1));
        int listings = store.listings();
        for (int i = 1; i < VersionWatcher.LOOKS_WHILE_SERVING; i++) {
            poll();
            assertThat(aspired("m")).containsExactly(1L);
        }
        assertThat(store.listings() - listings).isEqualTo(VersionWatcher.LOOKS_WHILE_SERVING - 1);
        assertThat(store.descriptions()).isEqualTo(1);
        poll();
        assertThat(store.descriptions())
                .as("once in a long while, for changes in place")
                .isEqualTo(2);
    }

    @Test
    void looksWithFreshEyesAtADirectoryThatReturns() {
        putOld("m/1/a", 1);
        poll();
        store.remove(BASE.child("1"));
        poll();
        assertThat(aspired("m")).isEmpty();
        putNow("m/1/a", 1);
        assertThat(poll()).isTrue();
        assertThat(aspired("m")).isEmpty();
    }

    @Test
    void wantsNothingWhenTheBaseIsEmpty() {
        store.makeDirectory(BASE);
        assertThat(poll()).isFalse();
        assertThat(aspired("m")).isEmpty();
        assertThat(problem("m"))
                .isEqualTo("memory://models/m holds no version: expected a directory with a number for a name");
        store.makeDirectory(BASE.child("v1"));
        poll();
        assertThat(problem("m")).endsWith("a directory with a number for a name; rename `v1` to 1");
    }

    @Test
    void saysNothingAboutVersionsWhenTheBaseIsMissing() {
        assertThat(poll()).isFalse();
        assertThat(announced().get("m"))
                .isNotNull()
                .satisfies(model ->
                        assertThat(model.finding()).isEqualTo(new Unreadable("memory://models/m does not exist")));
    }

    @Test
    void remembersWhatItSawBeforeTheBaseWentMissing() {
        putOld("m/1/a", 1);
        poll();
        putNow("m/2/a", 1);
        poll();
        store.failNext("the disk is away");
        poll();
        assertThat(problem("m")).isEqualTo("the disk is away");
        assertThat(poll()).isFalse();
        assertThat(aspired("m")).containsExactly(2L);
    }

    @Test
    void reportsASchemeThatNoStoreReads() {
        CompletableFuture<Void> _ = desired.replace(
                new DesiredModels.Declaration(List.of(DesiredModel.of("m", Location.parse("s3://bucket/m"))), null));
        poll();
        assertThat(problem("m")).contains("s3://bucket/m").contains("[memory]");
    }

    @Test
    void takesOneOfTwoNamesForANumberAndReportsTheTwins() {
        putOld("m/001/a", 1);
        putOld("m/1/a", 1);
        poll();
        assertThat(Objects.requireNonNull(found("m").versions().get(1L)).location())
                .isEqualTo(BASE.child("1"));
        assertThat(problem("m")).contains("both version 1");
    }

    @Test
    void appliesThePolicyToWhatIsComplete() {
        for (int version = 1; version <= 4; version++) {
            putOld("m/" + version + "/a", 1);
        }
        putNow("m/5/a", 1);
        declare(new VersionPolicy.LatestN(2));
        poll();
        assertThat(aspired("m")).containsExactly(3L, 4L);
        declare(new VersionPolicy.All());
        store.remove(BASE.child("5"));
        poll();
        assertThat(aspired("m")).containsExactly(1L, 2L, 3L, 4L);
        declare(new VersionPolicy.Only(Set.of(2L, 9L)));
        poll();
        assertThat(aspired("m")).containsExactly(2L);
        declare(new VersionPolicy.Only(Set.of(9L)));
        poll();
        assertThat(aspired("m")).isEmpty();
        assertThat(problem("m")).contains("[1, 2, 3, 4]").contains("9");
    }

    @Test
    void passesTheDeclarationThrough() {
        DesiredModel model = new DesiredModel(
                "m",
                BASE,
                ModelOptions.defaults()
                        .withPolicy(new VersionPolicy.All())
                        .withEngine(EngineOptions.defaults().withName("fake")),
                Map.of("stable", 1L));
        CompletableFuture<Void> _ = desired.replace(new DesiredModels.Declaration(List.of(model), null));
        putOld("m/1/a", 1);
        poll();
        assertThat(Objects.requireNonNull(announced().get("m")).model()).isEqualTo(model);
    }

    @Test
    void tellsOfALabelOnAVersionThatThePolicyNeverChooses() {
        putOld("m/1/a", 1);
        putOld("m/2/a", 1);
        assertThat(problem(new VersionPolicy.LatestN(1), Map.of("next", 3L))).isNull();
        assertThat(problem(new VersionPolicy.All(), Map.of("old", 1L))).isNull();
        assertThat(problem(new VersionPolicy.LatestN(1), Map.of("new", 2L, "old", 1L)))
                .contains("label `old` is on version 1, which is never loaded")
                .contains("[1, 2]");
        assertThat(problem(new VersionPolicy.Only(Set.of(2L)), Map.of("stable", 7L)))
                .contains("label `stable` is on version 7");
    }

    private @Nullable String problem(VersionPolicy policy, Map<String, Long> labels) {
        DesiredModel model = new DesiredModel("m", BASE, ModelOptions.defaults().withPolicy(policy), labels);
        CompletableFuture<Void> _ = desired.replace(new DesiredModels.Declaration(List.of(model), null));
        poll();
        return Objects.requireNonNull(announced().get("m")).finding().problem();
    }

    private boolean poll() {
        return HandDriven.poll(watcher, clock);
    }

    private void declare(VersionPolicy policy) {
        CompletableFuture<Void> _ = desired.replace(new DesiredModels.Declaration(
                List.of(new DesiredModel("m", BASE, ModelOptions.defaults().withPolicy(policy), Map.of())), null));
    }

    private void putOld(String path, int size) {
        store.setTime(clock.instant().minus(Duration.ofHours(1)));
        store.put(Location.parse(ROOT + "/" + path), new byte[size]);
    }

    private void putNow(String path, int size) {
        store.setTime(clock.instant());
        store.put(Location.parse(ROOT + "/" + path), new byte[size]);
    }

    private Map<String, AspiredModel> announced() {
        return inbox.getLast().models();
    }

    private Found found(String model) {
        return (Found) Objects.requireNonNull(announced().get(model)).finding();
    }

    private Set<Long> aspired(String model) {
        return found(model).versions().keySet();
    }

    private long fingerprint(String model, long version) {
        return Objects.requireNonNull(found(model).versions().get(version))
                .files()
                .fingerprint();
    }

    private @Nullable String problem(String model) {
        return Objects.requireNonNull(announced().get(model)).finding().problem();
    }
}
