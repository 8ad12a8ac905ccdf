package io.kaon.testkit;

import static io.kaon.testkit.OnnxType.tensor;

import io.kaon.model.ModelSignature;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;

/// Models whose first dimensions may have any size, and whose answer to a row nevertheless depends on the rows
/// beside it. Each is alone right and merged wrong.
public final class TouchingRows {
    private static final OnnxType ROWS = tensor(DataType.FLOAT, "n", "4");
    private static final long[] FIRST = {0};
    private static final org.tensorflow.proto.DataType FLOAT = org.tensorflow.proto.DataType.DT_FLOAT;
    private static final org.tensorflow.proto.DataType STRING = org.tensorflow.proto.DataType.DT_STRING;

    /// One of them.
    ///
    /// @param isSavedModel whether TensorFlow runs it
    /// @param request makes what a client asks, of one row or a few
    public record Kind(String name, boolean isSavedModel, Written model, Function<Random, NamedTensors> request) {
        private Kind(String name, OnnxModel model, Function<Random, NamedTensors> request) {
            this(name, false, model::writeTo, request);
        }

        private Kind(String name, SavedModels model, Function<Random, NamedTensors> request) {
            this(name, true, directory -> model.writeTo(Files.createDirectories(directory)), request);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /// A model of either engine.
    @FunctionalInterface
    public interface Written {
        /// @param directory of the version
        void writeTo(Path directory) throws IOException;
    }

    private final Map<String, Kind> kinds = new LinkedHashMap<>();

    private TouchingRows() {
        overAllRows();
        ordered();
        counted();
        recurrent();
        others();
        inTensorflow();
    }

    public static List<Kind> all() {
        return List.copyOf(new TouchingRows().kinds.values());
    }

    private void overAllRows() {
        rows("center", reduced("ReduceMean").node("Sub", List.of("x", "r"), List.of("y")));
        rows("divide_by_largest", reduced("ReduceMax").node("Div", List.of("x", "r"), List.of("y")));
        rows("subtract_smallest", reduced("ReduceMin").node("Sub", List.of("x", "r"), List.of("y")));
        rows("unit_columns", reduced("ReduceL2").node("Div", List.of("x", "r"), List.of("y")));
        rows("share_of_sum", reduced("ReduceSum").node("Div", List.of("x", "r"), List.of("y")));
        rows("log_sum_exp", reduced("ReduceLogSumExp").node("Sub", List.of("x", "r"), List.of("y")));
        rows(
                "is_largest",
                reduced("ReduceMax")
                        .node("Equal", List.of("x", "r"), List.of("e"))
                        .node("Cast", List.of("e"), List.of("y"), OnnxAttribute.of("to", 1)));
        rows(
                "floor_below_loudest",
                open().constant("all", Tensors.longs(Shape.of(2), 0, 1))
                        .constant("eighty", Tensors.floats(Shape.scalar(), 0.5f))
                        .node("ReduceMax", List.of("x", "all"), List.of("loudest"))
                        .node("Mul", List.of("loudest", "eighty"), List.of("floor"))
                        .node("Max", List.of("x", "floor"), List.of("y")));
        rows("softmax_first", open().node("Softmax", List.of("x"), List.of("y"), OnnxAttribute.of("axis", 0)));
        rows("log_softmax_first", open().node("LogSoftmax", List.of("x"), List.of("y"), OnnxAttribute.of("axis", 0)));
        rows("hardmax_first", open().node("Hardmax", List.of("x"), List.of("y"), OnnxAttribute.of("axis", 0)));
        rows(
                "normalised_over_rows",
                open().node("MeanVarianceNormalization", List.of("x"), List.of("y"), OnnxAttribute.of("axes", FIRST)));
        rows(
                "quantised_over_rows",
                open().node("DynamicQuantizeLinear", List.of("x"), List.of("q", "scale", "zero"))
                        .node("DequantizeLinear", List.of("q", "scale", "zero"), List.of("y")));
        rows(
                "attention_over_rows",
                open().node("Transpose", List.of("x"), List.of("t"))
                        .node("MatMul", List.of("x", "t"), List.of("scores"))
                        .node("Softmax", List.of("scores"), List.of("weights"))
                        .node("MatMul", List.of("weights", "x"), List.of("y")));
        rows(
                "smoothed_along_rows",
                open().constant("kernel", Tensors.floats(Shape.of(1, 1, 3, 1), 0.25f, 0.5f, 0.25f))
                        .constant("image", Tensors.longs(Shape.of(4), 1, 1, -1, 4))
                        .constant("table", Tensors.longs(Shape.of(2), -1, 4))
                        .node("Reshape", List.of("x", "image"), List.of("i"))
                        .node("Conv", List.of("i", "kernel"), List.of("c"), OnnxAttribute.of("pads", new long[] {
                            1, 0, 1, 0
                        }))
                        .node("Reshape", List.of("c", "table"), List.of("y")));
    }

    private void ordered() {
        rows(
                "running_sum",
                open().constant("first", Tensors.longs(Shape.scalar(), 0))
                        .node("CumSum", List.of("x", "first"), List.of("y")));
        rows("reversed", sliced(-1, Long.MIN_VALUE, -1, "y"));
        rows(
                "rotated",
                sliced(1, Long.MAX_VALUE, 1, "rest")
                        .constant("from0", Tensors.longs(Shape.of(1), 0))
                        .constant("to1", Tensors.longs(Shape.of(1), 1))
                        .node("Slice", List.of("x", "from0", "to1", "axis"), List.of("head"))
                        .node("Concat", List.of("rest", "head"), List.of("y"), OnnxAttribute.of("axis", 0)));
        rows("less_first_row", sliced(0, 1, 1, "head").node("Sub", List.of("x", "head"), List.of("y")));
        rows("plus_last_row", sliced(-1, Long.MAX_VALUE, 1, "tail").node("Add", List.of("x", "tail"), List.of("y")));
        rows(
                "sorted",
                withCount()
                        .node("TopK", List.of("x", "count"), List.of("y", "positions"), OnnxAttribute.of("axis", 0)));
        rows(
                "sorted_by_first_column",
                withCount()
                        .constant("zero", Tensors.longs(Shape.scalar(), 0))
                        .node("Gather", List.of("x", "zero"), List.of("column"), OnnxAttribute.of("axis", 1))
                        .node("TopK", List.of("column", "count"), List.of("values", "order"))
                        .node("Gather", List.of("x", "order"), List.of("y")));
    }

    private void counted() {
        rows(
                "divided_by_count",
                withCount()
                        .node("Cast", List.of("count"), List.of("c"), OnnxAttribute.of("to", 1))
                        .node("Div", List.of("x", "c"), List.of("y")));
        rows(
                "plus_position",
                withCount()
                        .constant("from", Tensors.longs(Shape.scalar(), 0))
                        .constant("step", Tensors.longs(Shape.scalar(), 1))
                        .constant("scalar", Tensors.longs(Shape.of(0)))
                        .constant("column", Tensors.longs(Shape.of(2), -1, 1))
                        .node("Reshape", List.of("count", "scalar"), List.of("to"))
                        .node("Range", List.of("from", "to", "step"), List.of("range"))
                        .node("Cast", List.of("range"), List.of("positions"), OnnxAttribute.of("to", 1))
                        .node("Reshape", List.of("positions", "column"), List.of("p"))
                        .node("Add", List.of("x", "p"), List.of("y")));
        for (int rows : new int[] {1, 4, 16}) {
            rows("other_above_" + rows, otherAbove(rows));
        }
    }

    private void recurrent() {
        OnnxType steps = tensor(DataType.FLOAT, "time", "1", "4");
        OnnxModel lstm = new OnnxModel().input("x", steps);
        kinds.put("lstm_along_rows", steps("lstm_along_rows", lstm, "LSTM", 16));
        kinds.put("gru_along_rows", steps("gru_along_rows", new OnnxModel().input("x", steps), "GRU", 12));
        kinds.put("rnn_along_rows", steps("rnn_along_rows", new OnnxModel().input("x", steps), "RNN", 4));
    }

    private static Kind steps(String name, OnnxModel model, String operator, int gates) {
        Random random = new Random(gates);
        float[] weights = new float[gates * 4];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        model.constant("w", Tensors.floats(Shape.of(1, gates, 4), weights))
                .constant("r", Tensors.floats(Shape.of(1, gates, 4), weights))
                .node(operator, List.of("x", "w", "r"), List.of("y"), OnnxAttribute.of("hidden_size", 4))
                .output("y", tensor(DataType.FLOAT, "time", "1", "1", "4"));
        return new Kind(name, model, numbers(asked -> NamedTensors.of("x", floats(asked, 1, 1, 4))));
    }

    private void others() {
        kinds.put(
                "every_row_with_every_row",
                new Kind(
                        "every_row_with_every_row",
                        new OnnxModel()
                                .input("x", ROWS)
                                .node("Transpose", List.of("x"), List.of("t"))
                                .node("MatMul", List.of("x", "t"), List.of("y"))
                                .output("y", tensor(DataType.FLOAT, "n", "m")),
                        numbers(asked -> NamedTensors.of("x", floats(asked, 1, 4)))));
        kinds.put(
                "every_query_with_every_candidate",
                new Kind(
                        "every_query_with_every_candidate",
                        new OnnxModel()
                                .input("q", tensor(DataType.FLOAT, "N", "4"))
                                .input("c", tensor(DataType.FLOAT, "M", "4"))
                                .node("Transpose", List.of("c"), List.of("t"))
                                .node("MatMul", List.of("q", "t"), List.of("y"))
                                .output("y", tensor(DataType.FLOAT, "N", "M")),
                        numbers(asked -> NamedTensors.of(
                                new LinkedHashMap<>(Map.of("q", floats(asked, 2, 4), "c", floats(asked, 2, 4)))))));
        kinds.put(
                "as_wide_as_the_largest",
                new Kind(
                        "as_wide_as_the_largest",
                        new OnnxModel()
                                .input("x", tensor(DataType.INT64, "n"))
                                .constant("one", Tensors.longs(Shape.of(1), 1))
                                .constant("values", Tensors.longs(Shape.of(2), 0, 1))
                                .constant("axis", Tensors.longs(Shape.of(1), 0))
                                .node("ReduceMax", List.of("x", "axis"), List.of("largest"))
                                .node("Add", List.of("largest", "one"), List.of("depth"))
                                .node("OneHot", List.of("x", "depth", "values"), List.of("y"))
                                .output("y", tensor(DataType.INT64, "n", "depth")),
                        random -> NamedTensors.of("x", Tensors.longs(Shape.of(1), random.nextInt(9)))));
        kinds.put(
                "place_among_the_different",
                new Kind(
                        "place_among_the_different",
                        new OnnxModel()
                                .input("x", tensor(DataType.INT64, "n"))
                                .node("Unique", List.of("x"), List.of("values", "first", "y", "counts"))
                                .output("y", tensor(DataType.INT64, "n")),
                        random -> NamedTensors.of(
                                "x", Tensors.longs(Shape.of(2), random.nextInt(9), random.nextInt(9)))));
        kinds.put(
                "strings_reversed",
                new Kind(
                        "strings_reversed",
                        new OnnxModel()
                                .input("x", tensor(DataType.STRING, "n"))
                                .node("Shape", List.of("x"), List.of("count"))
                                .constant("minus", Tensors.longs(Shape.scalar(), -1))
                                .constant("scalar", Tensors.longs(Shape.of(0)))
                                .node("Reshape", List.of("count", "scalar"), List.of("c"))
                                .node("Add", List.of("c", "minus"), List.of("last"))
                                .node("Range", List.of("last", "minus", "minus"), List.of("order"))
                                .node("Gather", List.of("x", "order"), List.of("y"))
                                .output("y", tensor(DataType.STRING, "n")),
                        random -> NamedTensors.of("x", Tensors.strings(Shape.of(1), "word " + random.nextInt(1000)))));
    }

    private void inTensorflow() {
        tensorflow(
                "tf_center",
                saved().integers("axis", 0)
                        .node(operator("r", "Mean", "x", "axis").putAttr("keep_dims", yes()))
                        .node("y", "Sub", FLOAT, "x", "r"));
        tensorflow(
                "tf_divided_by_largest",
                saved().integers("axis", 0)
                        .node(operator("r", "Max", "x", "axis").putAttr("keep_dims", yes()))
                        .node("y", "RealDiv", FLOAT, "x", "r"));
        tensorflow("tf_running_sum", saved().integer("axis", 0).node(operator("y", "Cumsum", "x", "axis")));
        tensorflow("tf_reversed", saved().integers("axis", 0).node(operator("y", "ReverseV2", "x", "axis")));
        kinds.put(
                "tf_words_as_a_table",
                new Kind(
                        "tf_words_as_a_table",
                        new SavedModels()
                                .placeholder("x", STRING)
                                .strings("blank", " ")
                                .strings("nothing", "")
                                .node(NodeDef.newBuilder()
                                        .setName("split")
                                        .setOp("StringSplitV2")
                                        .addAllInput(List.of("x", "blank")))
                                .node(NodeDef.newBuilder()
                                        .setName("y")
                                        .setOp("SparseToDense")
                                        .addAllInput(List.of("split", "split:2", "split:1", "nothing"))
                                        .putAttr("T", type(STRING))
                                        .putAttr("Tindices", type(org.tensorflow.proto.DataType.DT_INT64)))
                                .signature(
                                        ModelSignature.DEFAULT_NAME,
                                        SignatureDef.newBuilder()
                                                .putInputs("x", SavedModels.info("x:0", STRING, -1))
                                                .putOutputs("y", SavedModels.info("y:0", STRING, -1, -1))),
                        random -> NamedTensors.of(
                                "x", Tensors.strings(Shape.of(1), "word ".repeat(1 + random.nextInt(6))))));
    }

    private static SavedModels saved() {
        return new SavedModels().placeholder("x", FLOAT);
    }

    private static NodeDef.Builder operator(String name, String operator, String... inputs) {
        return NodeDef.newBuilder()
                .setName(name)
                .setOp(operator)
                .addAllInput(List.of(inputs))
                .putAttr("T", type(FLOAT))
                .putAttr("Tidx", type(org.tensorflow.proto.DataType.DT_INT32));
    }

    private static AttrValue type(org.tensorflow.proto.DataType type) {
        return AttrValue.newBuilder().setType(type).build();
    }

    private static AttrValue yes() {
        return AttrValue.newBuilder().setB(true).build();
    }

    private void tensorflow(String name, SavedModels model) {
        model.signature(
                ModelSignature.DEFAULT_NAME,
                SignatureDef.newBuilder()
                        .putInputs("x", SavedModels.info("x:0", FLOAT, -1, 4))
                        .putOutputs("y", SavedModels.info("y:0", FLOAT, -1, 4)));
        kinds.put(name, new Kind(name, model, numbers(asked -> NamedTensors.of("x", floats(asked, 1, 4)))));
    }

    private void rows(String name, OnnxModel model) {
        model.output("y", ROWS);
        kinds.put(name, new Kind(name, model, numbers(asked -> NamedTensors.of("x", floats(asked, 1, 4)))));
    }

    private static OnnxModel open() {
        return new OnnxModel().input("x", ROWS);
    }

    private static OnnxModel reduced(String operator) {
        return open().constant("axis", Tensors.longs(Shape.of(1), 0))
                .node(operator, List.of("x", "axis"), List.of("r"));
    }

    private static OnnxModel sliced(long from, long to, long step, String output) {
        return open().constant("from", Tensors.longs(Shape.of(1), from))
                .constant("to", Tensors.longs(Shape.of(1), to))
                .constant("axis", Tensors.longs(Shape.of(1), 0))
                .constant("step", Tensors.longs(Shape.of(1), step))
                .node("Slice", List.of("x", "from", "to", "axis", "step"), List.of(output));
    }

    /// `count` is the number of rows, as a vector of one.
    private static OnnxModel withCount() {
        return open().constant("head", Tensors.longs(Shape.of(1), 0))
                .node("Shape", List.of("x"), List.of("shape"))
                .node("Gather", List.of("shape", "head"), List.of("count"));
    }

    private static OnnxModel otherAbove(int rows) {
        return withCount()
                .constant("limit", Tensors.longs(Shape.of(1), rows))
                .constant("two", Tensors.floats(Shape.scalar(), 2))
                .node("Greater", List.of("count", "limit"), List.of("many"))
                .node("Mul", List.of("x", "two"), List.of("doubled"))
                .node("Where", List.of("many", "doubled", "x"), List.of("y"));
    }

    /// Ordinary, large or small numbers.
    private static Function<Random, NamedTensors> numbers(Function<float[], NamedTensors> request) {
        return random -> {
            float scale = new float[] {1, 100, 0.01f}[random.nextInt(3)];
            float[] asked = new float[16];
            for (int i = 0; i < asked.length; i++) {
                asked[i] = scale * (float) random.nextGaussian();
            }
            return request.apply(asked);
        };
    }

    private static Tensor floats(float[] asked, long... shape) {
        Shape wanted = Shape.of(shape);
        float[] values = new float[Math.toIntExact(wanted.elements())];
        System.arraycopy(asked, 0, values, 0, values.length);
        return Tensors.floats(wanted, values);
    }
}
