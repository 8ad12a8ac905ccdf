package io.kaon.bench;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// A model in ONNX Runtime's own Java interface with one thread and nothing around it: what a run costs at least, and
/// what it must answer.
final class BareModel implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    /// @param version the directory that holds the model
    BareModel(Path version) throws OrtException {
        this(version, OptionalInt.empty());
    }

    /// @param gpu that computes it; empty for the processor
    BareModel(Path version, OptionalInt gpu) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            if (gpu.isPresent()) {
                options.addCUDA(gpu.getAsInt());
            }
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            session = environment.createSession(version.resolve(OnnxModel.FILE).toString(), options);
        }
    }

    /// The elements of its output `y`.
    double[] answer(Tensor input) throws OrtException {
        try (OnnxTensor x = tensor(input);
                OrtSession.Result result = session.run(Map.of("x", x))) {
            OnnxTensor y = (OnnxTensor) result.get(0);
            if (y.getInfo().type == OnnxJavaType.INT64) {
                LongBuffer longs = y.getLongBuffer();
                return IntStream.range(0, longs.limit()).mapToDouble(longs::get).toArray();
            }
            FloatBuffer floats = y.getFloatBuffer();
            return IntStream.range(0, floats.limit()).mapToDouble(floats::get).toArray();
        }
    }

    /// Makes a tensor, runs the model and reads the answer once: the least that a server has to do for a request.
    ///
    /// @param direct memory of the input, which is not copied
    float runOnce(FloatBuffer direct, long[] shape) throws OrtException {
        try (OnnxTensor x = OnnxTensor.createTensor(environment, direct, shape);
                OrtSession.Result result = session.run(Map.of("x", x))) {
            return ((OnnxTensor) result.get(0)).getFloatBuffer().get(0);
        }
    }

    /// A copy outside the heap.
    static FloatBuffer direct(Tensor input) {
        float[] values = Tensors.floatsOf(input);
        FloatBuffer direct = ByteBuffer.allocateDirect(4 * values.length)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        return direct.put(values).flip();
    }

    static long[] shape(Tensor input) {
        return IntStream.range(0, input.shape().rank())
                .mapToLong(i -> input.shape().dim(i))
                .toArray();
    }

    private OnnxTensor tensor(Tensor input) throws OrtException {
        return switch (input) {
            case DenseTensor dense -> OnnxTensor.createTensor(environment, direct(dense), shape(dense));
            case StringTensor strings ->
                OnnxTensor.createTensor(environment, Tensors.stringsOf(strings).toArray(String[]::new), shape(strings));
        };
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
