package io.kaon.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.kaon.batch.Deadline;
import io.kaon.model.ErrorKind;
import io.kaon.model.ExampleOutputs;
import io.kaon.model.ModelId;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.VersionSelector;
import io.kaon.model.VersionStatus;
import io.kaon.tensor.NamedTensors;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.FakeModels;
import io.kaon.testkit.LeakInspector;
import io.kaon.testkit.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakInspector.class)
final class ServingModelsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FakeModels models = new FakeModels(new ManualClock());
    private final LoadedModel one = models.version("m", 1);
    private final LoadedModel two = models.version("m", 2);
    private final BlockingQueue<Inference> ended = new LinkedBlockingQueue<>();
    private final ServingModels serving = new ServingModels(ended::add);

    @BeforeEach
    void publishBoth() {
        publish(one, two);
    }

    @AfterEach
    void end() {
        for (LoadedModel model : List.of(one, two)) {
            assertThat(model.drain()).isCompleted();
            model.close();
        }
        models.close();
    }

    @Test
    void servesTheLatestUnlessToldOtherwise() {
        assertThat(versionBy(VersionSelector.LATEST)).isEqualTo(2);
        assertThat(versionBy(new VersionSelector.Exact(1))).isEqualTo(1);
        assertThat(versionBy(new VersionSelector.Labelled("stable"))).isEqualTo(1);
    }

    @Test
    void answersWithTheVersionThatWasBorrowed() {
        try (ModelLease lease = serving.lease("m", VersionSelector.LATEST)) {
            publish(one);
            CompletableFuture<NamedTensors> result =
                    lease.infer(FakeEngine.SIGNATURE, FakeEngine.input(5), Set.of(), Deadline.NEVER, Runnable::run);
            assertThat(FakeEngine.output(result.join())).containsExactly(7);
        }
    }

    @Test
    void tellsTheListenerOnceHowEachInferenceEnded() throws InterruptedException {
        try (ModelLease lease = serving.lease("m", VersionSelector.LATEST)) {
            infer(lease, FakeEngine.input(5)).join();
            assertThat(nextEnded()).isEqualTo(tuple(two.id(), FakeEngine.SIGNATURE.name(), null));
            CompletableFuture<NamedTensors> refused = infer(lease, NamedTensors.of(Map.of()));
            assertThat(refused).isCompletedExceptionally();
        }
        assertThat(nextEnded()).isEqualTo(tuple(two.id(), FakeEngine.SIGNATURE.name(), ErrorKind.INVALID_REQUEST));
        assertThat(ended).isEmpty();
    }

    /// Waits, because a result may be there before the listener is told of it.
    private Tuple nextEnded() throws InterruptedException {
        Inference next = ended.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(next).isNotNull();
        return tuple(next.model(), next.signature(), next.failure());
    }

    @Test
    void tellsTheListenerWhyARunFailed() throws InterruptedException {
        ServingException broken = new ServingException(ErrorKind.ENGINE_FAILED, "broken");
        LoadedModel failing = new LoadedModel(
                new ModelId("m", 3),
                "fake",
                FakeEngine.session(3),
                ExampleOutputs.FOUND,
                _ -> models.batcher((_, _, _, _) -> {
                    throw broken;
                }));
        publish(failing);
        try (failing) {
            try (ModelLease lease = serving.lease("m", VersionSelector.LATEST)) {
                assertThat(infer(lease, FakeEngine.input(5))).failsWithin(PATIENCE);
            }
            assertThat(failing.drain()).isCompleted();
        }
        Inference only = ended.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(only).isNotNull().extracting(Inference::cause).isEqualTo(broken);
        assertThat(ended).isEmpty();
    }

    private static CompletableFuture<NamedTensors> infer(ModelLease lease, NamedTensors inputs) {
        return lease.infer(FakeEngine.SIGNATURE, inputs, Set.of(), Deadline.NEVER, Runnable::run);
    }

    @Test
    void saysWhatThereIsInsteadOfWhatWasAskedFor() {
        fails(
                () -> serving.lease("n", VersionSelector.LATEST),
                ErrorKind.MODEL_NOT_FOUND,
                "no model is called `n`: expected one of [empty, m]");
        fails(
                () -> serving.lease("m", new VersionSelector.Exact(3)),
                ErrorKind.VERSION_NOT_FOUND,
                "model `m` does not serve version 3: expected one of [1, 2]");
        fails(
                () -> serving.lease("m", new VersionSelector.Labelled("canary")),
                ErrorKind.LABEL_NOT_FOUND,
                "model `m` has no label \"canary\": expected one of [stable]");
        fails(
                () -> serving.lease("empty", new VersionSelector.Labelled("canary")),
                ErrorKind.LABEL_NOT_FOUND,
                "model `empty` has no label \"canary\": it has none at all");
        fails(
                () -> serving.lease("empty", VersionSelector.LATEST),
                ErrorKind.VERSION_NOT_FOUND,
                "model `empty` has no version that can serve now; nothing there");
        fails(() -> serving.statuses("n"), ErrorKind.MODEL_NOT_FOUND, "no model is called `n`");
    }

    @Test
    void tellsAnUnloadedLabelFromAnUnknownOne() {
        publish(two);
        fails(
                () -> serving.lease("m", new VersionSelector.Labelled("stable")),
                ErrorKind.VERSION_NOT_FOUND,
                "model `m` does not serve version 1: expected one of [2]");
    }

    @Test
    void refusesNewLeasesWhenStoppingAndHonoursOldOnes() {
        try (ModelLease lease = serving.lease("m", VersionSelector.LATEST)) {
            serving.refuseLeases();
            fails(() -> serving.lease("m", VersionSelector.LATEST), ErrorKind.NOT_READY, "the server is stopping");
            CompletableFuture<NamedTensors> result =
                    lease.infer(FakeEngine.SIGNATURE, FakeEngine.input(5), Set.of(), Deadline.NEVER, Runnable::run);
            assertThat(FakeEngine.output(result.join())).containsExactly(7);
        }
    }

    @Test
    void failsUnfitInputsBeforeTheyAreQueued() {
        try (ModelLease lease = serving.lease("m", VersionSelector.LATEST)) {
            CompletableFuture<NamedTensors> result = lease.infer(
                    FakeEngine.SIGNATURE,
                    NamedTensors.of("z", FakeEngine.tensor(1)),
                    Set.of(),
                    Deadline.NEVER,
                    Runnable::run);
            assertThat(((ServingException) result.exceptionNow()).kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        }
    }

    @Test
    void findsTheDefaultSignatureByAnEmptyName() {
        try (ModelLease lease = serving.lease("m", VersionSelector.LATEST)) {
            assertThat(lease.signature("").name()).isEqualTo(ModelSignature.DEFAULT_NAME);
            fails(
                    () -> lease.signature("other"),
                    ErrorKind.SIGNATURE_NOT_FOUND,
                    "model m/2 has no signature \"other\": expected one of [serving_default]");
        }
    }

    @Test
    void givesBackOnceHoweverOftenALeaseIsClosed() {
        ModelLease first = serving.lease("m", VersionSelector.LATEST);
        ModelLease second = serving.lease("m", VersionSelector.LATEST);
        first.close();
        first.close();
        publish(one);
        assertThat(two.drain()).isNotDone();
        second.close();
    }

    @Test
    void saysWhyAModelThatFailedServesNothing() {
        VersionStatus failed = new VersionStatus(
                new ModelId("f", 2),
                "/models/f/2",
                VersionStatus.Phase.END,
                null,
                new ServingException(ErrorKind.ENGINE_FAILED, "model.onnx is empty"),
                "load 3 failed, the next one begins 4 s later",
                0,
                Duration.ZERO);
        serving.publish(new Snapshot(Map.of("f", new ServedModel(new TreeMap<>(), Map.of(), List.of(failed), null))));
        String why = "; version 2 failed to load: model.onnx is empty; load 3 failed, the next one begins 4 s later";
        fails(
                () -> serving.lease("f", VersionSelector.LATEST),
                ErrorKind.VERSION_NOT_FOUND,
                "model `f` has no version that can serve now" + why);
        fails(
                () -> serving.lease("f", new VersionSelector.Exact(2)),
                ErrorKind.VERSION_NOT_FOUND,
                "model `f` does not serve version 2: expected one of []" + why);
    }

    private void publish(LoadedModel... versions) {
        TreeMap<Long, LoadedModel> byNumber = new TreeMap<>();
        for (LoadedModel version : versions) {
            byNumber.put(version.id().version(), version);
        }
        serving.publish(new Snapshot(Map.of(
                "m", new ServedModel(byNumber, Map.of("stable", 1L), List.of(), null),
                "empty", new ServedModel(new TreeMap<>(), Map.of(), List.of(), "nothing there"))));
    }

    private long versionBy(VersionSelector selector) {
        try (ModelLease lease = serving.lease("m", selector)) {
            return lease.id().version();
        }
    }

    private static void fails(ThrowingCallable call, ErrorKind kind, String message) {
        ServingException failure = catchThrowableOfType(ServingException.class, call);
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessageStartingWith(message);
    }
}
