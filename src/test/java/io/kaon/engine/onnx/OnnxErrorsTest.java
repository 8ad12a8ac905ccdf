package io.kaon.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.FileSystemException;
import java.time.Duration;
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

    /// The text may hold what a client sent.
    @ParameterizedTest
    @ValueSource(strings = {"x", "a.cc", "a.cc:1 ", "a.h:1 f(", ".cc:", "(", " [", "\n "})
    void readsMillionsOfCharactersAtOnce(String repeated) {
        String text = repeated.repeat(4_000_000 / repeated.length());
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> OnnxErrors.plain(text));
    }
}
