package io.kaon.lifecycle.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.lifecycle.HandDriven;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.model.VersionPolicy;
import io.kaon.model.VersionSelector;
import io.kaon.model.VersionStatus;
import io.kaon.serving.ModelLease;
import io.kaon.serving.ServedModel;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.LeakInspector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakInspector.class)
final class ReconcilerTest {
    private final DesiredModels desired = DesiredModels.of(HandDriven.model("m"));
    private final HandDriven hand;

    ReconcilerTest(@TempDir Path cache) {
        hand = new HandDriven(cache, desired);
    }

    @BeforeEach
    void makeBase() {
        hand.store.makeDirectory(HandDriven.ROOT.child("m"));
    }

    @AfterEach
    void end() {
        hand.close();
    }

    @Test
    void saysThatTheFilesOfAServingVersionHaveChangedAndReloadsNothing() {
        hand.put("m", 1, FakeEngine.adds(1));
        hand.pollAndSettle();
        hand.put("m", 1, FakeEngine.adds(2));
        hand.pollUntilServingVersionsAreDescribed();
        assertThat(hand.statuses("m")).containsExactly("1 AVAILABLE");
        assertThat(hand.served("m").problem())
                .isEqualTo("version 1 serves files that have changed in place since it was loaded");
        assertThat(hand.engine.loads()).isEqualTo(1);
    }

    @Test
    void publishesTheNewVersionThenDrainsTheOldThenClosesIt() {
        serve(1);
        ModelLease old = hand.lease("m");
        hand.put("m", 2, FakeEngine.adds(2));
        hand.poll();
        hand.tick();
        assertThat(hand.statuses("m")).containsExactly("2 LOADING", "1 AVAILABLE");
        assertThat(hand.served("m").versions()).containsOnlyKeys(1L);

        hand.loads.runAll();
        hand.tick();
        assertThat(hand.statuses("m")).containsExactly("2 AVAILABLE", "1 UNLOADING");
        assertThat(hand.served("m").versions()).containsOnlyKeys(2L);
        try (ModelLease fresh = hand.lease("m")) {
            assertThat(HandDriven.answer(fresh)).isEqualTo(2);
        }
        assertThat(HandDriven.answer(old)).as("the old lease stays good").isEqualTo(1);
        assertThat(hand.unloads.waiting()).isZero();

        old.close();
        assertThat(hand.unloads.waiting()).isEqualTo(1);
        assertThat(FakeEngine.openSessions()).isEqualTo(2);
        hand.unloads.runAll();
        assertThat(FakeEngine.openSessions()).isEqualTo(1);
        hand.tick();
        assertThat(hand.statuses("m")).containsExactly("2 AVAILABLE", "1 END");
    }

    @Test
    void tellsOfEachStatusWhenItIsTrueForRequestsToo() {
        serve(1);
        hand.put("m", 2, FakeEngine.adds(2));
        hand.pollAndSettle();
        assertThat(hand.told.stream()
                        .map(status -> status.id().version() + " " + status.phase())
                        .toList())
                .containsExactly("1 LOADING", "1 AVAILABLE", "2 LOADING", "2 AVAILABLE", "1 UNLOADING", "1 END");
        VersionStatus available = hand.told.get(1);
        assertThat(available.engine()).isEqualTo("fake");
        assertThat(available.bytes()).isEqualTo(FakeEngine.adds(1).length);
    }

    @Test
    void keepsOldVersionWhenTheNewOneFails() {
        serve(1);
        hand.put("m", 2, FakeEngine.broken("it is cracked"));
        hand.pollAndSettle();
        assertThat(hand.statuses("m")).containsExactly("2 END: it is cracked", "1 AVAILABLE");
        assertThat(answer()).isEqualTo(1);
    }

