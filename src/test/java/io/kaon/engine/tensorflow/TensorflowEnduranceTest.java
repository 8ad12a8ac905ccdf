package io.kaon.engine.tensorflow;

import io.kaon.engine.Engine;
import io.kaon.testkit.EngineEnduranceContract;
import io.kaon.testkit.SavedModels;
import java.io.IOException;
import java.nio.file.Path;

final class TensorflowEnduranceTest extends EngineEnduranceContract {
    private final Engine engine = new TensorflowEngine();

    @Override
    protected Engine engine() {
        return engine;
    }

    @Override
    protected void writeHalfPlusTwo(Path into) throws IOException {
        SavedModels.halfPlusTwo().writeTo(into);
    }
}
