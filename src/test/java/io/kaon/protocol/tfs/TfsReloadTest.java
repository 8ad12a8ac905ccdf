package io.kaon.protocol.tfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.EngineOptions;
import io.kaon.lifecycle.declaration.ModelFolder;
import io.kaon.lifecycle.declaration.ModelOptions;
import io.kaon.model.VersionPolicy;
import io.kaon.protocol.tfs.TfsReload.NewLabels;
import io.kaon.storage.Location;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The rules on a model `m` that serves the versions 1, 2 and 10.
final class TfsReloadTest {
    private final ServedModels served = new ServedModels();
    private final DesiredModels desired = DesiredModels.of();
    private final TfsReload reload = new TfsReload(desired, served.models);

    @AfterEach
    void close() throws Exception {
        served.close();
    }

    @Test
    void movesLabelsBetweenVersionsThatAreServed() {
        CompletableFuture<Void> _ = replace(Map.of("stable", 1L));
        CompletableFuture<Void> _ = replace(Map.of("stable", 2L, "canary", 10L));
        assertThat(desired.current().models().getFirst().labels()).isEqualTo(Map.of("stable", 2L, "canary", 10L));
    }

    @Test
    void refusesALabelOnAVersionThatIsNotServedAndKeepsTheOldList() {
        CompletableFuture<Void> _ = replace(Map.of("stable", 1L));
        DesiredModels.Declaration before = desired.current();
        assertThatThrownBy(() -> replace(Map.of("stable", 1L, "canary", 11L)))
                .hasMessage("FAILED_PRECONDITION: Request to assign label to 11 of model m, which is not currently "
                        + "available for inference");
        assertThat(desired.current()).isSameAs(before);
    }

    @Test
    void takesANewLabelOnAVersionToComeWhereAllowedButMovesNoneThere() {
        CompletableFuture<Void> _ = replace(Map.of("stable", 1L));
        CompletableFuture<Void> _ =
                reload.replace(list(null, Map.of("stable", 1L, "canary", 11L)), NewLabels.FOR_ALL_VERSIONS, "a test");
        assertThatThrownBy(() -> reload.replace(
                        list(null, Map.of("stable", 12L, "canary", 11L)), NewLabels.FOR_ALL_VERSIONS, "a test"))
                .hasMessageContaining("Request to assign label to 12 of model m");
        CompletableFuture<Void> _ = replace(Map.of("canary", 11L));
        assertThat(desired.current().models().getFirst().labels())
                .as("one that stays where it was is no reason to refuse the rest")
                .isEqualTo(Map.of("canary", 11L));
    }

    @Test
    void refusesToChangeTheEngine() {
        CompletableFuture<Void> _ = reload.replace(list("a", Map.of()), NewLabels.FOR_AVAILABLE_VERSIONS, "a test");
        assertThatThrownBy(() -> reload.replace(list("b", Map.of()), NewLabels.FOR_AVAILABLE_VERSIONS, "a test"))
                .hasMessage("INVALID_ARGUMENT: Illegal to change a model's platform. For model m platform was a and "
                        + "new platform requested is b");
    }

    @Test
    void tellsThoseWhoWaitThatAnotherListCameOrThatTheServerStops() {
        CompletableFuture<Void> first = replace(Map.of());
        CompletableFuture<Void> second = replace(Map.of());
        assertThat(first).isCompletedExceptionally();
        assertThatThrownBy(first::join).hasMessageContaining("ABORTED: another configuration");
        assertThat(second).isNotDone();
        reload.stop();
        assertThatThrownBy(second::join).hasMessageContaining("UNAVAILABLE: the server is stopping");
        assertThatThrownBy(() -> replace(Map.of())).hasMessageContaining("UNAVAILABLE");
    }

    @Test
    void changesLabelsAndNothingElse() {
        DesiredModel other = DesiredModel.of("other", Location.parse("/elsewhere"));
        DesiredModel m = list("a", Map.of("stable", 1L, "old", 2L)).models().getFirst();
        CompletableFuture<Void> _ = reload.replace(
                new DesiredModels.Declaration(List.of(m, other), null), NewLabels.FOR_AVAILABLE_VERSIONS, "a test");
        CompletableFuture<Void> _ = relabel("m", Map.of("stable", 2L, "canary", 10L, "old", -1L));
        assertThat(desired.current().models())
                .containsExactly(m.withLabels(Map.of("stable", 2L, "canary", 10L)), other);
        DesiredModels.Declaration before = desired.current();
        assertThatThrownBy(() -> relabel("m", Map.of("stable", 11L))).hasMessageContaining("label to 11 of model m");
        assertThatThrownBy(() -> relabel("n", Map.of("stable", 1L))).hasMessage("there is no model n to label");
        assertThat(desired.current()).isSameAs(before);
    }

    @Test
    void keepsAFolderOfModelsWhenOneOfThemGetsLabels() {
        ModelFolder folder = ModelFolder.of(Location.parse("/models"));
        CompletableFuture<Void> _ = desired.replace(new DesiredModels.Declaration(List.of(), folder));
        CompletableFuture<Void> _ = relabel("m", Map.of("stable", 2L));
        assertThat(desired.current())
                .isEqualTo(new DesiredModels.Declaration(
                        List.of(folder.model("m").withLabels(Map.of("stable", 2L))), folder));
        CompletableFuture<Void> _ = relabel("m", Map.of("stable", -1L));
        assertThat(desired.current())
                .as("without labels the folder alone declares it again")
                .isEqualTo(new DesiredModels.Declaration(List.of(), folder));
        assertThatThrownBy(() -> relabel("../m", Map.of("stable", 1L))).hasMessage("there is no model ../m to label");
    }

    private CompletableFuture<Void> relabel(String model, Map<String, Long> labels) {
        return reload.relabel(Map.of(model, labels), NewLabels.FOR_AVAILABLE_VERSIONS, "a test");
    }

    private CompletableFuture<Void> replace(Map<String, Long> labels) {
        return reload.replace(list(null, labels), NewLabels.FOR_AVAILABLE_VERSIONS, "a test");
    }

    private static DesiredModels.Declaration list(@Nullable String engine, Map<String, Long> labels) {
        return new DesiredModels.Declaration(
                List.of(new DesiredModel(
                        "m",
                        Location.parse("/m"),
                        ModelOptions.defaults()
                                .withPolicy(new VersionPolicy.All())
                                .withEngine(EngineOptions.defaults().withName(engine)),
                        labels)),
                null);
    }
}
