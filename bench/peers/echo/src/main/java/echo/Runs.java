package echo;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Runs a model on the calling thread, with one thread and always the same numbers, as the benchmark's bare run does
/// it: what a request costs at least, in a server and under its load.
final class Runs {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final Path models;
    private final Map<String, OrtSession> sessions = new ConcurrentHashMap<>();
    private final Map<String, Input> inputs = new ConcurrentHashMap<>();

    /// An input, and what the shape of its tensor is.
    private record Input(OrtSession session, FloatBuffer values, long[] shape) {}

    /// @param models a folder with MODEL/1/model.onnx for each model, with one input, x, of floats
    Runs(Path models) {
        this.models = models;
    }

    void once(String model, String rows) {
        Input input = inputs.computeIfAbsent(model + "/" + rows, _ -> input(model, Long.parseLong(rows)));
        try (OnnxTensor x = OnnxTensor.createTensor(environment, input.values.duplicate(), input.shape);
                OrtSession.Result result = input.session.run(Map.of("x", x))) {
            if (Float.isNaN(((OnnxTensor) result.get(0)).getFloatBuffer().get(0))) {
                throw new IllegalStateException(model + " answers NaN");
            }
        } catch (OrtException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private Input input(String model, long rows) {
        OrtSession session = sessions.computeIfAbsent(model, this::open);
        try {
            long[] shape = ((TensorInfo) session.getInputInfo().get("x").getInfo()).getShape();
            shape[0] = rows;
            int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            FloatBuffer values = ByteBuffer.allocateDirect(Float.BYTES * elements)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            for (int i = 0; i < elements; i++) {
                values.put(i, (i % 97) / 97f);
            }
            return new Input(session, values, shape);
        } catch (OrtException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private OrtSession open(String model) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            return environment.createSession(
                    models.resolve(model).resolve("1/model.onnx").toString(), options);
        } catch (OrtException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
