package io.kaon.engine.onnx;

import io.kaon.testkit.EngineContract;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxModels;
import java.io.IOException;
import java.nio.file.Path;

/// The contract with models for ONNX Runtime, wherever it computes them.
abstract class OnnxEngineContract extends EngineContract {
    @Override
    protected boolean namesDimensions() {
        return true;
    }

    @Override
    protected String modelFile() {
        return OnnxModel.FILE;
    }

    @Override
    protected void writeHalfPlusTwo(Path into) throws IOException {
        OnnxModels.halfPlusTwo().writeTo(into);
    }

    @Override
    protected void writeEndlessBelowZero(Path into) throws IOException {
        OnnxModels.endlessBelowZero().writeTo(into);
    }
}
