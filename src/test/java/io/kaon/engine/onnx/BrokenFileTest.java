package io.kaon.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.Shape;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is told of files that ONNX Runtime does not load.
final class BrokenFileTest {
    @TempDir
    Path directory;

    private void assertTold(byte[] content, String words) throws IOException {
        Files.write(directory.resolve("model.onnx"), content);
        assertThatThrownBy(() -> Sessions.load(new OnnxEngine(), directory))
                .hasMessage(directory.resolve("model.onnx") + " " + words)
                .isInstanceOfSatisfying(
                        ServingException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(ErrorKind.ENGINE_FAILED));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aHalfCopiedModelIsSaidToBeIncompleteWithItsSizes() throws IOException {
        byte[] whole = OnnxModels.halfPlusTwo().toBytes();
        for (int length : new int[] {whole.length / 2, whole.length - 20}) {
            Files.write(directory.resolve("model.onnx"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Sessions.load(new OnnxEngine(), directory))
                    .hasMessageMatching(
                            ".*model.onnx is incomplete: its parts end at byte \\d+, and it has " + length
                                    + " bytes: copy it again, to another name or folder first, and rename it when it is complete");
        }
    }

    @Test
    void anEmptyFileIsSaidToBeEmpty() throws IOException {
        assertTold(
                new byte[0],
                "is empty: copy it again, to another name or folder first, and rename it when it is complete");
    }

    @Test
    void aPointerOfGitLfsIsSaidToBeOne() throws IOException {
        assertTold(
                ascii("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"),
                "is a pointer of Git LFS and not the model: run `git lfs pull` in the checkout that it comes from, and"
                        + " copy the model again");
    }

    @Test
    void aPageAnArchiveAndAPickleAreSaidToBeWhatTheyAre() throws IOException {
        assertTold(
                ascii("<!DOCTYPE html><html>Not Found</html>"),
                "is a page of HTML or XML and not a model: what it was downloaded from answered with a page");
        assertTold(
                ascii("PK\u0003\u0004archive"),
                "is a zip archive and not a model: unpack it, or save the model as ONNX");
        assertTold(
                ascii("\u0080\u0004pickle"),
                "is a pickled object of Python's and no ONNX model: export it with torch.onnx.export or skl2onnx");
    }

    @Test
    void whatIsNothingKnownIsSaidToBeNoModel() throws IOException {
        assertTold(
                ascii("no model at all"),
                "is no ONNX model, or is damaged: expected ONNX's protobuf, got 15 bytes of something else: copy it"
                        + " again, to another name or folder first, and rename it when it is complete");
    }

    @Test
    void anOpsetThatIsTooNewIsNamedWithTheNewestOne() {
        assertThat(explained(
                        "ONNX Runtime only *guarantees* support for models stamped with official released onnx opset"
                                + " versions. Opset 99 is under development and support for this is limited. Current official"
                                + " support for domain ai.onnx is till opset 26."))
                .isEqualTo("the model uses opset 99 of ai.onnx, and ONNX Runtime 1.29.0 reads up to 26: export it with"
                        + " opset_version=26 or lower");
    }

    @Test
    void aFileFormatThatIsTooNewIsNamedWithTheNewestOne() {
        assertThat(explained("Unsupported model IR version: 99, max supported IR version: 13"))
                .startsWith("the model is in version 99 of ONNX's file format (IR version), and ONNX Runtime 1.29.0"
                        + " reads up to 13: ");
    }

    @Test
    void weightsThatWereCutOffAreNamedWithTheirTensor() {
        assertThat(explained("Deserialize tensor w GetExtDataFromTensorProto External initializer: w offset: 0 size to"
                        + " read: 48 given file_length: 10 are out of bounds or can not be read in full."))
                .startsWith(
                        "the file with the weights of tensor `w` is incomplete: they take 48 bytes from byte 0 on, and"
                                + " the file has 10 bytes: copy it again");
    }

    @Test
    void otherWordsOfOnnxRuntimeStay() {
        assertThat(BrokenFile.explain(directory.resolve("model.onnx"), "Node (x) has no kernel", "1.29.0"))
                .isEmpty();
    }

    @Test
    void missingWeightsAreNamedWithTheirPlaceAndTensor() throws IOException {
        OnnxModels.writeWithExternalWeights(directory, Tensors.floats(Shape.of(4), new float[4]));
        Files.delete(directory.resolve("weights.bin"));
        assertThatThrownBy(() -> Sessions.load(new OnnxEngine(), directory))
                .hasMessageMatching("model.onnx keeps weights in files of their own, and " + directory
                        + " lacks `weights.bin` \\(with tensor `\\w+`\\): copy them there too, beside model.onnx");
    }

    private String explained(String words) {
        return BrokenFile.explain(directory.resolve("model.onnx"), words, "1.29.0")
                .orElse("");
    }
}
