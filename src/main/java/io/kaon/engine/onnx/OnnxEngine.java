package io.kaon.engine.onnx;

import io.kaon.engine.DeviceBudget;
import io.kaon.engine.Engine;
import io.kaon.engine.InspectedModel;
import io.kaon.model.ModelFiles;
import io.kaon.tensor.NativeSlab;
import java.nio.file.Path;

/// Loads `model.onnx`, and the weight files that it names beside it, into ONNX Runtime.
///
/// Constructing one costs nothing: the native library is unpacked and started by [#prepare] or the first load.
/// The library allows one environment per process and frees it in a shutdown hook of its own, so sessions must be
/// closed before the JVM begins to shut down.
public final class OnnxEngine implements Engine {
    static final String MODEL_FILE = "model.onnx";

    private final ThreadLocal<NativeSlab> slabs = ThreadLocal.withInitial(NativeSlab::new);
    private final DeviceBudget budget;

    public OnnxEngine() {
        this(DeviceBudget.unlimited());
    }

    /// @param budget of the memory on GPUs
    public OnnxEngine(DeviceBudget budget) {
        this.budget = budget;
    }

    @Override
    public String name() {
        return "onnxruntime";
    }

    @Override
    public ModelFiles modelFiles() {
        return ModelFiles.single(MODEL_FILE);
    }

    @Override
    public boolean hasThreadsPerSession() {
        return true;
    }

    /// The library takes 40 ms of a processor to start.
    @Override
    public void prepare() {
        OnnxLibrary.prepare();
    }

    @Override
    public InspectedModel inspect(Path directory) {
        return InspectedOnnxModel.of(directory, slabs, budget);
    }
}
