package io.kaon.testkit;

import io.kaon.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An ONNX model under construction.
///
/// ```
/// new OnnxModel()
///         .input("x", OnnxType.tensor(DataType.FLOAT, "batch"))
///         .node("Neg", List.of("x"), List.of("y"))
///         .output("y", OnnxType.tensor(DataType.FLOAT, "batch"))
///         .writeTo(directory);
/// ```
public final class OnnxModel {
    public static final String FILE = "model.onnx";

    /// Of the standard operators: the newest that has BFLOAT16 and STRING everywhere and is old enough for anyone.
    private static final int OPSET = 21;

    private static final int IR_VERSION = 10;

    private final ProtoMessage graph = new ProtoMessage().text(2, "test");
    private final List<ProtoMessage> nodes = new ArrayList<>();
    private final ProtoMessage functions = new ProtoMessage();

    public OnnxModel input(String name, OnnxType type) {
        graph.message(11, value(name, type));
        return this;
    }

    public OnnxModel output(String name, OnnxType type) {
        graph.message(12, value(name, type));
        return this;
    }

    /// Weights in the file; with the name of an input, that input's default.
    public OnnxModel constant(String name, Tensor tensor) {
        graph.message(5, OnnxType.constant(tensor).text(8, name));
        return this;
    }

    /// Weights in a file of their own, which the caller writes.
    public OnnxModel externalConstant(String name, Tensor tensor, String file) {
        graph.message(5, OnnxType.external(tensor, file).text(8, name));
        return this;
    }

    /// A standard operator.
    public OnnxModel node(String operator, List<String> inputs, List<String> outputs, OnnxAttribute... attributes) {
        return node("", operator, inputs, outputs, attributes);
    }

    /// An operator of the domain `ai.onnx.ml`.
    public OnnxModel mlNode(String operator, List<String> inputs, List<String> outputs, OnnxAttribute... attributes) {
        return node("ai.onnx.ml", operator, inputs, outputs, attributes);
    }

    private OnnxModel node(
            String domain, String operator, List<String> inputs, List<String> outputs, OnnxAttribute... attributes) {
        ProtoMessage node = new ProtoMessage();
        inputs.forEach(input -> node.text(1, input));
        outputs.forEach(output -> node.text(2, output));
        node.text(4, operator).text(7, domain);
        Arrays.stream(attributes).forEach(attribute -> node.message(5, attribute.proto()));
        graph.message(1, node);
        nodes.add(node);
        return this;
    }

    /// A function of the model's own, with the nodes of that body and without inputs and outputs.
    public OnnxModel function(String name, OnnxModel body) {
        ProtoMessage function = new ProtoMessage().text(1, name);
        body.nodes.forEach(node -> function.message(7, node));
        functions.message(25, function.text(10, "test"));
        return this;
    }

    /// The graph alone, for a node that has it as its body.
    ProtoMessage graph() {
        return graph;
    }

    public byte[] toBytes() {
        return new ProtoMessage()
                .number(1, IR_VERSION)
                .text(2, "kaon-testkit")
                .message(7, graph)
                .message(8, new ProtoMessage().text(1, "").number(2, OPSET))
                .message(8, new ProtoMessage().text(1, "ai.onnx.ml").number(2, 3))
                .message(functions)
                .toBytes();
    }

    /// Writes the model where its engine looks for it; makes the directory.
    public void writeTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.write(directory.resolve(FILE), toBytes());
    }

    private static ProtoMessage value(String name, OnnxType type) {
        return new ProtoMessage().text(1, name).message(2, type.proto());
    }
}
