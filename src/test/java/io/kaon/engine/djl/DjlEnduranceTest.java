package io.kaon.engine.djl;

import io.kaon.engine.Engine;
import io.kaon.testkit.EngineEnduranceContract;
import io.kaon.testkit.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Path;

final class DjlEnduranceTest extends EngineEnduranceContract {
    private final DjlEngine engine = new DjlEngine();

    @Override
    protected Engine engine() {
        return engine;
    }

    @Override
    protected void writeHalfPlusTwo(Path into) throws IOException {
        TorchScriptArchive.halfPlusTwo().writeTo(into);
    }
}
