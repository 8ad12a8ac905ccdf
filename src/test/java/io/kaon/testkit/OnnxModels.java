package io.kaon.testkit;

import static io.kaon.testkit.OnnxType.anyShape;
import static io.kaon.testkit.OnnxType.map;
import static io.kaon.testkit.OnnxType.sequence;
import static io.kaon.testkit.OnnxType.tensor;

import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Small models, each showing one thing. All are valid ONNX.
public final class OnnxModels {
    private OnnxModels() {}

    /// `y = 0.5 x + 2` for FLOAT vectors.
    public static OnnxModel halfPlusTwo() {
        return linear(0.5f, 2);
    }

    /// `y = factor x + offset` for FLOAT vectors.
    public static OnnxModel linear(float factor, float offset) {
        return new OnnxModel()
                .input("x", tensor(DataType.FLOAT, "batch"))
                .constant("factor", Tensors.floats(Shape.scalar(), factor))
                .constant("offset", Tensors.floats(Shape.scalar(), offset))
                .node("Mul", List.of("x", "factor"), List.of("product"))
                .node("Add", List.of("product", "offset"), List.of("y"))
                .output("y", tensor(DataType.FLOAT, "batch"));
    }

    /// `y = x`.
    public static OnnxModel identity(OnnxType type) {
        return new OnnxModel()
                .input("x", type)
                .node("Identity", List.of("x"), List.of("y"))
                .output("y", type);
    }

    /// `y = x` for tensors of which no shape is declared.
    public static OnnxModel identityOfAnyShape(DataType type) {
        return identity(anyShape(type));
    }

    /// `y` is the FLOAT vector `x` cast to another type.
    public static OnnxModel cast(DataType to) {
        return new OnnxModel()
                .input("x", tensor(DataType.FLOAT, "n"))
                .node("Cast", List.of("x"), List.of("y"), OnnxAttribute.of("to", OnnxType.number(to)))
                .output("y", tensor(to, "n"));
    }

    /// FLOAT `[n,2]` `a` and `b` to `sum = a + b` and `difference = a - b`.
    public static OnnxModel sumAndDifference() {
        OnnxType pair = tensor(DataType.FLOAT, "n", "2");
        return new OnnxModel()
                .input("a", pair)
                .input("b", pair)
                .node("Add", List.of("a", "b"), List.of("sum"))
                .node("Sub", List.of("a", "b"), List.of("difference"))
                .output("sum", pair)
                .output("difference", pair);
    }

    /// No inputs; the output `y` is always that tensor.
    public static OnnxModel constant(Tensor value) {
        return new OnnxModel()
                .node("Constant", List.of(), List.of("y"), OnnxAttribute.of("value", value))
                .output("y", anyShape(value.type()));
    }

    /// As many FLOAT zeros `y` as the INT64 vector `x` says: a large answer to a small request.
    public static OnnxModel zeros() {
        return new OnnxModel()
                .input("x", tensor(DataType.INT64, "1"))
                .node("ConstantOfShape", List.of("x"), List.of("y"))
                .output("y", tensor(DataType.FLOAT, "n"));
    }

    /// `y = x k`, where the input `k` has the default 2.
    public static OnnxModel optionalFactor() {
        return new OnnxModel()
                .input("x", tensor(DataType.FLOAT, "n"))
                .input("k", tensor(DataType.FLOAT, "1"))
                .constant("k", Tensors.floats(2))
                .node("Mul", List.of("x", "k"), List.of("y"))
                .output("y", tensor(DataType.FLOAT, "n"));
    }

    /// `y = x` reshaped to `[rows,columns]`, an input. A run fails when the number of elements differs.
    public static OnnxModel reshape(DataType type) {
        return new OnnxModel()
                .input("x", tensor(type, "n"))
                .input("shape", tensor(DataType.INT64, "2"))
                .node("Reshape", List.of("x", "shape"), List.of("y"), OnnxAttribute.of("allowzero", 1))
                .output("y", tensor(type, "rows", "columns"));
    }

    /// FLOAT `x` of any size in rows of three. A run fails when its elements cannot be divided by three.
    public static OnnxModel rowsOfThree() {
        return new OnnxModel()
                .input("x", tensor(DataType.FLOAT, "n", "length"))
                .constant("shape", Tensors.longs(Shape.of(2), -1, 3))
                .node("Reshape", List.of("x", "shape"), List.of("y"))
                .output("y", tensor(DataType.FLOAT, "n", "3"));
    }

    /// The position of each string of `x` in `words`; -1 for others.
    public static OnnxModel lookup(String... words) {
        long[] positions = new long[words.length];
        Arrays.setAll(positions, i -> i);
        return new OnnxModel()
                .input("x", tensor(DataType.STRING, "n"))
                .mlNode(
                        "LabelEncoder",
                        List.of("x"),
                        List.of("y"),
                        OnnxAttribute.of("keys_strings", words),
                        OnnxAttribute.of("values_int64s", positions),
                        OnnxAttribute.of("default_int64", -1))
                .output("y", tensor(DataType.INT64, "n"));
    }

    /// The label at each position of `x`; `none` for other numbers.
    public static OnnxModel labels(String... labels) {
        long[] positions = new long[labels.length];
        Arrays.setAll(positions, i -> i);
        return new OnnxModel()
                .input("x", tensor(DataType.INT64, "n"))
                .mlNode(
                        "LabelEncoder",
                        List.of("x"),
                        List.of("y"),
                        OnnxAttribute.of("keys_int64s", positions),
                        OnnxAttribute.of("values_strings", labels),
                        OnnxAttribute.of("default_string", "none"))
                .output("y", tensor(DataType.STRING, "n"));
    }

