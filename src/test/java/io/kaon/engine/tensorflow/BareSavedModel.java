package io.kaon.engine.tensorflow;

import io.kaon.model.ModelSignature;
import io.kaon.testkit.SavedModels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/// The default signature of a SavedModel through TensorFlow's C API and nothing else: what the engine is compared with.
/// One FLOAT input, one FLOAT output, one thread.
public final class BareSavedModel implements AutoCloseable {
    private final TF_Graph graph = TF_Graph.newGraph();
    private final TF_Status status = TF_Status.newStatus();
    private final TF_Session session;
    private final TF_Output input;
    private final TF_Output output;
    private final TF_Buffer options = TF_Buffer.newBufferFromString(
            RunOptions.newBuilder().setInterOpThreadPool(-1).build());
    private final PointerPointer<TF_Tensor> inputs = new PointerPointer<>(1);
    private final PointerPointer<TF_Tensor> outputs = new PointerPointer<>(1);

    public BareSavedModel(Path directory) throws IOException {
        SignatureDef signature;
        try (InputStream file = Files.newInputStream(directory.resolve(SavedModels.FILE))) {
            signature = SavedModel.parseFrom(file).getMetaGraphs(0).getSignatureDefOrThrow(ModelSignature.DEFAULT_NAME);
        }
        TF_SessionOptions settings = TF_SessionOptions.newSessionOptions();
        try (BytePointer config = new BytePointer(ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(1)
                .setInterOpParallelismThreads(1)
                .setUsePerSessionThreads(true)
                .build()
                .toByteArray())) {
            tensorflow.TF_SetConfig(settings, config, config.capacity(), status);
        }
        session = TF_Session.loadSessionFromSavedModel(
                settings, null, directory.toString(), new String[] {"serve"}, graph, null, status);
        settings.close();
        check();
        input = place(signature.getInputsMap().values().iterator().next());
        output = place(signature.getOutputsMap().values().iterator().next());
    }

    private TF_Output place(TensorInfo info) {
        String[] parts = info.getName().split(":", -1);
        return new TF_Output(1)
                .oper(tensorflow.TF_GraphOperationByName(graph, parts[0]))
                .index(Integer.parseInt(parts[1]));
    }

    public float[] run(float[] values, long... dims) {
        TF_Tensor tensor = tensorflow.TF_AllocateTensor(1, dims, dims.length, 4L * values.length);
        new FloatPointer(tensorflow.TF_TensorData(tensor)).put(values);
        inputs.put(tensor);
        tensorflow.TF_SessionRun(
                session, options, input, inputs, 1, output, outputs, 1, (PointerPointer<?>) null, 0, null, status);
        tensorflow.TF_DeleteTensor(tensor);
        check();
        TF_Tensor answer = outputs.get(TF_Tensor.class, 0);
        float[] result = new float[(int) (tensorflow.TF_TensorByteSize(answer) / 4)];
        Pointer data = tensorflow.TF_TensorData(answer);
        new FloatPointer(data).get(result);
        tensorflow.TF_DeleteTensor(answer);
        return result;
    }

    private void check() {
        if (tensorflow.TF_GetCode(status) != 0) {
            throw new AssertionError(tensorflow.TF_Message(status).getString());
        }
    }

    @Override
    public void close() {
        session.close();
        graph.close();
        status.close();
        options.close();
        input.close();
        output.close();
        inputs.close();
        outputs.close();
    }
}
