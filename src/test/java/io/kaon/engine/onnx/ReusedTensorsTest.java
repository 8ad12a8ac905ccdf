package io.kaon.engine.onnx;

import static io.kaon.testkit.Sessions.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.engine.EngineSession;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.OnnxType;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReusedTensorsTest {
    @TempDir
    Path directory;

    @Test
    void suitWhatDeclaresItsOutputsButForTheRows() {
        assertThat(ReusedTensors.suit(signature(Shape.of(-1, 4), Shape.of(-1, 2))))
                .isTrue();
        assertThat(ReusedTensors.suit(signature(Shape.of(3), Shape.of(2)))).isTrue();
        assertThat(ReusedTensors.suit(signature(Shape.of(3), Shape.scalar()))).isTrue();
        assertThat(ReusedTensors.suit(signature(Shape.of(3), Shape.of(-1)))).isFalse();
        assertThat(ReusedTensors.suit(signature(Shape.of(-1, 4), Shape.of(-1, -1))))
                .isFalse();
        assertThat(ReusedTensors.suit(signature(Shape.of(-1, 4), null))).isFalse();
        assertThat(ReusedTensors.suit(signature(Shape.of(-1, 4), Shape.of(-1, 0))))
                .isFalse();
        assertThat(ReusedTensors.suit(signature(Shape.of(-1, 4), Shape.of(-1, 1 << 20))))
                .isFalse();
        assertThat(ReusedTensors.suit(signature(Shape.of(-1, 4), Shape.of(-1, 1L << 62))))
                .isFalse();
        assertThat(ReusedTensors.suit(signature(Shape.of(-1, 4), Shape.of(-1, 1L << 40, 1L << 40))))
                .isFalse();
    }

    /// A ZipMap gives a sequence of maps, into no memory of ours.
    @Test
    void doNotSuitTheMapsOfClassifiers() throws IOException {
        try (EngineSession session = open(OnnxModels.classifier(5, 3))) {
            assertThat(ReusedTensors.suit(Sessions.signature(session))).isFalse();
        }
    }

    private static ModelSignature signature(Shape input, @Nullable Shape output) {
        return ModelSignature.of(
                ModelSignature.DEFAULT_NAME,
                List.of(TensorSpec.of("x", DataType.FLOAT, input)),
                List.of(TensorSpec.of("y", DataType.FLOAT, output)));
    }

    @Test
    void answersAsRunsThatMakeTheirOwn() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (EngineSession session = open(OnnxModels.halfPlusTwo())) {
            List<DenseTensor> answers = new ArrayList<>();
            List<float[]> expected = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                float[] values = new float[1 + random.nextInt(80)];
                for (int j = 0; j < values.length; j++) {
                    values[j] = random.nextFloat();
                }
                // Asking for outputs by name takes the ordinary way.
                NamedTensors own = run(session, NamedTensors.of("x", Tensors.floats(values)), "y");
                expected.add(Tensors.floatsOf(Tensors.get(own, "y")));
                answers.add((DenseTensor) run(session, Tensors.floats(values)));
            }
            // Later runs have not written over earlier answers.
            for (int i = 0; i < answers.size(); i++) {
                assertThat(Tensors.floatsOf(answers.get(i))).containsExactly(expected.get(i));
            }
        }
    }

    @Test
    void noticeThatInputsLieElsewhere() throws IOException {
        try (EngineSession session = open(OnnxModels.halfPlusTwo());
                Arena arena = Arena.ofConfined()) {
            for (int i = 0; i < 20; i++) {
                MemorySegment memory = arena.allocate(8, 4);
                memory.set(DenseTensor.FLOAT, 0, i);
                memory.set(DenseTensor.FLOAT, 4, 2 * i);
                DenseTensor x = new DenseTensor(DataType.FLOAT, Shape.of(2), memory);
                assertThat(Tensors.floatsOf(run(session, x))).containsExactly(i / 2f + 2, i + 2);
            }
        }
    }

    @Test
    void areEachThreadsOwn() throws IOException {
        try (EngineSession session = open(OnnxModels.halfPlusTwo())) {
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                float value = thread;
                threads.add(CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < 500; i++) {
                                assertThat(Tensors.floatsOf(run(session, Tensors.floats(value, i))))
                                        .containsExactly(value / 2 + 2, i / 2f + 2);
                            }
                        },
                        task -> Thread.ofPlatform().start(task)));
            }
            threads.forEach(CompletableFuture::join);
        }
    }

    @Test
    void yieldToAModelThatDoesNotKeepItsWord() throws IOException {
        // The declaration says as many as there are rows, the model answers those that are not zero.
        OnnxModel model = new OnnxModel()
                .input("x", OnnxType.tensor(DataType.FLOAT, "batch"))
                .node("NonZero", List.of("x"), List.of("found"))
                .constant("axis", Tensors.longs(Shape.of(1), 0))
                .node("Squeeze", List.of("found", "axis"), List.of("y"))
                .output("y", OnnxType.tensor(DataType.INT64, "batch"));
        try (EngineSession session = open(model)) {
            assertThat(Tensors.longsOf(run(session, Tensors.floats(1, 2)))).containsExactly(0, 1);
            for (int i = 0; i < 3; i++) {
                assertThat(Tensors.longsOf(run(session, Tensors.floats(1, 0, 5))))
                        .containsExactly(0, 2);
            }
        }
    }

    @Test
    void surviveARunThatFails() throws IOException {
        OnnxModel model = new OnnxModel()
                .input("x", OnnxType.tensor(DataType.INT64, "batch"))
                .constant("table", Tensors.floats(10, 20, 30))
                .node("Gather", List.of("table", "x"), List.of("y"))
                .output("y", OnnxType.tensor(DataType.FLOAT, "batch"));
        try (EngineSession session = open(model)) {
            assertThatThrownBy(() -> run(session, Tensors.longs(Shape.of(2), 0, 99)))
                    .isInstanceOf(ServingException.class);
            IntStream.range(0, 3)
                    .forEach(i -> assertThat(Tensors.floatsOf(run(session, Tensors.longs(Shape.of(2), 2, i))))
                            .containsExactly(30, 10 * i + 10));
        }
    }

    private EngineSession open(OnnxModel model) throws IOException {
        model.writeTo(directory);
        return Sessions.load(new OnnxEngine(), directory);
    }
}
