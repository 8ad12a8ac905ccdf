package io.kaon.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
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
    void tellsOfEachReplacementWhenItHolds() {
        DesiredModels desired = DesiredModels.of(HandDriven.model("a"));
        List<DesiredModels.Declaration> seen = new ArrayList<>();
        desired.onReplace(() -> seen.add(desired.current()));
        DesiredModels.Declaration next = new DesiredModels.Declaration(List.of(HandDriven.model("b")), null);
        CompletableFuture<Void> _ = desired.replace(next);
        assertThat(seen).containsExactly(next);
    }
}
