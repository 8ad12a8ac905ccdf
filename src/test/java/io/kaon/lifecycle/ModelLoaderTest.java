package io.kaon.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.EngineOptions;
import io.kaon.lifecycle.declaration.ModelOptions;
import io.kaon.lifecycle.load.SameSignature;
import io.kaon.model.ErrorKind;
import io.kaon.model.ExampleOutputs;
import io.kaon.model.ServingException;
import io.kaon.model.VersionSelector;
import io.kaon.serving.ModelLease;
import io.kaon.storage.Location;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.LeakInspector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakInspector.class)
final class ModelLoaderTest {
    private final Path parent;
    private final Path cache;
    private final HandDriven hand;

    ModelLoaderTest(@TempDir Path parent) {
        this.parent = parent;
        this.cache = parent.resolve("cache");
        this.hand = new HandDriven(cache, DesiredModels.of(HandDriven.model("m")));
    }

    @AfterEach
    void end() {
        hand.close();
        assertThat(cache)
                .satisfiesAnyOf(
                        none -> assertThat(none).doesNotExist(),
                        left -> assertThat(left).isEmptyDirectory());
    }

    @Test
    void copiesWholeVersionsUnderTheirFingerprintAndRemovesThemAgain() throws IOException {
        hand.put("m", 1, FakeEngine.adds(1));
        hand.pollAndSettle();
        assertThat(files()).singleElement().asString().matches("models_m_1-[0-9a-f]{16}-[0-9a-f]{16}/model\\.fake");
        hand.store.remove(HandDriven.version("m", 1));
        hand.pollAndSettle();
        assertThat(files()).isEmpty();
    }

    @Test
    void inspectsAVersionOnceThoughItIsLoadedTwice() {
        hand.runTime = Duration.ofMillis(10);
        hand.put("m", 1, FakeEngine.adds(1));
        hand.pollAndSettle();
        assertThat(hand.statuses("m")).containsExactly("1 AVAILABLE");
        assertThat(hand.engine.loads()).isEqualTo(2);
        assertThat(hand.engine.inspections()).isEqualTo(1);
    }

    @Test
    void fetchesNoMoreOfAVersionThatIsNotWanted() throws IOException {
        hand.fetchesByHand = true;
        hand.put("m", 1, FakeEngine.adds(1));
        hand.store.put(HandDriven.version("m", 1).child("more"), new byte[10]);
        hand.poll();
        hand.tick();
        hand.loads.runAll();
        hand.store.beforeEachFile(() -> {
            if (hand.store.fetchedBytes() == 0) {
                return;
            }
            CompletableFuture<Void> _ = hand.desired.replace(new DesiredModels.Declaration(List.of(), null));
            hand.poll();
            hand.tick();
        });
        hand.fetches.runAll();
        hand.settle();
        assertThat(hand.store.fetchedBytes()).as("the first file only").isLessThan(15);
        assertThat(hand.engine.loads()).isZero();
        assertThat(hand.serving.models()).isEmpty();
        hand.store.beforeEachFile(() -> {});
    }

    @Test
    void fetchesAgainWhatHasChangedWhileItWasFetched() {
        hand.fetchesByHand = true;
        hand.put("m", 1, FakeEngine.adds(1));
        hand.poll();
        hand.tick();
        hand.loads.runAll();
        hand.put("m", 1, FakeEngine.adds(2));
        hand.fetches.runAll();
        hand.pollAndSettle();
        hand.settle();
        assertThat(hand.statuses("m")).containsExactly("1 AVAILABLE");
        try (ModelLease lease = hand.lease("m")) {
            assertThat(HandDriven.answer(lease)).isEqualTo(2);
        }
    }

    @Test
    void keepsNoThreadThatLoadsWhileItFetches() {
        hand.fetchesByHand = true;
        hand.put("m", 1, FakeEngine.adds(1));
        hand.poll();
        hand.tick();
        hand.loads.runAll();
        assertThat(hand.fetches.waiting()).isEqualTo(1);
        assertThat(hand.engine.loads()).isZero();
        hand.fetches.runAll();
        assertThat(hand.loads.waiting()).as("only when it is here").isEqualTo(1);
        hand.settle();
        assertThat(hand.statuses("m")).containsExactly("1 AVAILABLE");
    }

