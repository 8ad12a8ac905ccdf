package io.kaon.protocol.tfs.example;

import io.kaon.model.ExampleOutputs;
import io.kaon.model.ModelSignature;
import io.kaon.protocol.tfs.example.Classifications.ScoredClass;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Classify, on a signature with an output of scores, one of classes, or both.
///
/// Scores are a FLOAT or DOUBLE output `[b,n]`; classes a STRING, INT64 or INT32 output `[b,n]`, or `[b]` for the class
/// that the model chose. Where the scores' own columns are named, these names are the classes and the other output is
/// not even computed.
public final class ClassifyMethod implements ExampleMethod {
    private static final String SCORES = "scores";
    private static final String CLASSES = "classes";

    private final ModelSignature signature;
    private final @Nullable TensorSpec scores;
    private final @Nullable TensorSpec classes;
    /// What the scores' columns are called; empty if nothing says.
    private final List<String> labels;

    private ClassifyMethod(
            ModelSignature signature, @Nullable TensorSpec scores, @Nullable TensorSpec classes, List<String> labels) {
        this.signature = signature;
        this.scores = scores;
        this.classes = classes;
        this.labels = labels;
    }

    /// @throws ServingException INVALID_REQUEST if the signature cannot be classified
    public static ClassifyMethod of(ModelSignature signature, ExampleOutputs declared) {
        TensorSpec scores = scores(signature, declared);
        List<String> labels = scores == null || declared.labels().isEmpty() ? keys(scores) : declared.labels();
        if (!labels.isEmpty()) {
            return new ClassifyMethod(signature, scores, null, labels);
        }
        TensorSpec classes = classes(signature, declared);
        if (scores == null && classes == null) {
            throw OutputRoles.invalid("Expected classification signature outputs to contain at least one of \"classes\""
                    + " or \"scores\": signature \"" + signature.name() + "\" has " + OutputRoles.describe(signature)
                    + ", none of them a FLOAT or DOUBLE [batch,classes] or a STRING or INT64 [batch] or"
                    + " [batch,classes]");
        }
        return new ClassifyMethod(signature, scores, classes, List.of());
    }

    private static List<String> keys(@Nullable TensorSpec scores) {
        return scores == null ? List.of() : scores.classKeys();
    }

    private static @Nullable TensorSpec scores(ModelSignature signature, ExampleOutputs declared) {
        Predicate<TensorSpec> fits = output -> OutputRoles.isReal(output) && OutputRoles.hasRank(output, 2, 2);
        if (declared.scores() != null) {
            return OutputRoles.named(signature, SCORES, declared.scores(), fits);
        }
        List<String> scoreNames = new ArrayList<>(List.of(SCORES));
        signature.outputs().values().stream()
                .filter(output -> !output.classKeys().isEmpty())
                .map(TensorSpec::name)
                .forEach(scoreNames::add);
        scoreNames.addAll(List.of("probabilities", "output_probability"));
        return OutputRoles.find(signature, SCORES, scoreNames, fits);
    }

    private static @Nullable TensorSpec classes(ModelSignature signature, ExampleOutputs declared) {
        Predicate<TensorSpec> fits = output -> OutputRoles.isLabel(output) && OutputRoles.hasRank(output, 1, 2);
        return declared.classes() != null
                ? OutputRoles.named(signature, CLASSES, declared.classes(), fits)
                : OutputRoles.find(signature, CLASSES, List.of(CLASSES, "label", "output_label"), fits);
    }

    @Override
    public ModelSignature signature() {
        return signature;
    }

    @Override
    public Set<String> outputs() {
        Set<String> names = new LinkedHashSet<>();
        if (scores != null) {
            names.add(scores.name());
        }
        if (classes != null) {
            names.add(classes.name());
        }
        return names;
    }

    @Override
    public Classifications result(NamedTensors outputs, int examples) {
        Tensor score = scores == null ? null : OutputRoles.rows(outputs, scores, SCORES, examples);
        Tensor label = classes == null ? null : OutputRoles.rows(outputs, classes, CLASSES, examples);
        if (score != null) {
            requireMatrix(score);
        }
        if (label != null && label.shape().rank() != 1) {
            requireMatrix(label);
        }
        int scored = score == null ? 0 : Math.toIntExact(score.shape().dim(1));
        int labelled = label == null ? 0 : columns(label.shape());
        if (!labels.isEmpty() && labels.size() != scored) {
            throw OutputRoles.invalid(
                    "expected " + labels.size() + " scores per example, for the classes " + labels + ", got " + scored);
        }
        boolean chosenOnly = score != null && label != null && labelled == 1 && scored > 1;
        if (score != null && label != null && labelled != scored && !chosenOnly) {
            throw OutputRoles.invalid(
                    "Tensors class and score should match in dim_size(1). Got " + labelled + " vs. " + scored);
        }
        int perExample = score == null || chosenOnly ? labelled : scored;
        List<List<ScoredClass>> rows = new ArrayList<>(examples);
        for (int example = 0; example < examples; example++) {
            List<ScoredClass> row = new ArrayList<>(perExample);
            for (int column = 0; column < perExample; column++) {
                String text = label != null
                        ? OutputRoles.label(label, (long) example * labelled + column)
                        : labels.isEmpty() ? "" : labels.get(column);
                long first = (long) example * scored;
                float value = score == null
                        ? 0
                        : chosenOnly ? highest(score, first, scored) : OutputRoles.real(score, first + column);
                row.add(new ScoredClass(text, value));
            }
            rows.add(row);
        }
        return new Classifications(rows);
    }

    private static void requireMatrix(Tensor tensor) {
        if (tensor.shape().rank() != 2) {
            throw OutputRoles.invalid("Expected Tensor shape: [batch_size num_classes] but got " + tensor.shape());
        }
    }

    private static int columns(Shape shape) {
        return shape.rank() == 1 ? 1 : Math.toIntExact(shape.dim(1));
    }

    private static float highest(Tensor scores, long first, int count) {
        float highest = OutputRoles.real(scores, first);
        for (int i = 1; i < count; i++) {
            highest = Math.max(highest, OutputRoles.real(scores, first + i));
        }
        return highest;
    }
}
