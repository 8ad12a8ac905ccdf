package io.kaon.testkit;

import com.google.protobuf.ByteString;
import com.google.protobuf.TextFormat;
import io.kaon.model.ModelSignature;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/// Small SavedModels without variables, written node by node.
public final class SavedModels {
    public static final String FILE = "saved_model.pb";

    private static final AttrValue FLOAT =
            AttrValue.newBuilder().setType(DataType.DT_FLOAT).build();
    private static final AttrValue INT32 =
            AttrValue.newBuilder().setType(DataType.DT_INT32).build();

    private final GraphDef.Builder graph = GraphDef.newBuilder();
    private final MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();

    public SavedModels() {
        graph.getVersionsBuilder().setProducer(1882);
        meta.getMetaInfoDefBuilder().addTags("serve");
    }

    /// `y = 0.5 x + 2` for FLOAT vectors.
    public static SavedModels halfPlusTwo() {
        return new SavedModels()
                .placeholder("x", DataType.DT_FLOAT)
                .constant("half", 0.5f)
                .constant("two", 2f)
                .node("product", "Mul", DataType.DT_FLOAT, "x", "half")
                .node("y", "AddV2", DataType.DT_FLOAT, "product", "two")
                .fromXToY();
    }

    /// `y = 0.5 x + 2` for FLOAT vectors of numbers that are not negative; otherwise a loop that never ends.
    public static SavedModels endlessBelowZero() {
        AttrValue axis = AttrValue.newBuilder()
                .setTensor(TensorProto.newBuilder()
                        .setDtype(DataType.DT_INT32)
                        .setTensorShape(TensorShapeProto.getDefaultInstance())
                        .addIntVal(0))
                .build();
        AttrValue frame =
                AttrValue.newBuilder().setS(ByteString.copyFromUtf8("loop")).build();
        return new SavedModels()
                .placeholder("x", DataType.DT_FLOAT)
                .constant("half", 0.5f)
                .constant("two", 2f)
                .node(operation("begin", "Enter", "x").putAttr("T", FLOAT).putAttr("frame_name", frame))
                .node(operation("current", "Merge", "begin", "next")
                        .putAttr("T", FLOAT)
                        .putAttr("N", AttrValue.newBuilder().setI(2).build()))
                .node(operation("axis", "Const", "^current")
                        .putAttr("dtype", INT32)
                        .putAttr("value", axis))
                .node(operation("least", "Min", "current", "axis")
                        .putAttr("T", FLOAT)
                        .putAttr("Tidx", INT32))
                .node("negation", "Neg", DataType.DT_FLOAT, "least")
                .node("negative", "Less", DataType.DT_FLOAT, "least", "negation")
                .node(operation("again", "LoopCond", "negative"))
                .node("branches", "Switch", DataType.DT_FLOAT, "current", "again")
                .node("next", "NextIteration", DataType.DT_FLOAT, "branches:1")
                .node("end", "Exit", DataType.DT_FLOAT, "branches")
                .node("product", "Mul", DataType.DT_FLOAT, "end", "half")
                .node("y", "AddV2", DataType.DT_FLOAT, "product", "two")
                .fromXToY();
    }

    /// `y = 0.5 x + 2` as TensorFlow Serving's `saved_model_half_plus_two_tf2_cpu` declares it: `[1]` in the
    /// signature and in the graph, while its documentation asks for three.
    public static SavedModels halfPlusTwoDeclaredForOne() {
        return new SavedModels()
                .placeholder("x", DataType.DT_FLOAT, 1)
                .constant("half", 0.5f)
                .constant("two", 2f)
                .node("product", "Mul", DataType.DT_FLOAT, "x", "half")
                .node("y", "AddV2", DataType.DT_FLOAT, "product", "two")
                .signature(
                        ModelSignature.DEFAULT_NAME,
                        SignatureDef.newBuilder()
                                .putInputs("x", info("x:0", DataType.DT_FLOAT, 1))
                                .putOutputs("y", info("y:0", DataType.DT_FLOAT, 1))
                                .setMethodName("tensorflow/serving/predict"));
    }

    /// `y = x w` for FLOAT rows of two, where `w` is `[[1,2],[3,4]]`.
    public static SavedModels product() {
        return new SavedModels()
                .placeholder("x", DataType.DT_FLOAT, -1, 2)
                .constant("w", Tensors.floats(Shape.of(2, 2), 1, 2, 3, 4))
                .node("y", "MatMul", DataType.DT_FLOAT, "x", "w")
                .signature(
                        ModelSignature.DEFAULT_NAME,
                        SignatureDef.newBuilder()
                                .putInputs("x", info("x:0", DataType.DT_FLOAT, -1, 2))
                                .putOutputs("y", info("y:0", DataType.DT_FLOAT, -1, 2)));
    }

    /// `y = x` for tensors of any shape.
    public static SavedModels identity(DataType type) {
        return new SavedModels()
                .placeholder("x", type)
                .node("y", "Identity", type, "x")
                .signature(
                        ModelSignature.DEFAULT_NAME,
                        SignatureDef.newBuilder()
                                .putInputs("x", info("x:0", type))
                                .putOutputs("y", info("y:0", type)));
    }

