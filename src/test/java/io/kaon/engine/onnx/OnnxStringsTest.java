package io.kaon.engine.onnx;

import static io.kaon.testkit.Sessions.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.engine.EngineSession;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Strings on their way through an API that knows only `java.lang.String`.
final class OnnxStringsTest {
    @TempDir
    Path directory;

    private EngineSession open(OnnxModel model) throws IOException {
        model.writeTo(directory);
        return Sessions.load(new OnnxEngine(), directory);
    }

    private static void assertRefused(ErrorKind kind, EngineSession session, Tensor x, String... words) {
        assertThatThrownBy(() -> run(session, x))
                .hasMessageContainingAll(words)
                .asInstanceOf(InstanceOfAssertFactories.type(ServingException.class))
                .extracting(ServingException::kind)
                .isEqualTo(kind);
    }

    @Test
    void passTheModelUnchanged() throws IOException {
        String[] texts = {"", "abc", "é€", "日本語", "😀 and on", "nul\0inside", "\uFFFD", "\uFEFFmark"};
        try (EngineSession session = open(OnnxModels.identityOfAnyShape(DataType.STRING))) {
            assertThat(Tensors.stringsOf(run(session, Tensors.strings(Shape.of(2, 4), texts))))
                    .containsExactly(texts);
            for (String text : texts) {
                assertThat(Tensors.stringsOf(run(session, Tensors.strings(Shape.scalar(), text))))
                        .containsExactly(text);
            }
        }
    }

    @Test
    void areRefusedWhenTheyAreNotUtf8() throws IOException {
        try (EngineSession session = open(OnnxModels.identityOfAnyShape(DataType.STRING))) {
            List<byte[]> values =
                    List.of("fine".getBytes(StandardCharsets.UTF_8), new byte[] {(byte) 0xFF, (byte) 0xFE});
            assertRefused(
                    ErrorKind.INVALID_REQUEST,
                    session,
                    new StringTensor(Shape.of(2), values),
                    "input `x`",
                    "element 1",
                    "UTF-8");
            // A surrogate on its own, and a text cut short.
            for (byte[] bad : List.of(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, new byte[] {(byte) 0xE2})) {
                assertRefused(
                        ErrorKind.INVALID_REQUEST, session, new StringTensor(Shape.of(1), List.of(bad)), "element 0");
            }
        }
    }

    @Test
    void areFoundInAVocabulary() throws IOException {
        try (EngineSession session = open(OnnxModels.lookup("cat", "日本", "😀"))) {
            assertThat(Tensors.longsOf(run(session, Tensors.strings(Shape.of(3), "日本", "cow", "cat"))))
                    .containsExactly(1, -1, 0);
            // The vocabulary has it, but the Java API would pass other bytes: a wrong answer, so there is none.
            assertRefused(
                    ErrorKind.UNSUPPORTED,
                    session,
                    Tensors.strings(Shape.of(2), "cat", "😀"),
                    "input `x`",
                    "element 1",
                    "U+FFFF");
            assertRefused(ErrorKind.UNSUPPORTED, session, Tensors.strings(Shape.of(1), "c\0t"), "element 0");
        }
    }

    @Test
    void comeOutOfEmptyTensors() throws IOException {
        try (EngineSession session = open(OnnxModels.lookup("cat"))) {
            assertThat(run(session, Tensors.strings(Shape.of(0))).describe()).isEqualTo("INT64[0]");
        }
    }
}
