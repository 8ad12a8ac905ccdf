package io.kaon.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.kaon.model.ModelSignature;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.Tensors;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OnnxErrorsTest {
    @Test
    void leavesOutWhereInTheSourcesACheckStands() {
        assertThat(OnnxErrors.plain("Non-zero status code. Status Message: /src/core/a b/not.cc:1 "
                        + "/onnxruntime_src/onnxruntime/core/tensor/gather.cc:154 onnxruntime::common::Status"
                        + " Prepare(const T&, int) const [with T = long]\n indices out of range"))
                .endsWith("indices out of range")
                .doesNotContain("gather.cc");
    }

    @Test
    void leavesOutTheCodeOfAFailureWithinAnother() {
        assertThat(OnnxErrors.plain("/src/core/info.cc:62 static a::B a::B::From(const a::O&) [ONNXRuntimeError] : 1 :"
                        + " FAIL : options.h:187 Parse Unknown provider option: \"nonsense\"."))
                .isEqualTo("Parse Unknown provider option: \"nonsense\".");
    }

    @Test
    void saysThatAFolderIsWantedWhereNoneCanBeMade() {
        Throwable refused = new FileSystemException("/tmp/onnxruntime-java1", null, "Read-only file system");
        assertThat(OnnxErrors.ofStart(new ExceptionInInitializerError(new IllegalStateException(refused))))
                .hasMessageContaining("/tmp/onnxruntime-java1: Read-only file system")
                .hasMessageContaining(
                        "wants a folder to write to: mount one at " + System.getProperty("java.io.tmpdir"));
        assertThat(OnnxErrors.ofStart(new UnsatisfiedLinkError("no library")))
                .hasMessageEndingWith("UnsatisfiedLinkError: no library");
    }

    @Test
    void namesTheInputsThatAKernelFindsNotToFitTogether() {
        ModelSignature signature = ModelSignature.of(
                "serving_default",
                List.of(
                        TensorSpec.of("a", DataType.FLOAT, Shape.of(-1, -1)),
                        TensorSpec.of("b", DataType.FLOAT, Shape.of(-1, -1)),
                        TensorSpec.of("c", DataType.FLOAT, Shape.of(-1))),
                List.of(TensorSpec.of("y", DataType.FLOAT, Shape.of(-1))));
        NamedTensors inputs = NamedTensors.of(Map.of(
                "a", Tensors.floats(Shape.of(2, 2), new float[4]),
                "b", Tensors.floats(Shape.of(3, 3), new float[9]),
                "c", Tensors.floats(Shape.of(1), new float[1])));
        assertThat(OnnxErrors.shapes("axis == 1 || axis == largest was false. 2 by 3", signature, inputs))
                .isEqualTo("; these inputs do not fit together: `a` is declared as FLOAT[-1,-1], got FLOAT[2,2]; `b` is"
                        + " declared as FLOAT[-1,-1], got FLOAT[3,3]");
        assertThat(OnnxErrors.shapes("indices out of range", signature, inputs))
                .startsWith("; inputs: `a` is declared as")
                .endsWith("`c` is declared as FLOAT[-1], got FLOAT[1]");
    }

    /// The text may hold what a client sent.
    @ParameterizedTest
    @ValueSource(strings = {"x", "a.cc", "a.cc:1 ", "a.h:1 f(", ".cc:", "(", " [", "\n "})
    void readsMillionsOfCharactersAtOnce(String repeated) {
        String text = repeated.repeat(4_000_000 / repeated.length());
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> OnnxErrors.plain(text));
    }
}
