package io.kaon.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.LeakInspector;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// When a replaced declaration counts as carried out.
@ExtendWith(LeakInspector.class)
final class ReplacementTest {
    private final DesiredModels desired = DesiredModels.of(HandDriven.model("old"));
    private final HandDriven hand;

    ReplacementTest(@TempDir Path cache) {
        hand = new HandDriven(cache, desired);
        hand.put("old", 1, FakeEngine.adds(1));
        hand.pollAndSettle();
    }

    @AfterEach
    void end() {
        hand.close();
    }

    @Test
    void waitsForNewModelsAndNotForChangesToThoseThatServe() {
        hand.put("new", 1, FakeEngine.adds(1));
        hand.put("old", 2, FakeEngine.adds(2));
        CompletableFuture<Void> done = replace("old", "new");
        hand.poll();
        hand.tick();
        assertThat(done).isNotDone();
        hand.settle();
        assertThat(done).isCompleted();
        hand.put("old", 3, FakeEngine.adds(3));
        CompletableFuture<Void> again = replace("old", "new");
        hand.poll();
        hand.tick();
        assertThat(again).as("version 3 is being loaded").isCompleted();
        hand.settle();
    }

    @Test
    void isOverWhenANewModelHasFailed() {
        hand.put("new", 1, FakeEngine.broken("it is cracked"));
        CompletableFuture<Void> done = replace("old", "new");
        hand.pollAndSettle();
        assertThat(done).isCompleted();
        assertThat(hand.statuses("new")).containsExactly("1 END: it is cracked");
    }

    @Test
    void waitsForFailedModelsWhoseFilesAreOthersNow() {
        hand.put("new", 1, FakeEngine.broken("it is cracked"));
        CompletableFuture<Void> _ = replace("old", "new");
        hand.pollAndSettle();
        hand.put("elsewhere", 1, FakeEngine.adds(4));
        CompletableFuture<Void> done = desired.replace(new DesiredModels.Declaration(
                List.of(DesiredModel.of("new", HandDriven.ROOT.child("elsewhere"))), null));
        hand.poll();
        hand.tick();
        assertThat(done).isNotDone();
        hand.settle();
        assertThat(done).isCompleted();
        assertThat(hand.statuses("new")).containsExactly("1 AVAILABLE");
    }

    @Test
    void isCancelledByTheNext() {
        CompletableFuture<Void> first = replace("old");
        CompletableFuture<Void> second = replace();
        assertThat(first).isCompletedExceptionally();
        hand.pollAndSettle();
        assertThat(second).isCompleted();
        assertThat(hand.serving.names()).isEmpty();
    }

    private CompletableFuture<Void> replace(String... models) {
        return desired.replace(new DesiredModels.Declaration(
                List.of(models).stream().map(HandDriven::model).toList(), null));
    }
}
