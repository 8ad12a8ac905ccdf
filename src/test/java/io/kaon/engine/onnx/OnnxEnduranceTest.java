package io.kaon.engine.onnx;

import io.kaon.engine.Engine;
import io.kaon.testkit.EngineEnduranceContract;
import io.kaon.testkit.OnnxModels;
import java.io.IOException;
import java.nio.file.Path;

final class OnnxEnduranceTest extends EngineEnduranceContract {
    private final Engine engine = new OnnxEngine();

    @Override
    protected Engine engine() {
        return engine;
    }

    @Override
    protected void writeHalfPlusTwo(Path into) throws IOException {
        OnnxModels.halfPlusTwo().writeTo(into);
    }
}
