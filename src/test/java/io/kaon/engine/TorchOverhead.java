package io.kaon.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.NoopTranslator;
import io.kaon.engine.djl.DjlEngine;
import io.kaon.engine.onnx.OnnxEngine;
import io.kaon.model.Cancellation;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxType;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import io.kaon.testkit.TorchScriptArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the adapter to DJL costs beside DJL's own predictor with a translator that does nothing, and PyTorch
/// beside ONNX Runtime with the same weights: the network, the rounds and the reasons of [AdapterOverhead].
///
///     mvn test -Dtest=TorchOverhead
final class TorchOverhead {
    private static final int[] UNITS = {784, 512, 512, 10};

    @TempDir
    private Path folder;

    private final Random random = new Random(784);
    private final float[] row = floats(UNITS[0]);
    private final NamedTensors inputs = NamedTensors.of("x", Tensors.floats(Shape.of(1, UNITS[0]), row));
    private Path torch;
    private Path onnx;

    @BeforeEach
    void write() throws IOException {
        torch = Files.createDirectory(folder.resolve("torch"));
        onnx = Files.createDirectory(folder.resolve("onnx"));
        OnnxModel ours = new OnnxModel().input("x", OnnxType.tensor(DataType.FLOAT, "n", "784"));
        TorchScriptArchive mlp = new TorchScriptArchive();
        String[] lines = new String[UNITS.length];
        String last = "x";
        for (int i = 1; i < UNITS.length; i++) {
            float[] weights = floats(UNITS[i - 1] * UNITS[i]);
            float[] biases = floats(UNITS[i]);
            String next = i == UNITS.length - 1 ? "y" : "r" + i;
            ours.constant("w" + i, Tensors.floats(Shape.of(UNITS[i - 1], UNITS[i]), weights))
                    .constant("b" + i, Tensors.floats(biases))
                    .node("MatMul", List.of(last, "w" + i), List.of("m" + i))
                    .node("Add", List.of("m" + i, "b" + i), List.of(next.equals("y") ? "y" : "a" + i));
            if (!next.equals("y")) {
                ours.node("Relu", List.of("a" + i), List.of(next));
            }
            // As PyTorch keeps the weights of a linear layer.
            mlp.weight("w" + i, Shape.of(UNITS[i], UNITS[i - 1]), transposed(weights, UNITS[i - 1], UNITS[i]))
                    .weight("b" + i, Shape.of(UNITS[i]), biases);
            String linear = "torch.linear(" + last + ", self.w" + i + ", self.b" + i + ")";
            lines[i - 1] = next + " = " + (next.equals("y") ? linear : "torch.relu(" + linear + ")");
            last = next;
        }
        lines[UNITS.length - 1] = "return y";
        ours.output("y", OnnxType.tensor(DataType.FLOAT, "n", "10")).writeTo(onnx);
        mlp.forward("x: Tensor", "Tensor", lines)
                .config(TorchScriptArchive.tensor("input", "x", "FP32", "-1, 784")
                        + TorchScriptArchive.tensor("output", "y", "FP32", "-1, 10"))
                .writeTo(torch);
    }

    @Test
    void besideDjlsPredictor() throws Exception {
        ByteBuffer direct = ByteBuffer.allocateDirect(4 * row.length).order(ByteOrder.nativeOrder());
        OverheadRounds.Medians middle = OverheadRounds.run("DJL's predictor, adapter:", () -> {
            try (EngineSession session = Sessions.load(new DjlEngine(), torch);
                    Model model = ai.djl.engine.Engine.getEngine("PyTorch").newModel("bare", Device.cpu())) {
                model.load(torch.resolve(TorchScriptArchive.FILE));
                try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator())) {
                    return OverheadRounds.medians(() -> bare(model, predictor, direct), () -> run(session));
                }
            }
        });
        assertThat(middle.ratio()).isLessThan(OverheadRounds.MOST);
    }

    @Test
    void besideOnnxRuntime() throws Exception {
        OverheadRounds.run("ONNX Runtime, PyTorch:", () -> {
            try (EngineSession first = Sessions.load(new OnnxEngine(), onnx);
                    EngineSession second = Sessions.load(new DjlEngine(), torch)) {
                return OverheadRounds.medians(() -> run(first), () -> run(second));
            }
        });
    }

    /// As a careful program does it: the buffer is kept, and what a run made is freed with its manager.
    private float bare(Model model, Predictor<NDList, NDList> predictor, ByteBuffer direct) throws Exception {
        direct.asFloatBuffer().put(row);
        try (NDManager manager = model.getNDManager().newSubManager()) {
            NDArray x = manager.create(
                    direct, new ai.djl.ndarray.types.Shape(1, row.length), ai.djl.ndarray.types.DataType.FLOAT32);
            float[] answer = predictor.predict(new NDList(x)).singletonOrThrow().toFloatArray();
            return answer[answer.length - 1];
        }
    }

    private float run(EngineSession session) {
        Tensor answer =
                Tensors.get(session.run(Sessions.signature(session), inputs, Set.of(), Cancellation.NEVER), "y");
        return ((DenseTensor) answer)
                .data()
                .get(DenseTensor.FLOAT, answer.shape().elements() * 4 - 4);
    }

    private static float[] transposed(float[] values, int rows, int columns) {
        float[] transposed = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            transposed[i % columns * rows + i / columns] = values[i];
        }
        return transposed;
    }

    /// Small enough that sums stay near one.
    private float[] floats(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (random.nextFloat() - 0.5f) / 8;
        }
        return values;
    }
}
