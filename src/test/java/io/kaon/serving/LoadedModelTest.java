package io.kaon.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.FakeModels;
import io.kaon.testkit.LeakInspector;
import io.kaon.testkit.ManualClock;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakInspector.class)
final class LoadedModelTest {
    private final FakeModels models = new FakeModels(new ManualClock());
    private final LoadedModel model = models.version("m", 1);

    @AfterEach
    void end() {
        assertThat(model.drain()).isCompleted();
        model.close();
        models.close();
    }

    @Test
    void isDrainedAtOnceWhenNoLeaseIsOut() {
        assertThat(model.drain()).isCompleted();
    }

    @Test
    void isDrainedWhenTheLastLeaseComesHome() {
        assertThat(model.borrow()).isTrue();
        assertThat(model.borrow()).isTrue();
        CompletableFuture<Void> drained = model.drain();
        model.giveBack();
        assertThat(drained).isNotDone();
        model.giveBack();
        assertThat(drained).isCompleted();
    }

    @Test
    void lendsNothingOnceTheDoorIsClosed() {
        assertThat(model.borrow()).isTrue();
        CompletableFuture<Void> _ = model.drain();
        assertThat(model.borrow()).isFalse();
        model.giveBack();
        assertThat(model.borrow()).isFalse();
    }

    @Test
    void refusesToCloseBeforeItIsDrained() {
        assertThatIllegalStateException().isThrownBy(model::close).withMessageContaining("before it was drained");
        assertThat(model.borrow()).isTrue();
        CompletableFuture<Void> _ = model.drain();
        assertThatIllegalStateException().isThrownBy(model::close);
        model.giveBack();
    }

    @Test
    void closesTheSessionOnce() {
        assertThat(FakeEngine.openSessions()).isEqualTo(1);
        assertThat(model.drain()).isCompleted();
        model.close();
        assertThat(FakeEngine.openSessions()).isZero();
        model.close();
    }
}
