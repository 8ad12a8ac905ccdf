package io.kaon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.batch.BatchListener;
import io.kaon.batch.BatchThreads;
import io.kaon.batch.Batcher;
import io.kaon.batch.BatchingPolicy;
import io.kaon.batch.Deadline;
import io.kaon.batch.Lanes;
import io.kaon.batch.RunClock;
import io.kaon.batch.RunWatch;
import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.model.ErrorKind;
import io.kaon.model.ExampleOutputs;
import io.kaon.model.ModelId;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.VersionSelector;
import io.kaon.serving.InferenceListener;
import io.kaon.serving.LoadedModel;
import io.kaon.serving.ModelLease;
import io.kaon.serving.ServedModel;
import io.kaon.serving.ServingModels;
import io.kaon.serving.Snapshot;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What native code gets wrong sooner or later: odd memory, odd shapes, being closed while it runs, being loaded
/// often. Shown on `y = 0.5 x + 2` over FLOAT vectors of any length.
public abstract class EngineEnduranceContract {
    /// `-Dkaon.contract.loads=10000` is the long form.
    private static final int LOADS = Integer.getInteger("kaon.contract.loads", 300);

    /// A load that leaked so much would be noticed within the 10,000 of the long form.
    private static final long LEAK_PER_LOAD = ResidentMemory.NOISE_BYTES / 10_000;

    private static final int VERSIONS = 40;
    private static final int BORROWERS = 4;

    @TempDir
    Path directory;

    protected abstract Engine engine();

    /// Writes the model, with input `x` and output `y` in its default signature.
    protected abstract void writeHalfPlusTwo(Path into) throws IOException;

    @BeforeEach
    void write() throws IOException {
        writeHalfPlusTwo(directory);
    }

    private EngineSession load() {
        return Sessions.load(engine(), directory);
    }

    @Test
    void readsInputsThatBeginAtOddAddresses() {
        byte[] three = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(1)
                .putFloat(2)
                .putFloat(5)
                .array();
        try (EngineSession session = load();
                Arena arena = Arena.ofConfined()) {
            for (int offset = 0; offset < 9; offset++) {
                MemorySegment heap = MemorySegment.ofArray(new byte[32]).asSlice(offset, 12);
                MemorySegment nativeMemory = arena.allocate(32, 64).asSlice(offset, 12);
                for (MemorySegment slice : List.of(heap, nativeMemory, nativeMemory.asReadOnly())) {
                    (slice.isReadOnly() ? nativeMemory : slice).copyFrom(MemorySegment.ofArray(three));
                    Tensor y = Sessions.run(session, new DenseTensor(DataType.FLOAT, Shape.of(3), slice));
                    assertThat(Tensors.floatsOf(y)).as("offset %d", offset).containsExactly(2.5f, 3, 4.5f);
                }
            }
        }
    }

    /// No client can send so many elements, but any client can declare them beside a dimension of 0.
    @Test
    void answersOrRefusesEmptyTensorsOfHugeDimensions() {
        try (EngineSession session = load()) {
            for (Shape shape : List.of(
                    Shape.of(0),
                    Shape.of(0, Long.MAX_VALUE),
                    Shape.of(Long.MAX_VALUE, 0),
                    Shape.of(0, 1L << 40, 1L << 40),
                    Shape.of(1L << 62, 1L << 62, 0),
                    Shape.of(0, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE))) {
                try {
                    Tensor y = Sessions.run(session, Tensors.floats(shape));
                    assertThat(y.shape()).isEqualTo(shape);
                } catch (ServingException refused) {
                    assertThat(refused.kind())
                            .as("%s: %s", shape, refused.getMessage())
                            .isEqualTo(ErrorKind.INVALID_REQUEST);
                }
            }
            assertThat(Tensors.floatsOf(Sessions.run(session, Tensors.floats(2))))
                    .containsExactly(3);
        }
    }

