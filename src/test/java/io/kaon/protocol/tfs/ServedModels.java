package io.kaon.protocol.tfs;

import io.kaon.batch.BatchListener;
import io.kaon.batch.BatchThreads;
import io.kaon.batch.Batcher;
import io.kaon.batch.BatchingPolicy;
import io.kaon.batch.Lanes;
import io.kaon.batch.Merging;
import io.kaon.batch.RunClock;
import io.kaon.batch.RunWatch;
import io.kaon.engine.EngineSession;
import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ExampleOutputs;
import io.kaon.model.ModelId;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.VersionStatus;
import io.kaon.serving.InferenceListener;
import io.kaon.serving.LoadedModel;
import io.kaon.serving.ServedModel;
import io.kaon.serving.ServingModels;
import io.kaon.serving.Snapshot;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/// A model `m` with the versions 1, 2 and 10, a label `stable` on version 1 and a label `gone` on 7, which is not
/// served. All run what the test last put into [#run], on the one lane there is.
///
/// Closing fails the test if a lease has not been given back.
final class ServedModels {
    /// Takes `x` and, if it likes, `bias`; gives `y` and `label`.
    static final ModelSignature SIGNATURE = ModelSignature.of(
            "serving_default",
            List.of(TensorSpec.of("x", DataType.FLOAT, Shape.of(-1))),
            List.of(
                    new TensorSpec("y", DataType.FLOAT, Shape.of(-1), true, List.of("a", "b")),
                    TensorSpec.of("label", DataType.STRING, null)));

    static final ModelSignature OPTIONAL = ModelSignature.of(
            "optional",
            List.of(
                    TensorSpec.of("x", DataType.FLOAT, Shape.of(-1)),
                    new TensorSpec("bias", DataType.FLOAT, Shape.of(-1), false, List.of())),
            List.of(TensorSpec.of("y", DataType.FLOAT, Shape.of(-1))));

    final ServingModels models = new ServingModels(InferenceListener.NONE);
    final AtomicLong clock = new AtomicLong(1_000);
    volatile UnaryOperator<NamedTensors> run = UnaryOperator.identity();

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Lanes lanes = new Lanes(1, Thread::new);
    private final TreeMap<Long, LoadedModel> versions = new TreeMap<>();

    ServedModels() {
        for (long version : List.of(1L, 2L, 10L)) {
            versions.put(
                    version,
                    new LoadedModel(
                            new ModelId("m", version),
                            "fake",
                            new FakeSession(),
                            ExampleOutputs.FOUND,
                            session -> new Batcher(
                                    "m/1",
                                    session,
                                    new BatchingPolicy(1, Duration.ZERO, Merging.OFF),
                                    new BatchThreads(
                                            lanes,
                                            timer,
                                            _ -> {},
                                            new RunWatch(System::nanoTime, Duration.ofMinutes(1))),
                                    RunClock.of(clock::get),
                                    BatchListener.NONE)));
        }
        List<VersionStatus> statuses = List.of(
                new VersionStatus(
                        new ModelId("m", 11),
                        "/models/m/11",
                        VersionStatus.Phase.END,
                        null,
                        new ServingException(ErrorKind.STORAGE_FAILED, "disk is gone"),
                        null,
                        0,
                        Duration.ZERO),
                status(10, VersionStatus.Phase.AVAILABLE),
                status(2, VersionStatus.Phase.UNLOADING),
                status(1, VersionStatus.Phase.LOADING),
                status(0, VersionStatus.Phase.START));
        models.publish(new Snapshot(Map.of(
                "m",
                new ServedModel(versions, Map.of("stable", 1L, "gone", 7L), statuses, null),
                "starting",
                new ServedModel(new TreeMap<>(), Map.of(), List.of(status(1, VersionStatus.Phase.LOADING)), null))));
    }

    /// Completes when no lease on the newest version is out, whatever runs.
    void awaitLeasesBack() throws Exception {
        newest().drain().get(10, TimeUnit.SECONDS);
    }

    private LoadedModel newest() {
        return versions.lastEntry().getValue();
    }

    void close() throws Exception {
        for (LoadedModel model : versions.values()) {
            model.drain().get(10, TimeUnit.SECONDS);
            model.close();
        }
        lanes.close();
        timer.shutdownNow();
    }

    private static VersionStatus status(long version, VersionStatus.Phase phase) {
        return new VersionStatus(
                new ModelId("m", version),
                "/models/m/" + version,
                phase,
                "fake",
                null,
                phase == VersionStatus.Phase.LOADING ? "fetching" : null,
                0,
                Duration.ZERO);
    }

    private final class FakeSession implements EngineSession {
        @Override
        public Map<String, ModelSignature> signatures() {
            return Map.of(SIGNATURE.name(), SIGNATURE, OPTIONAL.name(), OPTIONAL);
        }

        @Override
        public boolean isOnCaller() {
            return true;
        }

        @Override
        public NamedTensors run(
                ModelSignature signature, NamedTensors inputs, Set<String> wanted, Cancellation cancellation) {
            return run.apply(inputs);
        }

        @Override
        public void close() {}
    }
}
