package io.kaon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.InspectedModel;
import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every engine must do, shown on one model: `y = 0.5 x + 2` over FLOAT vectors of any length.
public abstract class EngineContract {
    /// After which the tests end a run that does not end by itself.
    private static final Duration LIMIT = Duration.ofMillis(200);

    @TempDir
    Path directory;

    protected abstract Engine engine();

    /// The file without which a directory is not one of the engine's models.
    protected abstract String modelFile();

    /// Writes the model, with input `x` and output `y` in its default signature.
    protected abstract void writeHalfPlusTwo(Path into) throws IOException;

    /// Writes a model like that of [#writeHalfPlusTwo], but which does not end if a number of `x` is negative.
    protected abstract void writeEndlessBelowZero(Path into) throws IOException;

    /// Whether shapes that differ from the declared one are the engine's own affair.
    protected boolean copesWithOtherShapes() {
        return false;
    }

    /// Whether models say what their dimensions are called; that of [#writeHalfPlusTwo] is `batch` then.
    protected boolean namesDimensions() {
        return false;
    }

    /// With which models are loaded.
    protected EngineSettings settings() {
        return EngineSettings.defaults();
    }

    protected final EngineSession load(Path from) {
        return Sessions.load(engine(), from, settings());
    }

    /// With the limit known beforehand, for engines that cannot be told later.
    private EngineSession loadLimited(Path from) {
        return Sessions.load(engine(), from, EngineSettings.defaults().withLongestRun(LIMIT));
    }

    private EngineSession halfPlusTwo() throws IOException {
        writeHalfPlusTwo(directory);
        return load(directory);
    }

    private static float[] half(EngineSession session, float... x) {
        return Tensors.floatsOf(Sessions.run(session, Tensors.floats(x)));
    }

