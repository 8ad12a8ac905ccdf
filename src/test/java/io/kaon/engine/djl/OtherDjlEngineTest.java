package io.kaon.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.engine.Device;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The adapter is not made for PyTorch alone: DJL's own ONNX Runtime engine goes through it too.
final class OtherDjlEngineTest {
    @TempDir
    private Path folder;

    private EngineSession load(String properties) throws IOException {
        Files.writeString(folder.resolve("serving.properties"), properties);
        return Sessions.load(new DjlEngine(), folder);
    }

    /// In a process of its own: ONNX Runtime has one environment per process, and DJL wants to make it.
    @Test
    void runsThroughTheSameAdapter() throws Exception {
        OnnxModels.sumAndDifference().writeTo(folder);
        Files.move(folder.resolve(OnnxModel.FILE), folder.resolve("net.onnx"));
        assertThat(new DjlEngine().recognises(folder)).isFalse();
        Files.writeString(folder.resolve("serving.properties"), """
                engine=OnnxRuntime
                kaon.input.b=FLOAT[-1,2]
                kaon.input.a=FLOAT[-1,2]
                kaon.output.difference=FLOAT[-1,2]
                kaon.output.sum=FLOAT[-1,2]
                """);
        assertThat(new DjlEngine().recognises(folder)).isTrue();
        assertThat(DjlProgram.run(folder)).contains("sum=[3.0, 3.0]", "difference=[1.0, 1.0]");
    }

    @Test
    void anEngineThatIsNotBuiltInIsRefusedWithThoseThatAre() throws IOException {
        Files.writeString(folder.resolve("model.pt"), "");
        for (String engine : new String[] {"TensorFlow", "Python", "RPC"}) {
            String properties = "engine=" + engine + "\nkaon.input.x=FLOAT[-1]\nkaon.output.y=FLOAT[-1]\n";
            assertThatThrownBy(() -> load(properties))
                    .isInstanceOfSatisfying(
                            ServingException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.UNSUPPORTED))
                    .hasMessageContaining("no engine " + engine + " of DJL: found [OnnxRuntime, PyTorch]");
        }
    }

    @Test
    void aGpuThatIsNotThereIsRefusedWithTheReason() throws IOException {
        TorchScriptArchive.halfPlusTwo().writeTo(folder);
        EngineSettings settings = EngineSettings.defaults();
        assertThatThrownBy(() -> Sessions.load(new DjlEngine(), folder, settings.withDevice(new Device.Cuda(0))))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("the device cuda:0 cannot be used: PyTorch 2.7.1 is one for CPUs")
                .hasMessageContaining("PYTORCH_LIBRARY_PATH");
        try (EngineSession session = Sessions.load(new DjlEngine(), folder, settings.withDevice(Device.AUTO))) {
            assertThat(session.notice()).isNull();
        }
    }
}