    @Test
    void fetchesABrokenVersionOnceForAllAttempts() {
        hand.put("m", 1, FakeEngine.broken("it is cracked"));
        hand.pollAndSettle();
        assertThat(hand.statuses("m")).containsExactly("1 END: it is cracked");
        long fetched = hand.store.fetchedBytes();
        assertThat(fetched).isPositive();
        hand.advance(Duration.ofSeconds(1));
        hand.settle();
        assertThat(hand.engine.loads()).isEqualTo(2);
        assertThat(hand.store.fetchedBytes()).isEqualTo(fetched);
    }

    @Test
    void keepsModelsOfAnyNameInsideTheCache() throws IOException {
        List<String> names = List.of("..", "../../evil", "a/b", "a_b", "A_B", "%2e%2e", "é\u0001", "n".repeat(1000));
        List<DesiredModel> models = names.stream()
                .map(name -> DesiredModel.of(name, HandDriven.ROOT.child("m")))
                .toList();
        CompletableFuture<Void> _ = hand.desired.replace(new DesiredModels.Declaration(models, null));
        hand.put("m", 1, FakeEngine.adds(1));
        hand.pollAndSettle();
        for (String name : names) {
            assertThat(hand.statuses(name)).containsExactly("1 AVAILABLE");
        }
        assertThat(files()).as("models with one base share its copy").hasSize(1);
        try (Stream<Path> beside = Files.list(parent)) {
            assertThat(beside).containsExactly(cache);
        }
    }