    /// @param words what the message must say
    protected static void assertRefused(ErrorKind kind, ThrowingCallable call, String... words) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ServingException.class, e -> {
            assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
            assertThat(e.getMessage()).isNotBlank();
            for (String word : words) {
                assertThat(e.getMessage()).contains(word);
            }
        });
    }

    @Test
    void recognisesItsOwnDirectoriesOnly() throws IOException {
        assertThat(engine().recognises(directory.resolve("absent"))).isFalse();
        assertThat(engine().recognises(directory)).isFalse();
        Files.writeString(directory.resolve("model.of-another-engine"), "");
        assertThat(engine().recognises(directory)).isFalse();
        writeHalfPlusTwo(directory);
        assertThat(engine().recognises(directory)).isTrue();
        assertThat(engine().modelFiles().match(modelFile())).isTrue();
        assertThat(engine().name()).isNotBlank();
    }

    @Test
    void readsTheFilesOnceForSeveralSessionsAndWhereverTheyStandByThen() throws IOException {
        Path before = Files.createDirectory(directory.resolve("before"));
        writeHalfPlusTwo(before);
        InspectedModel inspected = engine().inspect(before);
        assertThat(inspected.keepsReading()).isFalse();
        assertThat(inspected.memoryBytes()).isEqualTo(Files.size(before.resolve(modelFile())));
        Path now = Files.move(before, directory.resolve("now"));
        EngineSettings settings = settings();
        try (EngineSession one = inspected.load(now, settings);
                EngineSession two = inspected.load(now, settings.withIntraOpThreads(2))) {
            assertThat(half(one, 1)).containsExactly(2.5f);
            assertThat(half(two, 1)).containsExactly(2.5f);
        }
    }

    @Test
    void tellsTheSignature() throws IOException {
        try (EngineSession session = halfPlusTwo()) {
            assertThat(session.signatures()).containsOnlyKeys(ModelSignature.DEFAULT_NAME);
            ModelSignature signature = Sessions.signature(session);
            Shape anyLength = Shape.of(Shape.UNKNOWN);
            String[] names = namesDimensions() ? new String[] {"batch"} : new String[0];
            assertThat(signature.inputs().values())
                    .containsExactly(
                            TensorSpec.of("x", DataType.FLOAT, anyLength).withDimensionNames(names));
            assertThat(signature.outputs().values())
                    .containsExactly(
                            TensorSpec.of("y", DataType.FLOAT, anyLength).withDimensionNames(names));
        }
    }

    @Test
    void runs() throws IOException {
        try (EngineSession session = halfPlusTwo()) {
            assertThat(half(session, 1, 2, 5)).containsExactly(2.5f, 3, 4.5f);
            assertThat(half(session, Float.NaN, Float.NEGATIVE_INFINITY))
                    .containsExactly(Float.NaN, Float.NEGATIVE_INFINITY);
            assertThat(half(session)).isEmpty();
        }
    }

    @Test
    void runsABatchLikeItsParts() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        float[] a = floats(random, 1 + random.nextInt(50));
        float[] b = floats(random, 1 + random.nextInt(50));
        try (EngineSession session = halfPlusTwo()) {
            assertThat(half(session, joined(a, b))).containsExactly(joined(half(session, a), half(session, b)));
        }
    }

    @Test
    void computesWhatIsWanted() throws IOException {
        try (EngineSession session = halfPlusTwo()) {
            NamedTensors inputs = NamedTensors.of("x", Tensors.floats(1));
            assertThat(Sessions.run(session, inputs, "y").names()).containsExactly("y");
            assertRefused(ErrorKind.INVALID_REQUEST, () -> Sessions.run(session, inputs, "z"), "z", "y");
        }
    }

    @Test
    void refusesWhatTheSignatureDoesNotAllow() throws IOException {
        try (EngineSession session = halfPlusTwo()) {
            String declared = namesDimensions() ? "FLOAT[batch]" : "FLOAT[-1]";
            refuses(session, "x", Tensors.doubles(Shape.of(1), 1), "x", declared, "DOUBLE[1]");
            refuses(session, "x", Tensors.strings(Shape.of(1), "1"), "x", declared, "STRING[1]");
            if (copesWithOtherShapes()) {
                assertThat(Sessions.signature(session).traits().shapesAsSent()).isTrue();
                assertThat(Sessions.run(session, Tensors.floats(Shape.of(1, 1), 1))
                                .shape())
                        .isEqualTo(Shape.of(1, 1));
            } else {
                refuses(session, "x", Tensors.floats(Shape.of(1, 1), 1), "x", declared, "FLOAT[1,1]");
            }
            refuses(session, "q", Tensors.floats(1), "x");
            assertThat(half(session, 1)).containsExactly(2.5f);
        }
    }

    private static void refuses(EngineSession session, String name, Tensor tensor, String... words) {
        assertRefused(ErrorKind.INVALID_REQUEST, () -> Sessions.run(session, NamedTensors.of(name, tensor)), words);
    }

    @Test
    void runsOnManyThreadsAtOnce() throws Exception {
        int threads = 8;
        CountDownLatch ready = new CountDownLatch(threads);
        try (EngineSession session = halfPlusTwo();
                ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> runs = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                float x = thread;
                runs.add(pool.submit(() -> {
                    ready.countDown();
                    ready.await();
                    for (int i = 0; i < 300; i++) {
                        assertThat(half(session, x, i)).containsExactly(0.5f * x + 2, 0.5f * i + 2);
                    }
                    return null;
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        }
    }

    @Test
    void endsARunThatIsCancelledAndServesOn() throws Exception {
        writeEndlessBelowZero(directory);
        try (EngineSession session = loadLimited(directory)) {
            assertEnds(session, -1);
            assertThat(half(session, 1)).containsExactly(2.5f);
            for (int i = 0; i < 3; i++) {
                assertEnds(session, 1, -1);
                assertThat(half(session, 1)).containsExactly(2.5f);
                assertThat(half(session, 1, i)).containsExactly(2.5f, 0.5f * i + 2);
            }
        }
    }

    /// The thread that calls runs what does not end until its time is up.
    private static void assertEnds(EngineSession session, float... x) {
        Cancellation cancellation = new Cancellation(LIMIT.toNanos());
        CompletableFuture.delayedExecutor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .execute(cancellation::cancel);
        long began = System.nanoTime();
        assertRefused(ErrorKind.CANCELLED, () -> run(session, cancellation, x), "ended");
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(LIMIT.dividedBy(2), LIMIT.plus(Duration.ofSeconds(20)));
    }

    private static NamedTensors run(EngineSession session, Cancellation cancellation, float... x) {
        return session.run(
                Sessions.signature(session), NamedTensors.of("x", Tensors.floats(x)), Set.of(), cancellation);
    }

    @Test
    void beginsNoRunThatIsCancelledAlready() throws IOException {
        Cancellation cancelled = new Cancellation(Long.MAX_VALUE);
        cancelled.cancel();
        try (EngineSession session = halfPlusTwo()) {
            assertRefused(ErrorKind.CANCELLED, () -> run(session, cancelled, 1), "ended");
            assertThat(half(session, 1)).containsExactly(2.5f);
        }
    }

    @Test
    void endsNoOtherRunThanTheOneThatIsCancelled() throws Exception {
        writeEndlessBelowZero(directory);
        try (EngineSession session = loadLimited(directory);
                ExecutorService pool = Executors.newSingleThreadExecutor()) {
            for (int i = 0; i < 5; i++) {
                Future<?> endless = pool.submit(() -> assertEnds(session, -1));
                int x = 0;
                while (!isOver(endless)) {
                    Cancellation own = new Cancellation(TimeUnit.MINUTES.toNanos(1));
                    assertThat(Tensors.floatsOf(Tensors.get(run(session, own, ++x), "y")))
                            .containsExactly(0.5f * x + 2);
                    // Too late to end anything.
                    own.cancel();
                }
            }
        }
    }

    private static boolean isOver(Future<?> run) throws InterruptedException, ExecutionException {
        try {
            run.get(1, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        }
    }

    @Test
    void saysWhenTheModelIsBroken() throws IOException {
        assertRefused(ErrorKind.ENGINE_FAILED, () -> load(directory.resolve("absent")));
        Files.write(directory.resolve(modelFile()), new byte[0]);
        assertRefused(ErrorKind.ENGINE_FAILED, () -> load(directory));
        Files.writeString(directory.resolve(modelFile()), "no model at all");
        assertRefused(ErrorKind.ENGINE_FAILED, () -> load(directory));
        writeHalfPlusTwo(directory);
        byte[] whole = Files.readAllBytes(directory.resolve(modelFile()));
        Files.write(directory.resolve(modelFile()), Arrays.copyOf(whole, whole.length / 2));
        assertThat(engine().recognises(directory)).isTrue();
        assertRefused(ErrorKind.ENGINE_FAILED, () -> load(directory));
    }

    @Test
    void closesTwice() throws IOException {
        EngineSession session = halfPlusTwo();
        session.close();
        session.close();
    }

    @Test
    void servesTheOldModelWhileTheSameFilesAreLoadedAgain() throws IOException {
        try (EngineSession old = halfPlusTwo()) {
            try (EngineSession current = load(directory)) {
                assertThat(half(current, 2)).containsExactly(3);
            }
            assertThat(half(old, 2)).containsExactly(3);
        }
    }

    /// 600 outputs of 2 MB are twice what the measure may be wrong by. As many runs come before, until allocators have
    /// what they keep for later.
    @Test
    void leaksNothingByRunning() throws IOException {
        NamedTensors inputs = NamedTensors.of("x", Tensors.floats(new float[500_000]));
        try (EngineSession session = halfPlusTwo()) {
            run(session, inputs, 600);
            long before = ResidentMemory.bytesBesideHeap();
            run(session, inputs, 600);
            assertThat(ResidentMemory.bytesBesideHeap() - before).isLessThan(ResidentMemory.NOISE_BYTES);
        }
    }

    private static void run(EngineSession session, NamedTensors inputs, int times) {
        for (int i = 0; i < times; i++) {
            Sessions.run(session, inputs);
        }
    }

    private static float[] floats(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat() * 200 - 100;
        }
        return values;
    }

    private static float[] joined(float[] a, float[] b) {
        float[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }
}
