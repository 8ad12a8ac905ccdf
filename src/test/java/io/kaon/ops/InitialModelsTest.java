package io.kaon.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ModelId;
import io.kaon.model.VersionStatus;
import io.kaon.model.VersionStatus.Phase;
import io.kaon.ops.InitialModels.When;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class InitialModelsTest {
    private final Set<String> declared = new HashSet<>();
    private final Set<String> known = new HashSet<>();

    @Test
    void waitsForEveryDeclaredModelToServeOnce() {
        declare("a", "b");
        InitialModels models = models(When.ALL);
        models.changed(status("a", Phase.AVAILABLE));
        models.settled();
        assertThat(models.reached()).isNotDone();
        assertThat(models.missing()).containsExactly("b");
        models.changed(status("a", Phase.END));
        models.changed(status("b", Phase.AVAILABLE));
        assertThat(models.reached()).isCompleted();
    }

    @Test
    void isNotReachedBeforeTheModelsHaveSettled() {
        declare("a");
        InitialModels models = models(When.ALL);
        models.changed(status("a", Phase.AVAILABLE));
        assertThat(models.reached()).isNotDone();
        models.settled();
        assertThat(models.reached()).isCompleted();
    }

    @Test
    void waitsForOneModelOfAFolder() {
        known.addAll(Set.of("a", "b"));
        InitialModels models = models(When.ALL);
        models.settled();
        assertThat(models.reached()).isNotDone();
        models.changed(status("b", Phase.AVAILABLE));
        assertThat(models.reached()).isCompleted();
    }

    @Test
    void waitsForNothingInAnEmptyFolder() {
        for (When when : When.values()) {
            InitialModels models = models(when);
            models.settled();
            assertThat(models.reached()).isCompleted();
        }
    }

    @Test
    void waitsForAnyModelOrNoneIfItIsTold() {
        declare("a", "b");
        InitialModels any = models(When.ANY);
        any.settled();
        assertThat(any.reached()).isNotDone();
        any.changed(status("b", Phase.AVAILABLE));
        assertThat(any.reached()).isCompleted();
        InitialModels none = models(When.SETTLED);
        none.settled();
        assertThat(none.reached()).isCompleted();
    }

    @Test
    void doesNotWaitForAModelThatIsNoLongerDeclared() {
        declare("a", "b");
        InitialModels models = models(When.ALL);
        models.settled();
        models.changed(status("a", Phase.AVAILABLE));
        assertThat(models.reached()).isNotDone();
        declared.remove("b");
        known.remove("b");
        models.look();
        assertThat(models.reached()).isCompleted();
    }

    private void declare(String... names) {
        declared.addAll(Set.of(names));
        known.addAll(Set.of(names));
    }

    private InitialModels models(When when) {
        return new InitialModels(when, () -> declared, () -> known);
    }

    private static VersionStatus status(String model, Phase phase) {
        return new VersionStatus(
                new ModelId(model, 1), "memory://models/" + model, phase, null, null, null, 0, Duration.ZERO);
    }
}