    @Test
    void saysWhatItFoundWhenNoEngineRecognisesIt() {
        hand.store.put(HandDriven.version("m", 1).child("saved_model.pb"), new byte[1]);
        hand.pollAndSettle();
        ServingException error = error();
        assertThat(error.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(error)
                .hasMessage("no engine recognises memory://models/m/1: expected model.fake (fake), "
                        + "found [saved_model.pb]");
    }

    @Test
    void saysWhatToDoAboutAFileThatOftenStandsInAModelsPlace() {
        hand.store.put(HandDriven.version("m", 1).child("iris.pkl"), new byte[1]);
        hand.pollAndSettle();
        assertThat(error()).hasMessageContaining("found [iris.pkl]; `iris.pkl` is an object of Python's");
    }

    @Test
    void loadsAVersionWithWhatItSaysAboutItself() {
        hand.versionOptions = (_, declared) -> declared.withOutputs(new ExampleOutputs("y", null, null, List.of()));
        hand.put("m", 1, FakeEngine.adds(1));
        hand.pollAndSettle();
        try (ModelLease lease = hand.serving.lease("m", VersionSelector.LATEST)) {
            assertThat(lease.outputs().scores()).isEqualTo("y");
        }
    }

    @Test
    void failsAVersionThatSaysWhatCannotBeUnderstood() {
        hand.versionOptions = (files, _) -> {
            throw new ServingException(ErrorKind.INVALID_REQUEST, files + " says nonsense");
        };
        hand.put("m", 1, FakeEngine.adds(1));
        hand.pollAndSettle();
        assertThat(error()).hasMessage("memory://models/m/1 says nonsense");
    }

    @Test
    void refusesAHintThatNamesNoEngine() {
        hint("tensorrt");
        hand.put("m", 1, FakeEngine.adds(1));
        hand.pollAndSettle();
        assertThat(error()).hasMessage("engine `tensorrt` is unknown: expected one of [fake]");
    }

    @Test
    void asksTheHintedEngineThoughItRecognisesNothing() {
        hint("fake");
        hand.store.put(HandDriven.version("m", 1).child("other"), new byte[1]);
        hand.pollAndSettle();
        ServingException error = error();
        assertThat(error.kind()).isEqualTo(ErrorKind.INTERNAL);
        assertThat(error).hasMessageContaining(FakeEngine.FILE);
    }

    @Test
    void servesAModelThatRefusesZeros() {
        hand.put("m", 1, FakeEngine.picky(3));
        hand.pollAndSettle();
        assertThat(hand.statuses("m")).containsExactly("1 AVAILABLE");
        try (ModelLease lease = hand.lease("m")) {
            assertThat(HandDriven.answer(lease)).isEqualTo(3);
        }
    }

    @Test
    void triesAgainWhenThereWasNoThreadToLoad() {
        hand.put("m", 1, FakeEngine.adds(1));
        hand.noThread = new OutOfMemoryError("unable to create native thread");
        hand.pollAndSettle();
        assertThat(error()).hasMessageContaining("unable to create native thread");
        hand.advance(Duration.ofSeconds(1));
        hand.settle();
        assertThat(hand.statuses("m")).containsExactly("1 AVAILABLE");
    }

    @Test
    void loadsThoughTheListenerThrowsAnError() {
        hand.put("m", 1, FakeEngine.adds(1));
        hand.tellFails = new StackOverflowError("made by a test");
        hand.pollAndSettle();
        assertThat(hand.statuses("m")).containsExactly("1 AVAILABLE");
    }

    @Test
    void announcesAVersionWithOtherInputsThanTheOneThatServes() {
        hand.put("m", 1, FakeEngine.adds(1));
        hand.pollAndSettle();
        hand.put("m", 2, FakeEngine.renamed(2));
        hand.pollAndSettle();
        assertThat(hand.statuses("m")).first().isEqualTo("2 AVAILABLE");
        assertThat(hand.served("m").problem())
                .isEqualTo("version 2 has other inputs or outputs than version 1: signature `serving_default`: "
                        + "input `x` was FLOAT[-1] and is missing; signature `serving_default`: input `z` is new");
    }

    @Test
    void refusesAVersionWithOtherInputsWhereTheyMustStayTheSame() {
        try (HandDriven strict = new HandDriven(
                parent.resolve("strict"), DesiredModels.of(HandDriven.model("m")), SameSignature.REQUIRE)) {
            strict.put("m", 1, FakeEngine.adds(1));
            strict.pollAndSettle();
            strict.put("m", 2, FakeEngine.renamed(2));
            strict.pollAndSettle();
            assertThat(strict.statuses("m"))
                    .satisfiesExactly(
                            refused -> assertThat(refused)
                                    .startsWith("2 END: version 2 has other inputs or outputs than version 1")
                                    .endsWith("kaon.load.same-signature=warn serves it all the same"),
                            before -> assertThat(before).isEqualTo("1 AVAILABLE"));
            strict.put("m", 3, FakeEngine.adds(3));
            strict.pollAndSettle();
            assertThat(strict.statuses("m")).first().isEqualTo("3 AVAILABLE");
        }
    }

    @Test
    void reportsAVersionThatVanished() {
        hand.put("m", 1, FakeEngine.adds(1));
        hand.poll();
        hand.tick();
        hand.store.remove(HandDriven.version("m", 1));
        hand.settle();
        assertThat(error().kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
    }

    private ServingException error() {
        return Objects.requireNonNull(hand.serving.statuses("m").getFirst().error());
    }

    private void hint(@Nullable String engine) {
        Location base = HandDriven.ROOT.child("m");
        CompletableFuture<Void> _ = hand.desired.replace(new DesiredModels.Declaration(
                List.of(new DesiredModel(
                        "m",
                        base,
                        ModelOptions.defaults()
                                .withEngine(EngineOptions.defaults().withName(engine)),
                        Map.of())),
                null));
    }

    /// The files of all copies, relative to the process's own directory in the cache.
    private List<String> files() throws IOException {
        if (!Files.exists(cache)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(cache)) {
            return all.filter(Files::isRegularFile)
                    .map(cache::relativize)
                    .filter(file -> file.getNameCount() > 2)
                    .map(file -> file.subpath(1, file.getNameCount()).toString())
                    .toList();
        }
    }
}