    @Test
    void refusesMissingUnknownAndSurplusNames() {
        try (EngineSession session = load()) {
            Tensor x = Tensors.floats(1);
            for (NamedTensors inputs : List.of(
                    NamedTensors.of(Map.of()),
                    NamedTensors.of("", x),
                    NamedTensors.of("X", x),
                    NamedTensors.of("x:0", x),
                    NamedTensors.of("y", x),
                    NamedTensors.of("\0", x),
                    NamedTensors.of("ü😀", x),
                    NamedTensors.of(Map.of("x", x, "z", x)))) {
                assertThatThrownBy(() -> Sessions.run(session, inputs))
                        .isInstanceOfSatisfying(
                                ServingException.class,
                                refusal -> assertThat(refusal.kind()).isEqualTo(ErrorKind.INVALID_REQUEST));
            }
            assertThatThrownBy(() -> Sessions.run(session, NamedTensors.of("x", x), "Y"))
                    .isInstanceOf(ServingException.class);
            assertThat(Tensors.floatsOf(Sessions.run(session, x))).containsExactly(2.5f);
        }
    }

    /// Versions come and go while others borrow and run them, some of whom do not wait for their answer.
    @Test
    void isNeverClosedUnderARun() throws Exception {
        ServingModels serving = new ServingModels(InferenceListener.NONE);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger answers = new AtomicInteger();
        try (ExecutorService borrowers = Executors.newFixedThreadPool(BORROWERS);
                ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1)) {
            Lanes lanes = new Lanes(2, task -> Thread.ofPlatform().daemon().unstarted(task));
            LoadedModel current = version(1, lanes, timer);
            publish(serving, current);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < BORROWERS; i++) {
                all.add(borrowers.submit(() -> {
                    while (!stop.get()) {
                        borrow(serving, answers.incrementAndGet());
                    }
                    return null;
                }));
            }
            for (int version = 2; version <= VERSIONS; version++) {
                LoadedModel next = version(version, lanes, timer);
                publish(serving, next);
                current.drain().join();
                current.close();
                current = next;
            }
            stop.set(true);
            for (Future<?> borrower : all) {
                borrower.get();
            }
            serving.publish(Snapshot.EMPTY);
            current.drain().join();
            current.close();
            lanes.close();
        }
        assertThat(answers.get()).isGreaterThan(VERSIONS);
    }

    private LoadedModel version(long version, Lanes lanes, ScheduledThreadPoolExecutor timer) {
        return new LoadedModel(
                new ModelId("m", version),
                engine().name(),
                load(),
                ExampleOutputs.FOUND,
                run -> new Batcher(
                        "m/1",
                        run,
                        BatchingPolicy.defaults(),
                        new BatchThreads(lanes, timer, _ -> {}, new RunWatch(System::nanoTime, Duration.ofMinutes(1))),
                        RunClock.of(System::nanoTime),
                        BatchListener.NONE));
    }

    private static void publish(ServingModels serving, LoadedModel model) {
        serving.publish(new Snapshot(Map.of(
                "m", new ServedModel(new TreeMap<>(Map.of(model.id().version(), model)), Map.of(), List.of(), null))));
    }

    private static void borrow(ServingModels serving, int x) {
        try (ModelLease lease = serving.lease("m", VersionSelector.LATEST)) {
            ModelSignature signature = Objects.requireNonNull(lease.signatures().get(ModelSignature.DEFAULT_NAME));
            var answer = lease.infer(
                    signature, NamedTensors.of("x", Tensors.floats(x)), Set.of(), Deadline.NEVER, Runnable::run);
            if (x % 4 != 0) {
                assertThat(Tensors.floatsOf(Tensors.get(answer.join(), "y"))).containsExactly(0.5f * x + 2);
            }
        }
    }

    /// The first loads fill caches, which is no leak.
    @Test
    void leaksNothingByLoadingOften() throws IOException {
        loadAndRun(LOADS / 10 + 20);
        long before = ResidentMemory.bytesBesideHeap();
        loadAndRun(LOADS);
        long grown = ResidentMemory.bytesBesideHeap() - before;
        System.out.println(engine().name() + ": " + LOADS + " loads, resident memory beside the heap grew by "
                + (grown >> 20) + " MiB");
        assertThat(grown).isLessThan(Math.max(100L << 20, LOADS * LEAK_PER_LOAD));
    }

    private void loadAndRun(int times) {
        for (int i = 0; i < times; i++) {
            try (EngineSession session = load()) {
                Sessions.run(session, Tensors.floats(1));
            }
        }
    }
}
