package io.kaon.lifecycle.declaration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kaon.batch.Merging;
import io.kaon.lifecycle.HandDriven;
import io.kaon.model.ExampleOutputs;
import io.kaon.model.VersionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class DesiredModelsTest {
    @Test
    void refusesTwoModelsOfOneName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DesiredModels.of(HandDriven.model("m"), HandDriven.model("m")))
                .withMessage("model `m` is declared twice");
    }

    @Test
    void namesWhatIsDifferentFromTheDeclarationBefore() {
        DesiredModel before = HandDriven.model("iris");
        DesiredModels.Declaration old =
                new DesiredModels.Declaration(List.of(labelled(before, 1), HandDriven.model("gone")), null);
        DesiredModels.Declaration next =
                new DesiredModels.Declaration(List.of(labelled(before, 2), HandDriven.model("fresh")), null);
        assertThat(next.changesFrom(old))
                .containsExactly("fresh: new, from memory://models/fresh", "iris: label stable 1 → 2", "gone: removed");
        assertThat(next.changesFrom(next)).isEmpty();
    }

    @Test
    void namesEachOptionThatIsDifferent() {
        ModelOptions options = ModelOptions.defaults();
        DesiredModel before = HandDriven.model("iris").withOptions(options);
        assertThat(changes(before, options.withPolicy(new VersionPolicy.All())))
                .containsExactly("iris: version policy LatestN[count=1] → All[]");
        assertThat(changes(before, options.withEngine(options.engine().withName("onnx"))))
                .containsExactly("iris: engine none → onnx");
        assertThat(changes(before, options.withEngine(options.engine().withThreads(4))))
                .hasSize(2)
                .anyMatch(change -> change.startsWith("iris: engine settings "))
                .contains("iris: most threads 1 → 4");
        assertThat(changes(before, options.withBatching(options.batching().withRule(Merging.Rule.OFF))))
                .singleElement()
                .asString()
                .startsWith("iris: batching ");
        assertThat(changes(before, options.withWarmUp(Duration.ZERO)))
                .containsExactly("iris: warm-up " + options.warmUp() + " → PT0S");
        assertThat(changes(before, options.withOutputs(new ExampleOutputs("p", null, null, List.of()))))
                .singleElement()
                .asString()
                .startsWith("iris: outputs ");
    }

    private static List<String> changes(DesiredModel before, ModelOptions now) {
        return before.withOptions(now).changesFrom(before);
    }

    private static DesiredModel labelled(DesiredModel model, long version) {
        return new DesiredModel(model.name(), model.base(), model.options(), Map.of("stable", version));
    }

    @Test
    void tellsOfEachReplacementWhenItHolds() {
        DesiredModels desired = DesiredModels.of(HandDriven.model("a"));
        List<DesiredModels.Declaration> seen = new ArrayList<>();
        desired.onReplace(() -> seen.add(desired.current()));
        DesiredModels.Declaration next = new DesiredModels.Declaration(List.of(HandDriven.model("b")), null);
        CompletableFuture<Void> _ = desired.replace(next);
        assertThat(seen).containsExactly(next);
    }
}
