package io.kaon.engine.djl;

import io.kaon.engine.Engine;
import io.kaon.testkit.EngineContract;
import io.kaon.testkit.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Path;

final class DjlEngineTest extends EngineContract {
    private final DjlEngine engine = new DjlEngine();

    @Override
    protected Engine engine() {
        return engine;
    }

    @Override
    protected String modelFile() {
        return TorchScriptArchive.FILE;
    }

    @Override
    protected void writeHalfPlusTwo(Path into) throws IOException {
        TorchScriptArchive.halfPlusTwo().writeTo(into);
    }

    @Override
    protected void writeEndlessBelowZero(Path into) throws IOException {
        TorchScriptArchive.endlessBelowZero().writeTo(into);
    }
}
