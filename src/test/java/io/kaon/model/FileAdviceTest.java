package io.kaon.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileAdviceTest {
    @ParameterizedTest
    @CsvSource({
        "iris.onnx,rename it to model.onnx",
        "IRIS.ONNX,rename it to model.onnx",
        "iris.pkl,skl2onnx",
        "digits.keras,model.export",
        "weights.pth,torch.jit.save",
        "model.safetensors,torch.onnx.export"
    })
    void saysWhatToDoAboutWhatOftenStandsInAModelsPlace(String file, String what) {
        assertThat(FileAdvice.about(List.of("README.md", file)))
                .hasValueSatisfying(advice ->
                        assertThat(advice).startsWith("`" + file + "` ").contains(what));
    }

    @Test
    void prefersTheFileThatNeedsLeast() {
        assertThat(FileAdvice.about(List.of("a.pkl", "b.onnx")).orElseThrow()).startsWith("`b.onnx`");
    }

    @Test
    void saysNothingOfOtherFiles() {
        assertThat(FileAdvice.about(List.of("README.md", "labels.txt"))).isEmpty();
        assertThat(FileAdvice.about(List.of())).isEmpty();
    }
}
