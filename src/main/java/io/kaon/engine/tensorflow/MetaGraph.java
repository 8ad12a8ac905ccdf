package io.kaon.engine.tensorflow;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What Kaon reads of one graph of a SavedModel before TensorFlow loads it: a small part, without any weights.
///
/// @param tags by which it is chosen
/// @param signatures the serialized `SignatureDef`s, by name, in the file's order
/// @param nodes of the graph, by name
/// @param functions the nodes of its functions, by the function's name
record MetaGraph(
        Set<String> tags,
        Map<String, ByteString> signatures,
        Map<String, Node> nodes,
        Map<String, List<Node>> functions) {
    /// One operation.
    ///
    /// @param operator what it does
    /// @param inputs names of the nodes that it takes from, or that must have run before it
    /// @param calls names of the functions that it may call
    record Node(String operator, List<String> inputs, List<String> calls) {}
}
