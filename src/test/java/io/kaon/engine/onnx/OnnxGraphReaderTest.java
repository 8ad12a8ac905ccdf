package io.kaon.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.testkit.OnnxAttribute;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.OnnxType;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The graph's declarations, read without ONNX Runtime.
final class OnnxGraphReaderTest {
    @TempDir
    Path directory;

    private OnnxGraph read(byte[] model) throws IOException {
        Path file = directory.resolve("model.onnx");
        Files.write(file, model);
        return OnnxGraphReader.read(file);
    }

    private OnnxGraph read(OnnxModel model) throws IOException {
        return read(model.toBytes());
    }

    @Test
    void tellsDeclaredScalarsFromUndeclaredShapes() throws IOException {
        assertThat(read(OnnxModels.identity(OnnxType.tensor(DataType.FLOAT))).inputs())
                .containsEntry("x", OnnxGraph.ValueType.tensor(1, true));
        assertThat(read(OnnxModels.identityOfAnyShape(DataType.FLOAT)).inputs())
                .containsEntry("x", OnnxGraph.ValueType.tensor(1, false));
    }

    @Test
    void leavesInputsWithADefaultOut() throws IOException {
        assertThat(read(OnnxModels.optionalFactor()).inputs()).containsOnlyKeys("x");
        assertThat(read(OnnxModels.optionalFactor()).fixed()).containsExactly("k");
        assertThat(read(OnnxModels.halfPlusTwo()).fixed()).isEmpty();
    }

    @Test
    void findsTheKeysOfMaps() throws IOException {
        assertThat(read(OnnxModels.classifier(5, 3)).classes()).containsEntry("output_probability", List.of(5L, 3L));
        assertThat(read(OnnxModels.classifier("b", "a")).classes())
                .containsEntry("output_probability", List.of("b", "a"));
    }

    @Test
    void noticesNodesThatReadStringsEvenInLoops() throws IOException {
        assertThat(read(OnnxModels.identityOfAnyShape(DataType.STRING)).readsStrings())
                .isFalse();
        assertThat(read(OnnxModels.slow(1)).readsStrings()).isFalse();
        assertThat(read(OnnxModels.lookup("a")).readsStrings()).isTrue();
        OnnxModel inLoop =
                new OnnxModel().node("Loop", List.of(), List.of(), OnnxAttribute.of("body", OnnxModels.lookup("a")));
        assertThat(read(inLoop).readsStrings()).isTrue();
    }

    @Test
    void noticesLoopsAndBranchesWhereverTheyStand() throws IOException {
        assertThat(read(OnnxModels.lookup("a")).controlFlow()).isFalse();
        assertThat(read(OnnxModels.slow(1)).controlFlow()).isTrue();
        OnnxModel branch = new OnnxModel().node("If", List.of(), List.of());
        assertThat(read(branch).controlFlow()).isTrue();
        OnnxModel scan = new OnnxModel().node("Scan", List.of(), List.of());
        assertThat(read(scan).controlFlow()).isFalse();
        assertThat(read(new OnnxModel().node("Scan", List.of(), List.of(), OnnxAttribute.of("body", branch)))
                        .controlFlow())
                .isTrue();
        assertThat(read(new OnnxModel().function("decide", branch)).controlFlow())
                .isTrue();
    }

    @Test
    void findsStringsThatWouldBeAnsweredOtherwise() throws IOException {
        assertThat(read(OnnxModels.lookup("😀")).garbled()).isNull();
        assertThat(read(OnnxModels.labels("é€", "日本")).garbled()).isNull();
        assertThat(read(OnnxModels.labels("a", "😀")).garbled()).isEqualTo("😀");
        assertThat(read(OnnxModels.constant(Tensors.strings(Shape.of(2), "a", "b\0")))
                        .garbled())
                .isEqualTo("b\0");
    }

    @Test
    void describesNestedTypes() throws IOException {
        OnnxType nested = OnnxType.sequence(
                OnnxType.optional(OnnxType.map(DataType.STRING, OnnxType.sequence(OnnxType.tensor(DataType.FLOAT)))));
        assertThat(read(OnnxModels.identity(nested)).inputs())
                .containsEntry("x", OnnxGraph.ValueType.other("sequence(optional(map(STRING,sequence(FLOAT))))"));
    }

    @Test
    void survivesTypesOfAnyDepth() throws IOException {
        OnnxType deep = OnnxType.tensor(DataType.FLOAT);
        for (int i = 0; i < 2000; i++) {
            deep = OnnxType.sequence(deep);
        }
        assertThat(read(OnnxModels.identity(deep)).inputs()).containsOnlyKeys("x");
    }

    @Test
    void skipsWeightsAndOverlongNames() throws IOException {
        OnnxModel model = OnnxModels.identity(OnnxType.tensor(DataType.FLOAT))
                .constant("weights", Tensors.floats(Shape.of(1_000_000), new float[1_000_000]))
                .input(String.join("", Collections.nCopies(100_000, "n")), OnnxType.tensor(DataType.FLOAT));
        assertThat(read(model).inputs()).containsKeys("x", "");
    }

    @Test
    void survivesAnythingThatIsNoModel() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        assertThat(OnnxGraphReader.read(directory.resolve("absent"))).isEqualTo(OnnxGraph.UNREADABLE);
        assertThat(OnnxGraphReader.read(directory)).isEqualTo(OnnxGraph.UNREADABLE);
        byte[] sound = OnnxModels.classifier("a", "b").toBytes();
        for (int length = 0; length < sound.length; length += 7) {
            assertThat(read(Arrays.copyOf(sound, length))).isNotNull();
        }
        for (int i = 0; i < 2000; i++) {
            byte[] broken = sound.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            assertThat(read(broken)).isNotNull();
        }
    }
}
