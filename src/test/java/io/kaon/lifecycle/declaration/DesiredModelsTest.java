package io.kaon.lifecycle.declaration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kaon.lifecycle.HandDriven;
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

    private static DesiredModel labelled(DesiredModel model, long version) {
        return new DesiredModel(
                model.name(),
                model.base(),
                model.policy(),
                model.engine(),
                model.settings(),
                model.batching(),
                Map.of("stable", version));
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