    @Test
    void retriesAFailedVersionLaterAndLater() {
        hand.put("m", 1, FakeEngine.broken("it is cracked"));
        hand.pollAndSettle();
        int attempts = 1;
        for (long wait : new long[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
            assertThat(hand.engine.loads()).isEqualTo(attempts);
            hand.advance(Duration.ofSeconds(wait).minusNanos(1));
            hand.pollAndSettle();
            assertThat(hand.engine.loads()).as("before %d s", wait).isEqualTo(attempts);
            hand.advance(Duration.ofNanos(1));
            hand.settle();
            attempts++;
        }
        assertThat(hand.statuses("m")).containsExactly("1 END: it is cracked");
    }

    @Test
    void showsTheLastErrorWhileItTriesAgain() {
        hand.put("m", 1, FakeEngine.broken("it is cracked"));
        hand.pollAndSettle();
        hand.advance(Duration.ofSeconds(1));
        hand.tick();
        assertThat(hand.statuses("m")).containsExactly("1 LOADING: it is cracked");
    }

    @Test
    void retriesAtOnceWhenTheFilesChange() {
        hand.put("m", 1, FakeEngine.broken("it is cracked"));
        hand.pollAndSettle();
        hand.advance(Duration.ofSeconds(1));
        hand.settle();
        assertThat(hand.engine.loads()).isEqualTo(2);
        hand.put("m", 1, FakeEngine.adds(1));
        hand.pollAndSettle();
        assertThat(hand.statuses("m")).containsExactly("1 AVAILABLE");
    }

    @Test
    void retriesAtOnceWhenTheFilesChangedDuringTheLoad() {
        hand.put("m", 1, FakeEngine.broken("half of it is missing"));
        hand.poll();
        hand.tick();
        hand.loads.runAll();
        hand.put("m", 1, FakeEngine.adds(1));
        hand.poll();
        hand.settle();
        assertThat(hand.statuses("m")).containsExactly("1 AVAILABLE");
    }

    @Test
    void beginsTheBackoffAnewForNewFiles() {
        hand.put("m", 1, FakeEngine.broken("one"));
        hand.pollAndSettle();
        hand.advance(Duration.ofSeconds(1));
        hand.settle();
        hand.put("m", 1, FakeEngine.broken("two"));
        hand.pollAndSettle();
        assertThat(hand.engine.loads()).isEqualTo(3);
        hand.advance(Duration.ofSeconds(1));
        hand.settle();
        assertThat(hand.engine.loads()).isEqualTo(4);
    }

    @Test
    void neverServesWhatIsNoLongerWantedWhenItIsReady() {
        serve(1);
        hand.put("m", 2, FakeEngine.adds(2));
        hand.poll();
        hand.tick();
        hand.store.remove(HandDriven.version("m", 2));
        hand.poll();
        hand.tick();
        assertThat(hand.statuses("m")).containsExactly("2 LOADING", "1 AVAILABLE");
        // The files were gone before the load got to them.
        hand.settle();
        assertThat(hand.statuses("m"))
                .hasSize(2)
                .contains("1 AVAILABLE")
                .first()
                .asString()
                .startsWith("2 END: ");

        hand.put("m", 3, FakeEngine.adds(3));
        hand.poll();
        hand.tick();
        hand.loads.runAll();
        hand.store.remove(HandDriven.version("m", 3));
        hand.poll();
        hand.tick();
        assertThat(hand.statuses("m")).first().isEqualTo("3 UNLOADING");
        assertThat(answer()).isEqualTo(1);
        hand.settle();
        assertThat(hand.statuses("m")).startsWith("3 END").contains("1 AVAILABLE");
        assertThat(hand.told)
                .noneMatch(status -> status.id().version() == 3 && status.phase() == VersionStatus.Phase.AVAILABLE);
        assertThat(FakeEngine.openSessions()).isEqualTo(1);
    }

    @Test
    void goesOnWithALoadThatIsWantedAgainBeforeItIsReady() {
        hand.put("m", 1, FakeEngine.adds(1));
        hand.poll();
        hand.tick();
        hand.store.remove(HandDriven.version("m", 1));
        hand.poll();
        hand.tick();
        hand.put("m", 1, FakeEngine.adds(1));
        hand.poll();
        hand.settle();
        assertThat(hand.statuses("m")).containsExactly("1 AVAILABLE");
        assertThat(hand.engine.loads()).isEqualTo(1);
    }

    @Test
    void loadsAgainWhatIsWantedAgainWhileItDrains() {
        serve(1);
        ModelLease lease = hand.lease("m");
        hand.store.remove(HandDriven.version("m", 1));
        hand.pollAndSettle();
        assertThat(hand.statuses("m")).containsExactly("1 UNLOADING");
        hand.put("m", 1, FakeEngine.adds(10));
        hand.pollAndSettle();
        assertThat(hand.statuses("m")).as("its door is closed").containsExactly("1 UNLOADING");
        lease.close();
        hand.settle();
        assertThat(hand.statuses("m")).containsExactly("1 AVAILABLE");
        assertThat(answer()).isEqualTo(10);
    }

    @Test
    void unloadsEverythingWhenTheBaseIsEmpty() {
        serve(1);
        hand.store.remove(HandDriven.version("m", 1));
        hand.pollAndSettle();
        assertThat(hand.statuses("m")).containsExactly("1 END");
        assertThat(hand.served("m").versions()).isEmpty();
        assertThat(hand.served("m").problem()).contains("holds no version");
        assertThat(FakeEngine.openSessions()).isZero();
    }

    @Test
    void keepsEverythingWhenTheBaseCannotBeRead() {
        serve(1);
        hand.store.remove(HandDriven.ROOT.child("m"));
        hand.pollAndSettle();
        assertThat(hand.statuses("m")).containsExactly("1 AVAILABLE");
        assertThat(hand.served("m").problem()).contains("does not exist");
        hand.put("m", 1, FakeEngine.adds(1));
        hand.pollAndSettle();
        assertThat(hand.served("m").problem()).isNull();
        assertThat(hand.engine.loads()).isEqualTo(1);
    }

    @Test
    void knowsADeclaredModelThatHasNoVersions() {
        hand.store.remove(HandDriven.ROOT.child("m"));
        hand.pollAndSettle();
        assertThat(hand.statuses("m")).isEmpty();
        assertThat(hand.served("m").problem()).contains("does not exist");
        ServingException refusal = catchThrowableOfType(ServingException.class, () -> hand.lease("m"));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.VERSION_NOT_FOUND);
    }

