package io.kaon.engine.onnx;

import static io.kaon.testkit.OnnxType.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.engine.EngineSession;
import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.OnnxAttribute;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxType;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which runs ONNX Runtime ends when it is told to: every loop, wherever it stands.
final class OnnxCancellationTest {
    private static final OnnxType FLAG = tensor(DataType.BOOL);
    private static final OnnxType NUMBER = tensor(DataType.INT64);
    private static final OnnxType VECTOR = tensor(DataType.FLOAT, "batch");

    @TempDir
    Path directory;

    @Test
    void endsALoopInABranch() throws IOException {
        OnnxModel idle =
                new OnnxModel().node("Identity", List.of("x"), List.of("else")).output("else", VECTOR);
        OnnxModel busy = new OnnxModel()
                .constant("always", flag())
                .node("Loop", List.of("", "always", "x"), List.of("then"), OnnxAttribute.of("body", negating()))
                .output("then", VECTOR);
        OnnxModel model = new OnnxModel()
                .input("x", VECTOR)
                .constant("zero", Tensors.floats(Shape.scalar(), 0))
                .node("ReduceMin", List.of("x"), List.of("least"), OnnxAttribute.of("keepdims", 0))
                .node("Less", List.of("least", "zero"), List.of("negative"))
                .node(
                        "If",
                        List.of("negative"),
                        List.of("y"),
                        OnnxAttribute.of("then_branch", busy),
                        OnnxAttribute.of("else_branch", idle))
                .output("y", VECTOR);
        try (EngineSession session = open(model)) {
            assertEnds(session, Tensors.floats(-1));
            assertThat(Tensors.floatsOf(Sessions.run(session, Tensors.floats(3))))
                    .containsExactly(3);
        }
    }

    /// A loop around another one that ends soon.
    @Test
    void endsALoopOfLoops() throws IOException {
        OnnxModel outer = new OnnxModel()
                .input("round", NUMBER)
                .input("more", FLAG)
                .input("start", VECTOR)
                .constant("two", Tensors.longs(Shape.scalar(), 2))
                .node("Identity", List.of("more"), List.of("further"))
                .node("Loop", List.of("two", "more", "start"), List.of("end"), OnnxAttribute.of("body", negating()))
                .output("further", FLAG)
                .output("end", VECTOR);
        OnnxModel model = new OnnxModel()
                .input("x", VECTOR)
                .constant("always", flag())
                .node("Loop", List.of("", "always", "x"), List.of("y"), OnnxAttribute.of("body", outer))
                .output("y", VECTOR);
        try (EngineSession session = open(model)) {
            assertEnds(session, Tensors.floats(-1));
        }
    }

    /// As many steps as `x` has elements.
    @Test
    void endsAScan() throws IOException {
        OnnxType scalar = tensor(DataType.FLOAT);
        OnnxModel body = new OnnxModel()
                .input("sum", scalar)
                .input("element", scalar)
                .node("Add", List.of("sum", "element"), List.of("next"))
                .output("next", scalar);
        OnnxModel model = new OnnxModel()
                .input("x", VECTOR)
                .constant("zero", Tensors.floats(Shape.scalar(), 0))
                .node(
                        "Scan",
                        List.of("zero", "x"),
                        List.of("y"),
                        OnnxAttribute.of("body", body),
                        OnnxAttribute.of("num_scan_inputs", 1))
                .output("y", scalar);
        try (EngineSession session = open(model)) {
            // Seconds, were it not ended.
            assertEnds(session, Tensors.floats(new float[4_000_000]));
            assertThat(Tensors.floatsOf(Sessions.run(session, Tensors.floats(1, 2, 4))))
                    .containsExactly(7);
        }
    }

    /// What a run left behind that was ended must not be taken for the answer of the next.
    @Test
    void keepsNoTensorsThatAnEndedRunHasWritten() throws IOException {
        OnnxModel model = new OnnxModel()
                .input("x", VECTOR)
                .constant("zero", Tensors.floats(Shape.scalar(), 0))
                .node("Neg", List.of("x"), List.of("first"))
                .node("ReduceMin", List.of("x"), List.of("least"), OnnxAttribute.of("keepdims", 0))
                .node("Less", List.of("least", "zero"), List.of("negative"))
                .node("Loop", List.of("", "negative", "x"), List.of("y"), OnnxAttribute.of("body", negating()))
                .output("first", VECTOR)
                .output("y", VECTOR);
        try (EngineSession session = open(model)) {
            for (int rows = 1; rows < 4; rows++) {
                float[] negative = new float[rows];
                negative[0] = -1;
                float[] positive = new float[rows];
                positive[0] = rows;
                for (int i = 0; i < 2; i++) {
                    assertEnds(session, Tensors.floats(negative));
                    for (int again = 0; again < 3; again++) {
                        NamedTensors answer = Sessions.run(session, NamedTensors.of("x", Tensors.floats(positive)));
                        assertThat(Tensors.floatsOf(Tensors.get(answer, "first"))[0])
                                .isEqualTo(-rows);
                        assertThat(Tensors.floatsOf(Tensors.get(answer, "y"))).containsExactly(positive);
                    }
                }
            }
        }
    }

    private static OnnxModel negating() {
        return new OnnxModel()
                .input("iteration", NUMBER)
                .input("again", FLAG)
                .input("before", VECTOR)
                .node("Identity", List.of("again"), List.of("still"))
                .node("Neg", List.of("before"), List.of("after"))
                .output("still", FLAG)
                .output("after", VECTOR);
    }

    private static Tensor flag() {
        return new DenseTensor(DataType.BOOL, Shape.scalar(), MemorySegment.ofArray(new byte[] {1}));
    }

    private EngineSession open(OnnxModel model) throws IOException {
        model.writeTo(directory);
        return Sessions.load(new OnnxEngine(), directory);
    }

    static void assertEnds(EngineSession session, Tensor x) {
        Duration limit = Duration.ofMillis(100);
        Cancellation cancellation = new Cancellation(limit.toNanos());
        CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS)
                .execute(cancellation::cancel);
        long began = System.nanoTime();
        assertThatThrownBy(
                        () -> session.run(Sessions.signature(session), NamedTensors.of("x", x), Set.of(), cancellation))
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    }
}
