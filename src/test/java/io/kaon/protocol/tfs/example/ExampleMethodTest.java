package io.kaon.protocol.tfs.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ExampleOutputs;
import io.kaon.model.ModelSignature;
import io.kaon.protocol.tfs.example.Classifications.ScoredClass;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.Tensors;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ExampleMethodTest {
    private static final Tensor SCORES = Tensors.floats(Shape.of(2, 2), 0.25f, 0.75f, 0.5f, 0.125f);

    @Test
    void classesOfTheScoresColumnsAreEnough() {
        TensorSpec scores =
                new TensorSpec("output_probability", DataType.FLOAT, Shape.of(-1, 2), true, List.of("50", "3"));
        ClassifyMethod method = classify(signature(output("label", DataType.INT64, Shape.of(-1)), scores));
        assertThat(method.outputs()).containsExactly("output_probability");
        assertThat(classes(method, Map.of("output_probability", SCORES)))
                .containsExactly(
                        List.of(new ScoredClass("50", 0.25f), new ScoredClass("3", 0.75f)),
                        List.of(new ScoredClass("50", 0.5f), new ScoredClass("3", 0.125f)));
    }

    @Test
    void scoresAloneHaveEmptyLabels() {
        ClassifyMethod method = classify(signature(output("dense_1", DataType.FLOAT, Shape.of(-1, 2))));
        assertThat(classes(method, Map.of("dense_1", SCORES)).getFirst())
                .containsExactly(new ScoredClass("", 0.25f), new ScoredClass("", 0.75f));
    }

    @Test
    void classesAloneHaveNoScore() {
        ClassifyMethod method = classify(signature(output("kind", DataType.INT32, Shape.of(-1))));
        Tensor kind = new DenseTensor(DataType.INT32, Shape.of(2), MemorySegment.ofArray(new int[] {7, -1}));
        assertThat(classes(method, Map.of("kind", kind)))
                .containsExactly(List.of(new ScoredClass("7", 0)), List.of(new ScoredClass("-1", 0)));
    }

    @Test
    void classesAndScoresOfOneShapeArePairs() {
        ClassifyMethod method = classify(signature(
                output("classes", DataType.STRING, Shape.of(-1, 2)),
                output("scores", DataType.DOUBLE, Shape.of(-1, 2))));
        Tensor scores = Tensors.doubles(Shape.of(2, 2), 0.25, 0.75, 0.5, 0.125);
        Tensor classes = Tensors.strings(Shape.of(2, 2), "a", "b", "c", "ö");
        assertThat(classes(method, Map.of("classes", classes, "scores", scores)))
                .containsExactly(
                        List.of(new ScoredClass("a", 0.25f), new ScoredClass("b", 0.75f)),
                        List.of(new ScoredClass("c", 0.5f), new ScoredClass("ö", 0.125f)));
    }

    @Test
    void chosenClassGetsTheHighestScoreWhereColumnsHaveNoNames() {
        ClassifyMethod method = classify(signature(
                output("label", DataType.INT64, Shape.of(-1)),
                output("probabilities", DataType.FLOAT, Shape.of(-1, 2))));
        assertThat(classes(method, Map.of("label", Tensors.longs(Shape.of(2), 4, 9), "probabilities", SCORES)))
                .containsExactly(List.of(new ScoredClass("4", 0.75f)), List.of(new ScoredClass("9", 0.5f)));
    }

    @Test
    void namesDecideBetweenOutputsThatFit() {
        ClassifyMethod method = classify(signature(
                output("embedding", DataType.FLOAT, Shape.of(-1, 64)),
                output("scores", DataType.FLOAT, Shape.of(-1, 2))));
        assertThat(method.outputs()).containsExactly("scores");
        assertThatThrownBy(() -> classify(signature(
                        output("a", DataType.FLOAT, Shape.of(-1, 64)), output("b", DataType.FLOAT, Shape.of(-1, 2)))))
                .hasMessage("signature \"s\": several outputs may be the scores: expected one, or one called `scores`,"
                        + " got [a, b]");
    }

    @Test
    void refusesToClassifyWithoutClassesAndScores() {
        assertThatThrownBy(() -> classify(signature(output("y", DataType.FLOAT, Shape.of(-1)))))
                .hasMessageContaining("\"classes\" or \"scores\": signature \"s\" has {y=FLOAT[-1]}");
    }

    @Test
    void refusesClassesAndScoresThatDoNotGoTogether() {
        ClassifyMethod method =
                classify(signature(output("classes", DataType.STRING, null), output("scores", DataType.FLOAT, null)));
        Tensor threeClasses = Tensors.strings(Shape.of(2, 3), "a", "b", "c", "d", "e", "f");
        assertThatThrownBy(() -> classes(method, Map.of("classes", threeClasses, "scores", SCORES)))
                .hasMessage("Tensors class and score should match in dim_size(1). Got 3 vs. 2");
        Tensor cube = Tensors.floats(Shape.of(2, 1, 2), 1, 2, 3, 4);
        assertThatThrownBy(() -> classes(method, Map.of("classes", threeClasses, "scores", cube)))
                .hasMessage("Expected Tensor shape: [batch_size num_classes] but got [2,1,2]");
        Tensor one = Tensors.floats(Shape.of(1, 2), 1, 2);
        assertThatThrownBy(() -> classes(method, Map.of("classes", threeClasses, "scores", one)))
                .hasMessage("Expected scores output batch size of 2. Got: 1: output `scores` is FLOAT[1,2]");
    }

    @Test
    void regressesTheOnlyOutputOfOneValuePerExample() {
        for (Shape shape : List.of(Shape.of(2), Shape.of(2, 1))) {
            RegressMethod method = regress(signature(
                    output("variable", DataType.DOUBLE, Shape.of(-1, 1)),
                    output("hidden", DataType.FLOAT, Shape.of(-1, 8))));
            assertThat(method.outputs()).containsExactly("variable");
            Tensor values = Tensors.doubles(shape, 0.5, -3);
            assertThat(method.result(NamedTensors.of("variable", values), 2).values())
                    .containsExactly(0.5f, -3f);
        }
    }

    @Test
    void regressesTheOutputCalledOutputsAmongSeveral() {
        TensorSpec other = output("other", DataType.FLOAT, Shape.of(-1));
        assertThat(regress(signature(other, output("outputs", DataType.FLOAT, Shape.of(-1))))
                        .outputs())
                .containsExactly("outputs");
        assertThatThrownBy(() -> regress(signature(other, output("y", DataType.FLOAT, Shape.of(-1)))))
                .hasMessageContaining("expected one, or one called `outputs`, got [other, y]");
    }

    @Test
    void refusesToRegressWhatHasNotOneValuePerExample() {
        assertThatThrownBy(() -> regress(signature(output("y", DataType.FLOAT, Shape.of(-1, 2)))))
                .hasMessageContaining("to contain \"outputs\": signature \"s\" has {y=FLOAT[-1,2]}");
        RegressMethod method = regress(signature(output("y", DataType.FLOAT, null)));
        assertThatThrownBy(() -> method.result(NamedTensors.of("y", SCORES), 2))
                .hasMessage("Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got [2,2]");
        assertThatThrownBy(() -> method.result(NamedTensors.of("y", Tensors.floats(Shape.scalar(), 1)), 1))
                .hasMessageStartingWith("Expected regression output batch size of 1. Got: no batch");
    }

    private static List<List<ScoredClass>> classes(ClassifyMethod method, Map<String, Tensor> outputs) {
        return method.result(NamedTensors.of(outputs), 2).examples();
    }

    private static ModelSignature signature(TensorSpec... outputs) {
        return ModelSignature.of("s", List.of(), List.of(outputs));
    }

    private static TensorSpec output(String name, DataType type, @Nullable Shape shape) {
        return TensorSpec.of(name, type, shape);
    }

    private static ClassifyMethod classify(ModelSignature signature) {
        return ClassifyMethod.of(signature, ExampleOutputs.FOUND);
    }

    private static RegressMethod regress(ModelSignature signature) {
        return RegressMethod.of(signature, ExampleOutputs.FOUND);
    }

    @Test
    void theOperatorSaysWhichOutputIsMeant() {
        ModelSignature ambiguous = signature(
                output("a", DataType.FLOAT, Shape.of(-1, 2)),
                output("b", DataType.FLOAT, Shape.of(-1, 2)),
                output("c", DataType.FLOAT, Shape.of(-1)),
                output("d", DataType.FLOAT, Shape.of(-1)));
        ClassifyMethod classify =
                ClassifyMethod.of(ambiguous, new ExampleOutputs("b", null, null, List.of("cat", "dog")));
        assertThat(classify.outputs()).containsExactly("b");
        assertThat(classes(classify, Map.of("b", SCORES)).getFirst())
                .containsExactly(new ScoredClass("cat", 0.25f), new ScoredClass("dog", 0.75f));
        assertThat(RegressMethod.of(ambiguous, new ExampleOutputs(null, null, "d", List.of()))
                        .outputs())
                .containsExactly("d");
    }

    @Test
    void saysThatTheOperatorNamedAnOutputThatIsNotThereOrDoesNotFit() {
        ModelSignature one = signature(output("a", DataType.FLOAT, Shape.of(-1)));
        assertThatThrownBy(() -> RegressMethod.of(one, new ExampleOutputs(null, null, "z", List.of())))
                .hasMessageContaining("the configuration names output `z`")
                .hasMessageContaining("FLOAT[-1]");
        assertThatThrownBy(() -> ClassifyMethod.of(one, new ExampleOutputs("a", null, null, List.of())))
                .hasMessageContaining("does not fit");
    }
}