    @Test
    void listsALimitedNumberOfVersionsThatAreGone() {
        for (int version = 1; version <= 40; version++) {
            hand.put("m", version, version % 2 == 0 ? FakeEngine.adds(version) : FakeEngine.broken("odd"));
            hand.pollAndSettle();
        }
        assertThat(hand.statuses("m")).hasSize(1 + ModelVersions.MOST_ENDED).startsWith("40 AVAILABLE", "39 END: odd");
    }

    @Test
    void forgetsAnUndeclaredModelWhenItsLastVersionIsGone() {
        serve(1);
        ModelLease lease = hand.lease("m");
        CompletableFuture<Void> _ = hand.desired.replace(new DesiredModels.Declaration(List.of(), null));
        hand.pollAndSettle();
        assertThat(hand.statuses("m")).containsExactly("1 UNLOADING");
        lease.close();
        hand.settle();
        assertThat(hand.serving.names()).isEmpty();
    }

    @Test
    void forgetsTheThreadsOfAModelWithTheModel() {
        hand.runTime = Duration.ofMillis(10);
        serve(1);
        assertThat(hand.engine.loads()).as("with one thread and with two").isEqualTo(2);
        serve(2);
        assertThat(hand.engine.loads()).as("as the version before").isEqualTo(3);
        CompletableFuture<Void> _ = desired.replace(new DesiredModels.Declaration(List.of(), null));
        hand.pollAndSettle();
        declare(new VersionPolicy.LatestN(1), Map.of());
        hand.pollAndSettle();
        assertThat(hand.engine.loads()).as("as if it were new").isEqualTo(5);
    }

    @Test
    void neverHoldsMoreThanOneOldVersionBesideTheNew() {
        declare(new VersionPolicy.All(), Map.of());
        for (int version = 1; version <= 3; version++) {
            hand.put("m", version, FakeEngine.adds(version));
        }
        hand.pollAndSettle();
        assertThat(hand.statuses("m")).containsExactly("3 AVAILABLE", "2 AVAILABLE", "1 AVAILABLE");
        try (ModelLease one = hand.serving.lease("m", new VersionSelector.Exact(1))) {
            declare(new VersionPolicy.LatestN(1), Map.of());
            hand.put("m", 4, FakeEngine.adds(4));
            hand.pollAndSettle();
            assertThat(HandDriven.answer(one)).isEqualTo(1);
            assertThat(hand.statuses("m")).containsExactly("4 START", "3 AVAILABLE", "2 END", "1 UNLOADING");
        }
        hand.settle();
        assertThat(hand.statuses("m")).containsExactly("4 AVAILABLE", "3 END", "2 END", "1 END");
    }

    @Test
    void movesLabelsAtOnce() {
        declare(new VersionPolicy.All(), Map.of("stable", 1L));
        hand.put("m", 1, FakeEngine.adds(1));
        hand.put("m", 2, FakeEngine.adds(2));
        hand.pollAndSettle();
        assertThat(answerBy("stable")).isEqualTo(1);
        declare(new VersionPolicy.All(), Map.of("stable", 2L));
        hand.pollAndSettle();
        assertThat(answerBy("stable")).isEqualTo(2);
        assertThat(hand.engine.loads()).isEqualTo(2);
    }

    @Test
    void publishesNothingWhenNothingChanged() {
        serve(1);
        Map<String, ServedModel> before = hand.serving.models();
        hand.pollAndSettle();
        assertThat(hand.serving.models()).isSameAs(before);
    }

    private void serve(int version) {
        hand.put("m", version, FakeEngine.adds(version));
        hand.pollAndSettle();
        assertThat(answer()).isEqualTo(version);
    }

    private float answer() {
        try (ModelLease lease = hand.lease("m")) {
            return HandDriven.answer(lease);
        }
    }

    private float answerBy(String label) {
        try (ModelLease lease = hand.serving.lease("m", new VersionSelector.Labelled(label))) {
            return HandDriven.answer(lease);
        }
    }

    private void declare(VersionPolicy policy, Map<String, Long> labels) {
        CompletableFuture<Void> _ = hand.desired.replace(new DesiredModels.Declaration(
                List.of(new DesiredModel(
                        "m", HandDriven.ROOT.child("m"), HandDriven.OPTIONS.withPolicy(policy), labels)),
                null));
    }
}
