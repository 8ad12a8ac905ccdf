package io.kaon.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.InspectedModel;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What scikit-learn exports: a map of probabilities per row, answered as one dense tensor.
final class OnnxClassifierTest {
    @TempDir
    Path directory;

    private EngineSession open(OnnxModel model) throws IOException {
        model.writeTo(directory);
        return Sessions.load(new OnnxEngine(), directory);
    }

    private static NamedTensors classify(EngineSession session, Tensor x, String... wanted) {
        return Sessions.run(session, NamedTensors.of("x", x), wanted);
    }

    private static Optional<TensorSpec> probabilities(EngineSession session) {
        return Optional.ofNullable(Sessions.signature(session).outputs().get("output_probability"));
    }

    private static void assertProbabilities(Tensor tensor) {
        // Scores 0, 1, 2 and 0, 0, 0 after softmax.
        double sum = 1 + Math.E + Math.E * Math.E;
        double[] expected = {1 / sum, Math.E / sum, Math.E * Math.E / sum, 1 / 3d, 1 / 3d, 1 / 3d};
        assertThat(tensor.describe()).isEqualTo("FLOAT[2,3]");
        float[] values = Tensors.floatsOf(tensor);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) values[i]).isCloseTo(expected[i], within(1e-6));
        }
    }

    @Test
    void numberedClasses() throws IOException {
        // Not in numerical order: columns follow the model's list.
        try (EngineSession session = open(OnnxModels.classifier(50, 3, 9))) {
            Shape shape = Shape.of(Shape.UNKNOWN, 3);
            assertThat(probabilities(session))
                    .contains(
                            new TensorSpec("output_probability", DataType.FLOAT, shape, true, List.of("50", "3", "9")));
            NamedTensors outputs = classify(session, Tensors.floats(Shape.of(2, 2), 1, 0, 2, -2));
            assertThat(outputs.names()).containsExactly("label", "output_probability");
            assertThat(Tensors.longsOf(Tensors.get(outputs, "label"))[0]).isEqualTo(9);
            assertProbabilities(Tensors.get(outputs, "output_probability"));
        }
    }

    @Test
    void namedClasses() throws IOException {
        try (EngineSession session = open(OnnxModels.classifier("setosa", "virginica", "österreich"))) {
            assertThat(probabilities(session).map(TensorSpec::classKeys))
                    .contains(List.of("setosa", "virginica", "österreich"));
            NamedTensors outputs = classify(session, Tensors.floats(Shape.of(2, 2), 1, 0, 2, -2));
            assertThat(Tensors.stringsOf(Tensors.get(outputs, "label")).getFirst())
                    .isEqualTo("österreich");
            assertProbabilities(Tensors.get(outputs, "output_probability"));
        }
    }

    @Test
    void computesOneOfTheTwo() throws IOException {
        try (EngineSession session = open(OnnxModels.classifier(0, 1))) {
            Tensor x = Tensors.floats(Shape.of(1, 2), 1, 1);
            assertThat(classify(session, x, "label").names()).containsExactly("label");
            assertThat(classify(session, x, "output_probability").names()).containsExactly("output_probability");
        }
    }

    @Test
    void answersNoRowsForNoRows() throws IOException {
        try (EngineSession session = open(OnnxModels.classifier(0, 1))) {
            Tensor none = Tensors.get(classify(session, Tensors.floats(Shape.of(0, 2))), "output_probability");
            assertThat(none.describe()).isEqualTo("FLOAT[0,2]");
        }
    }

    /// Labels are known from the graph alone. So those of a file that took its place would show that it was read again.
    @Test
    void readsTheGraphOnce() throws IOException {
        OnnxModels.classifier("setosa", "virginica", "versicolor").writeTo(directory);
        InspectedModel inspected = new OnnxEngine().inspect(directory);
        OnnxModels.classifier("one", "two", "three").writeTo(directory);
        for (int i = 0; i < 2; i++) {
            try (EngineSession session = inspected.load(directory, EngineSettings.defaults())) {
                assertThat(probabilities(session).map(TensorSpec::classKeys))
                        .contains(List.of("setosa", "virginica", "versicolor"));
            }
        }
    }
}