    /// The default signature, from the FLOAT vector `x` to `y`.
    public SavedModels fromXToY() {
        return signature(
                ModelSignature.DEFAULT_NAME,
                SignatureDef.newBuilder()
                        .putInputs("x", info("x:0", DataType.DT_FLOAT, -1))
                        .putOutputs("y", info("y:0", DataType.DT_FLOAT, -1))
                        .setMethodName("tensorflow/serving/predict"));
    }

    /// An operation without attributes.
    public static NodeDef.Builder operation(String name, String operator, String... inputs) {
        return NodeDef.newBuilder().setName(name).setOp(operator).addAllInput(List.of(inputs));
    }

    public SavedModels placeholder(String name, DataType type) {
        NodeDef.Builder node = NodeDef.newBuilder().setName(name).setOp("Placeholder");
        node.putAttr("dtype", AttrValue.newBuilder().setType(type).build());
        node.putAttr(
                "shape",
                AttrValue.newBuilder()
                        .setShape(TensorShapeProto.newBuilder().setUnknownRank(true))
                        .build());
        graph.addNode(node);
        return this;
    }

    /// One whose graph knows the shape.
    public SavedModels placeholder(String name, DataType type, long... dims) {
        return node(operation(name, "Placeholder")
                .putAttr("dtype", AttrValue.newBuilder().setType(type).build())
                .putAttr(
                        "shape",
                        AttrValue.newBuilder()
                                .setShape(info("", type, dims).getTensorShape())
                                .build()));
    }

    public SavedModels constant(String name, float value) {
        return constant(name, Tensors.floats(Shape.scalar(), value));
    }

    /// A FLOAT tensor.
    public SavedModels constant(String name, DenseTensor value) {
        NodeDef.Builder node = NodeDef.newBuilder().setName(name).setOp("Const");
        node.putAttr("dtype", AttrValue.newBuilder().setType(DataType.DT_FLOAT).build());
        node.putAttr(
                "value",
                AttrValue.newBuilder()
                        .setTensor(TensorProto.newBuilder()
                                .setDtype(DataType.DT_FLOAT)
                                .setTensorShape(info(
                                                "",
                                                DataType.DT_FLOAT,
                                                value.shape().dims())
                                        .getTensorShape())
                                .setTensorContent(ByteString.copyFrom(Tensors.bytesOf(value))))
                        .build());
        graph.addNode(node);
        return this;
    }

    /// INT32 numbers, as a vector.
    public SavedModels integers(String name, int... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setDtype(DataType.DT_INT32)
                .setTensorShape(info("", DataType.DT_INT32, values.length).getTensorShape());
        for (int value : values) {
            tensor.addIntVal(value);
        }
        return constant(name, tensor);
    }

    /// An INT32 number, as a scalar.
    public SavedModels integer(String name, int value) {
        return constant(
                name, TensorProto.newBuilder().setDtype(DataType.DT_INT32).addIntVal(value));
    }

    /// A string, as a scalar.
    public SavedModels strings(String name, String value) {
        return constant(
                name,
                TensorProto.newBuilder().setDtype(DataType.DT_STRING).addStringVal(ByteString.copyFromUtf8(value)));
    }

    private SavedModels constant(String name, TensorProto.Builder value) {
        graph.addNode(NodeDef.newBuilder()
                .setName(name)
                .setOp("Const")
                .putAttr(
                        "dtype",
                        AttrValue.newBuilder().setType(value.getDtype()).build())
                .putAttr("value", AttrValue.newBuilder().setTensor(value).build()));
        return this;
    }

    /// An operation with one type attribute, `T`.
    public SavedModels node(String name, String operator, DataType type, String... inputs) {
        graph.addNode(NodeDef.newBuilder()
                .setName(name)
                .setOp(operator)
                .addAllInput(List.of(inputs))
                .putAttr("T", AttrValue.newBuilder().setType(type).build()));
        return this;
    }

    public SavedModels node(NodeDef.Builder node) {
        graph.addNode(node);
        return this;
    }

    public SavedModels signature(String name, SignatureDef.Builder definition) {
        meta.putSignatureDef(name, definition.build());
        return this;
    }

    /// Other tags than `serve`.
    public SavedModels tags(String... tags) {
        meta.getMetaInfoDefBuilder().clearTags().addAllTags(List.of(tags));
        return this;
    }

    /// A tensor of the graph; -1 for dimensions of any size, no dimensions for a shape that was not filled in.
    public static TensorInfo info(String tensor, DataType type, long... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long dim : dims) {
            shape.addDimBuilder().setSize(dim);
        }
        return TensorInfo.newBuilder()
                .setName(tensor)
                .setDtype(type)
                .setTensorShape(shape)
                .build();
    }

    public SavedModel build() {
        return SavedModel.newBuilder()
                .setSavedModelSchemaVersion(1)
                .addMetaGraphs(meta.clone().setGraphDef(graph))
                .build();
    }

    public ByteString bytes() {
        return build().toByteString();
    }

    /// As `saved_model.pb` in the directory.
    public void writeTo(Path directory) throws IOException {
        Files.write(directory.resolve(FILE), bytes().toByteArray());
    }

    /// As `saved_model.pbtxt`.
    public void writeTextTo(Path directory) throws IOException {
        Files.writeString(
                directory.resolve("saved_model.pbtxt"), TextFormat.printer().printToString(build()));
    }
}
