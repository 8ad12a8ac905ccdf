package io.kaon.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.TorchScriptArchive;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a process loads of DJL: nothing without a model that needs it, and with one the engine that was asked for, by
/// itself and without a network. Each is looked at in a process of its own, which tells its classes.
final class UnusedDjlTest {
    @TempDir
    private Path folder;

    private static void has(List<String> lines, boolean has, String name) {
        assertThat(lines.stream().anyMatch(line -> line.contains(name)))
                .as(name)
                .isEqualTo(has);
    }

    @Test
    void aServerWithoutSuchAModelLoadsNothingOfIt() throws Exception {
        OnnxModels.halfPlusTwo().writeTo(folder);
        List<String> classes = DjlProgram.run(folder);
        assertThat(classes).contains("y=[2.5]");
        has(classes, false, " ai.djl.");
    }

    @Test
    void onlyTheWantedEngineStartsAndAsksNoNetwork() throws Exception {
        TorchScriptArchive.halfPlusTwo().writeTo(folder);
        List<String> classes = DjlProgram.run(folder);
        assertThat(classes).contains("y=[2.5]");
        has(classes, true, " ai.djl.pytorch.engine.PtEngine ");
        // The provider is listed, its engine is not made.
        has(classes, false, " ai.djl.onnxruntime.engine.OrtEngine ");
        has(classes, false, " ai.onnxruntime.");
        has(classes, false, " java.net.Socket ");
        has(classes, false, "HttpURLConnection ");
        has(classes, false, " com.google.gson.");
        has(classes, false, " com.sun.jna.");
        has(classes, false, " org.apache.commons.compress.");
    }
}
