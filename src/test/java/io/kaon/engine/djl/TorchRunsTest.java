package io.kaon.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.djl.declaration.ElementTypes;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.ResidentMemory;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import io.kaon.testkit.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

final class TorchRunsTest {
    @TempDir
    private Path folder;

    private EngineSession load(TorchScriptArchive model) throws IOException {
        model.writeTo(folder);
        return Sessions.load(new DjlEngine(), folder);
    }

    private static TorchScriptArchive vectors(String... lines) {
        return new TorchScriptArchive()
                .forward("x: Tensor", "Tensor", lines)
                .config(TorchScriptArchive.vectors("x", "y"));
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"FLOAT", "DOUBLE", "FLOAT16", "INT8", "INT32", "INT64", "UINT8", "BOOL"})
    void passesEachElementTypeThatBothKnow(DataType type) throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        String name = ElementTypes.declared(type).substring("TYPE_".length());
        for (Shape shape : new Shape[] {Shape.scalar(), Shape.of(3), Shape.of(2, 0, 3), Shape.of(2, 3)}) {
            String dims = shape.toString().replaceAll("[\\[\\]]", "");
            TorchScriptArchive identity = new TorchScriptArchive()
                    .forward("x: Tensor", "Tensor", "return x")
                    .config(TorchScriptArchive.tensor("input", "x", name, dims)
                            + TorchScriptArchive.tensor("output", "y", name, dims));
            try (EngineSession session = load(identity)) {
                Tensor sent = Tensors.random(type, shape, random);
                Tensors.assertEqual(Sessions.run(session, sent), sent);
            }
        }
    }

    @Test
    void readsWeights() throws IOException {
        TorchScriptArchive model = new TorchScriptArchive()
                .weight("w", Shape.of(2, 3), 1, 2, 3, 4, 5, 6)
                .forward("x: Tensor", "Tensor", "return torch.matmul(x, self.w)")
                .config(TorchScriptArchive.tensor("input", "x", "FP32", "-1, 2")
                        + TorchScriptArchive.tensor("output", "y", "FP32", "-1, 3"));
        try (EngineSession session = load(model)) {
            assertThat(Tensors.floatsOf(Sessions.run(session, Tensors.floats(Shape.of(1, 2), 1, 10))))
                    .containsExactly(41, 52, 63);
        }
    }

    @Test
    void readsResultsThatDoNotLieInOrder() throws IOException {
        TorchScriptArchive model = new TorchScriptArchive()
                .forward("x: Tensor", "Tensor", "return torch.t(x)")
                .config(TorchScriptArchive.tensor("input", "x", "FP32", "-1, -1")
                        + TorchScriptArchive.tensor("output", "y", "FP32", "-1, -1"));
        try (EngineSession session = load(model)) {
            Tensor y = Sessions.run(session, Tensors.floats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6));
            assertThat(y.shape()).isEqualTo(Shape.of(3, 2));
            assertThat(Tensors.floatsOf(y)).containsExactly(1, 4, 2, 5, 3, 6);
        }
    }

    @Test
    void saysInALineWhatAKernelRefuses() throws IOException {
        try (EngineSession session = load(vectors("return torch.matmul(x, torch.ones([3]))"))) {
            assertThatThrownBy(() -> Sessions.run(session, Tensors.floats(1, 2)))
                    .isInstanceOfSatisfying(
                            ServingException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.INVALID_REQUEST))
                    .hasMessageStartingWith("PyTorch: ")
                    .hasMessageContaining("size")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void memoryThatIsMissingIsOneRequestsError() throws IOException {
        try (EngineSession session =
                load(vectors("return torch.mul(torch.zeros([torch.mul(int(x[0]), 1000000000000)]), 1)"))) {
            assertThatThrownBy(() -> Sessions.run(session, Tensors.floats(1000)))
                    .isInstanceOfSatisfying(
                            ServingException.class,
                            refused -> assertThat(refused.kind())
                                    .as(refused.getMessage())
                                    .isEqualTo(ErrorKind.ENGINE_FAILED));
            assertThat(Tensors.floatsOf(Sessions.run(session, Tensors.floats(0))))
                    .isEmpty();
        }
    }

    @Test
    void anOperatorThatPyTorchLacksIsUnsupported() {
        assertThatThrownBy(() -> load(vectors("return torch.no_such_operator(x)")))
                .isInstanceOfSatisfying(
                        ServingException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.UNSUPPORTED))
                .hasMessageContaining("no_such_operator");
    }

    /// The memory of an input is another request's by the time that a later run looks at what was kept.
    @Test
    void aModelMayKeepAnInputAndRunsOneByOne() throws IOException {
        TorchScriptArchive model = new TorchScriptArchive()
                .weight("last", Shape.of(1), 0)
                .forward("x: Tensor", "Tensor", "y = self.last", "self.last = x", "return y")
                .config(TorchScriptArchive.vectors("x", "y"));
        try (EngineSession session = load(model)) {
            assertThat(Sessions.signature(session).traits().changesState()).isTrue();
            for (int i = 0; i < 100; i++) {
                assertThat(Tensors.floatsOf(Sessions.run(session, Tensors.floats(i + 1))))
                        .containsExactly(i);
            }
        }
    }

    @Test
    void failedRunsLeaveNothingBehind() throws IOException {
        try (EngineSession session = load(vectors("return torch.matmul(torch.add(x, 1), torch.ones([3]))"))) {
            Tensor large = Tensors.floats(new float[500_000]);
            fail(session, large, 20);
            long before = ResidentMemory.bytesBesideHeap();
            fail(session, large, 600);
            assertThat(ResidentMemory.bytesBesideHeap() - before).isLessThan(ResidentMemory.NOISE_BYTES);
        }
    }

    private static void fail(EngineSession session, Tensor input, int times) {
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(() -> Sessions.run(session, input)).isInstanceOf(ServingException.class);
        }
    }

    @Test
    void aLaterModelWithOtherThreadsIsToldThoseOfTheFirst() throws IOException {
        TorchScriptArchive.halfPlusTwo().writeTo(folder);
        EngineSettings settings = EngineSettings.defaults();
        try (EngineSession first = Sessions.load(new DjlEngine(), folder, settings);
                EngineSession second = Sessions.load(new DjlEngine(), folder, settings.withIntraOpThreads(3))) {
            assertThat(first.notice()).isNull();
            assertThat(first.isOnCaller()).isEqualTo(second.isOnCaller());
            assertThat(second.notice()).contains("threads in an operator");
        }
    }
}
