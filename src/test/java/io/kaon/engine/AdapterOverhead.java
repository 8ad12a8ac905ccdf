package io.kaon.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.kaon.engine.onnx.OnnxEngine;
import io.kaon.engine.tensorflow.BareSavedModel;
import io.kaon.engine.tensorflow.TensorflowEngine;
import io.kaon.model.Cancellation;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxType;
import io.kaon.testkit.SavedModels;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.SignatureDef;

/// What the adapters cost beside what the engines' own bindings cost: a network of 784, 512, 512 and 10 units, one row,
/// one thread, from heap to heap. Not part of the tests, because it takes a quiet machine to say anything:
///
///     mvn test -Dtest=AdapterOverhead
///
/// Where in memory a session's weights happen to lie makes a difference of a tenth. So each round loads the model anew,
/// twice, and the median of the rounds' ratios counts.
final class AdapterOverhead {
    private static final int[] UNITS = {784, 512, 512, 10};

    @TempDir
    private Path folder;

    private final Random random = new Random(784);
    private final float[] row = floats(UNITS[0]);
    private final NamedTensors inputs = NamedTensors.of("x", Tensors.floats(Shape.of(1, UNITS[0]), row));

    @Test
    void ofOnnxRuntime() throws Exception {
        writeOnnx();
        FloatBuffer direct = ByteBuffer.allocateDirect(4 * row.length)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        assertFits(OverheadRounds.run("binding of ONNX Runtime, adapter:", () -> {
            try (EngineSession session = Sessions.load(new OnnxEngine(), folder);
                    OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                OrtEnvironment environment = OrtEnvironment.getEnvironment();
                try (OrtSession bare =
                        environment.createSession(folder.resolve(OnnxModel.FILE).toString(), options)) {
                    return OverheadRounds.medians(() -> bare(environment, bare, direct), () -> ours(session));
                }
            }
        }));
    }

    private static void assertFits(OverheadRounds.Medians medians) {
        assertThat(medians.ratio()).isLessThan(OverheadRounds.MOST);
    }

    /// As a careful program does it: the buffer is kept, nothing is looked up twice.
    private float bare(OrtEnvironment environment, OrtSession session, FloatBuffer direct) throws OrtException {
        direct.put(0, row);
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, direct, new long[] {1, row.length});
                OrtSession.Result result = session.run(Map.of("x", tensor), Set.of("y"))) {
            FloatBuffer answer = ((OnnxTensor) result.get(0)).getFloatBuffer();
            return answer.get(answer.limit() - 1);
        }
    }

    @Test
    void ofTensorflow() throws Exception {
        writeSavedModel();
        long[] dims = {1, row.length};
        assertFits(OverheadRounds.run("binding of TensorFlow, adapter:", () -> {
            try (EngineSession session = Sessions.load(new TensorflowEngine(), folder);
                    BareSavedModel bare = new BareSavedModel(folder)) {
                return OverheadRounds.medians(
                        () -> {
                            float[] answer = bare.run(row, dims);
                            return answer[answer.length - 1];
                        },
                        () -> ours(session));
            }
        }));
    }

    private float ours(EngineSession session) {
        Tensor answer =
                Tensors.get(session.run(Sessions.signature(session), inputs, Set.of(), Cancellation.NEVER), "y");
        return ((DenseTensor) answer)
                .data()
                .get(DenseTensor.FLOAT, answer.shape().elements() * 4 - 4);
    }

    private float[] floats(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    private void writeOnnx() throws IOException {
        OnnxModel model = new OnnxModel().input("x", OnnxType.tensor(DataType.FLOAT, "n", "784"));
        String last = "x";
        for (int i = 1; i < UNITS.length; i++) {
            String next = i == UNITS.length - 1 ? "y" : "r" + i;
            model.constant("w" + i, Tensors.floats(Shape.of(UNITS[i - 1], UNITS[i]), floats(UNITS[i - 1] * UNITS[i])))
                    .constant("b" + i, Tensors.floats(floats(UNITS[i])))
                    .node("MatMul", List.of(last, "w" + i), List.of("m" + i))
                    .node("Add", List.of("m" + i, "b" + i), List.of(next.equals("y") ? "y" : "a" + i));
            if (!next.equals("y")) {
                model.node("Relu", List.of("a" + i), List.of(next));
            }
            last = next;
        }
        model.output("y", OnnxType.tensor(DataType.FLOAT, "n", "10")).writeTo(folder);
    }

    private void writeSavedModel() throws IOException {
        var type = org.tensorflow.proto.DataType.DT_FLOAT;
        SavedModels model = new SavedModels().placeholder("x", type);
        String last = "x";
        for (int i = 1; i < UNITS.length; i++) {
            String next = i == UNITS.length - 1 ? "y" : "r" + i;
            model.constant("w" + i, Tensors.floats(Shape.of(UNITS[i - 1], UNITS[i]), floats(UNITS[i - 1] * UNITS[i])))
                    .constant("b" + i, Tensors.floats(floats(UNITS[i])))
                    .node("m" + i, "MatMul", type, last, "w" + i)
                    .node(next.equals("y") ? "y" : "a" + i, "AddV2", type, "m" + i, "b" + i);
            if (!next.equals("y")) {
                model.node(next, "Relu", type, "a" + i);
            }
            last = next;
        }
        model.signature(
                        "serving_default",
                        SignatureDef.newBuilder()
                                .putInputs("x", SavedModels.info("x:0", type, -1, UNITS[0]))
                                .putOutputs("y", SavedModels.info("y:0", type, -1, 10)))
                .writeTo(folder);
    }
}
