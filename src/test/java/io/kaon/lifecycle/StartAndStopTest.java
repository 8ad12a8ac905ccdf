package io.kaon.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.reconcile.Event;
import io.kaon.lifecycle.watch.VersionWatcher;
import io.kaon.model.VersionStatus;
import io.kaon.serving.ModelLease;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.LeakInspector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// When the reconciler says that it has settled, and that it has stopped.
@ExtendWith(LeakInspector.class)
final class StartAndStopTest {
    private final HandDriven hand;

    StartAndStopTest(@TempDir Path cache) {
        hand = new HandDriven(cache, DesiredModels.of(HandDriven.model("m")));
    }

    @AfterEach
    void end() {
        hand.close();
    }

    @Test
    void settlesWhenEveryFirstAttemptIsOver() {
        CompletableFuture<Void> _ = hand.desired.replace(new DesiredModels.Declaration(
                List.of(HandDriven.model("m"), HandDriven.model("broken"), HandDriven.model("missing")), null));
        hand.put("m", 1, FakeEngine.adds(1));
        hand.put("broken", 1, FakeEngine.broken("it is cracked"));
        hand.tick();
        assertThat(hand.reconciler.settled()).isNotDone();
        hand.poll();
        hand.tick();
        hand.loads.runNext();
        hand.tick();
        // The one that failed is being tried again while the other has not even begun.
        hand.advance(Duration.ofSeconds(1));
        hand.tick();
        assertThat(hand.reconciler.settled()).isNotDone();
        hand.loads.runNext();
        hand.tick();
        assertThat(hand.reconciler.settled()).isCompleted();
    }

    @Test
    void waitsWithSettlingForAModelThatIsStillBeingCopied() {
        hand.store.setTime(hand.clock.instant());
        hand.store.put(HandDriven.version("m", 1).child(FakeEngine.FILE), FakeEngine.adds(1));
        hand.pollAndSettle();
        assertThat(hand.reconciler.settled()).isNotDone();
        hand.advance(VersionWatcher.SOON);
        hand.pollAndSettle();
        assertThat(hand.reconciler.settled()).isCompleted();
    }

    @Test
    void stopsWhenTheLastLeaseHasComeHome() {
        hand.put("m", 1, FakeEngine.adds(1));
        hand.pollAndSettle();
        ModelLease lease = hand.lease("m");
        hand.serving.refuseLeases();
        hand.inbox.add(new Event.Stop());
        hand.settle();
        assertThat(hand.statuses("m")).containsExactly("1 UNLOADING");
        assertThat(hand.reconciler.stopped()).isNotDone();
        assertThat(HandDriven.answer(lease)).isEqualTo(1);
        lease.close();
        hand.settle();
        assertThat(hand.reconciler.stopped()).isCompleted();
        assertThat(FakeEngine.openSessions()).isZero();
    }

    @Test
    void dropsALoadThatIsUnderWayWhenItStops() {
        hand.put("m", 1, FakeEngine.adds(1));
        hand.poll();
        hand.tick();
        hand.inbox.add(new Event.Stop());
        hand.tick();
        assertThat(hand.reconciler.stopped()).isNotDone();
        hand.poll();
        hand.settle();
        assertThat(hand.reconciler.stopped()).isCompleted();
        assertThat(hand.engine.loads())
                .as("nothing is fetched for a server that stops")
                .isZero();
        assertThat(hand.told).noneMatch(status -> status.phase() == VersionStatus.Phase.AVAILABLE);
        assertThat(hand.reconciler.settled())
                .as("a server that stops does not become ready")
                .isNotDone();
    }

    @Test
    void refusesLoadsThatHaveNotBegunWhenItStops() {
        hand.put("m", 1, FakeEngine.adds(1));
        hand.poll();
        hand.tick();
        hand.loader.refuse();
        hand.inbox.add(new Event.Stop());
        hand.settle();
        assertThat(hand.reconciler.stopped()).isCompleted();
        assertThat(hand.engine.loads()).isZero();
    }
}