    /// What scikit-learn exports for a classifier with numbered classes: from FLOAT `[n,2]` the `label` of each row and
    /// a map from class to probability. The score of class i is `i (a + b)`, normalised by softmax.
    public static OnnxModel classifier(long... classes) {
        return classifier(
                DataType.INT64,
                tensor(DataType.INT64, "n"),
                classes.length,
                OnnxAttribute.of("classlabels_ints", classes),
                OnnxAttribute.of("classlabels_int64s", classes));
    }

    /// The same with named classes.
    public static OnnxModel classifier(String... classes) {
        return classifier(
                DataType.STRING,
                tensor(DataType.STRING, "n"),
                classes.length,
                OnnxAttribute.of("classlabels_strings", classes),
                OnnxAttribute.of("classlabels_strings", classes));
    }

    private static OnnxModel classifier(
            DataType key, OnnxType label, int classes, OnnxAttribute ofClassifier, OnnxAttribute ofMap) {
        float[] coefficients = new float[2 * classes];
        for (int i = 0; i < classes; i++) {
            coefficients[2 * i] = i;
            coefficients[2 * i + 1] = i;
        }
        return new OnnxModel()
                .input("x", tensor(DataType.FLOAT, "n", "2"))
                .mlNode(
                        "LinearClassifier",
                        List.of("x"),
                        List.of("label", "probabilities"),
                        OnnxAttribute.of("coefficients", coefficients),
                        OnnxAttribute.of("intercepts", new float[classes]),
                        OnnxAttribute.of("multi_class", 1),
                        OnnxAttribute.of("post_transform", "SOFTMAX"),
                        ofClassifier)
                .mlNode("ZipMap", List.of("probabilities"), List.of("output_probability"), ofMap)
                .output("label", label)
                .output("output_probability", sequence(map(key, tensor(DataType.FLOAT))));
    }

    /// `y = 0.5 x + 2` for FLOAT vectors of numbers that are not negative; otherwise a loop that never ends.
    public static OnnxModel endlessBelowZero() {
        OnnxType vector = tensor(DataType.FLOAT, "batch");
        return new OnnxModel()
                .input("x", vector)
                .constant("zero", Tensors.floats(Shape.scalar(), 0))
                .constant("half", Tensors.floats(Shape.scalar(), 0.5f))
                .constant("two", Tensors.floats(Shape.scalar(), 2))
                .node("ReduceMin", List.of("x"), List.of("least"), OnnxAttribute.of("keepdims", 0))
                .node("Less", List.of("least", "zero"), List.of("negative"))
                .node("Loop", List.of("", "negative", "x"), List.of("same"), OnnxAttribute.of("body", again(vector)))
                .node("Mul", List.of("same", "half"), List.of("product"))
                .node("Add", List.of("product", "two"), List.of("y"))
                .output("y", vector);
    }

    /// A body of a loop that changes nothing, and goes on if it began.
    private static OnnxModel again(OnnxType type) {
        OnnxType flag = tensor(DataType.BOOL);
        return new OnnxModel()
                .input("iteration", tensor(DataType.INT64))
                .input("again", flag)
                .input("before", type)
                .node("Identity", List.of("again"), List.of("still"))
                .node("Identity", List.of("before"), List.of("after"))
                .output("still", flag)
                .output("after", type);
    }

    /// `y = x + w` with `w` in the model.
    public static OnnxModel addition(DenseTensor weights) {
        return new OnnxModel()
                .input("x", tensor(DataType.FLOAT, "n"))
                .constant("w", weights)
                .node("Add", List.of("x", "w"), List.of("y"))
                .output("y", tensor(DataType.FLOAT, "n"));
    }

    /// `y = x + w` with `w` in a file of its own, which is written too.
    public static void writeWithExternalWeights(Path directory, DenseTensor weights) throws IOException {
        new OnnxModel()
                .input("x", tensor(DataType.FLOAT, "n"))
                .externalConstant("w", weights, "weights.bin")
                .node("Add", List.of("x", "w"), List.of("y"))
                .output("y", tensor(DataType.FLOAT, "n"))
                .writeTo(directory);
        Files.write(directory.resolve("weights.bin"), weights.data().toArray(ValueLayout.JAVA_BYTE));
    }

    /// `y = x` for FLOAT `[n,256]`, by as many multiplications with the unit matrix as asked for: about 10 µs each for
    /// one row. The loop is not unrolled, so the file stays small.
    public static OnnxModel slow(int multiplications) {
        int size = 256;
        float[] unit = new float[size * size];
        for (int i = 0; i < size; i++) {
            unit[i * size + i] = 1;
        }
        OnnxType rows = tensor(DataType.FLOAT, "n", "" + size);
        OnnxType flag = tensor(DataType.BOOL);
        OnnxModel body = new OnnxModel()
                .input("iteration", tensor(DataType.INT64))
                .input("again", flag)
                .input("before", rows)
                .node("Identity", List.of("again"), List.of("still"))
                .node("MatMul", List.of("before", "unit"), List.of("after"))
                .output("still", flag)
                .output("after", rows);
        return new OnnxModel()
                .input("x", rows)
                .constant("unit", Tensors.floats(Shape.of(size, size), unit))
                .constant("times", Tensors.longs(Shape.scalar(), multiplications))
                .node("Loop", List.of("times", "", "x"), List.of("y"), OnnxAttribute.of("body", body))
                .output("y", rows);
    }
}
