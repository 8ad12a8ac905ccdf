package io.kaon.engine.tensorflow;

import com.google.protobuf.ByteString;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What Kaon reads of one graph of a SavedModel before TensorFlow loads it: a small part, without any weights.
///
/// @param tags by which it is chosen
/// @param signatures the serialized `SignatureDef`s, by name, in the file's order
/// @param nodes of the graph, by name
/// @param functions by name
record MetaGraph(
        Set<String> tags,
        Map<String, ByteString> signatures,
        Map<String, Node> nodes,
        Map<String, Function> functions) {
    /// Not told, or not told as a plain number.
    static final int UNKNOWN = -1;

    /// Names of all operators in it, functions included.
    Set<String> operators() {
        Set<String> operators = new HashSet<>();
        nodes.values().forEach(node -> operators.add(node.operator()));
        functions.values().forEach(function -> function.nodes().forEach(node -> operators.add(node.operator())));
        return operators;
    }

    /// One operation.
    ///
    /// @param operator what it does
    /// @param inputs names of the nodes that it takes from, or that must have run before it
    /// @param inputCount how many of them it takes a tensor from
    /// @param calls names of the functions that it may call
    /// @param results how many tensors its attribute `Tout` announces, or [#UNKNOWN]
    /// @param uncountable its attributes whose number is below zero, or larger than any count of tensors
    record Node(
            String operator,
            List<String> inputs,
            int inputCount,
            List<String> calls,
            int results,
            Map<String, Long> uncountable) {}

    /// One function.
    ///
    /// @param results how many tensors it gives, or [#UNKNOWN]
    record Function(List<Node> nodes, int results) {}
}
