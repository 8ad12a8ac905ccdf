package io.kaon.engine.tensorflow;

import io.kaon.engine.tensorflow.MetaGraph.Function;
import io.kaon.engine.tensorflow.MetaGraph.Node;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;

/// Faults of a SavedModel over which TensorFlow ends the process instead of refusing the model. Each was found by
/// loading broken files, and is looked for before TensorFlow sees the model.
final class FatalFaults {
    /// Operators that give what the function gives that they call.
    private static final Set<String> CALLS = Set.of(
            "PartitionedCall", "StatefulPartitionedCall", "If", "StatelessIf", "Case", "StatelessCase", "RemoteCall");

    /// Operators of the graph that hold a variable.
    private static final Set<String> VARIABLES = Set.of("VarHandleOp", "VariableV2", "Variable");

    /// Operators that read variables from files.
    private static final Set<String> RESTORES = Set.of("RestoreV2", "Restore", "RestoreSlice");

    private FatalFaults() {}

    /// Once the library has started.
    ///
    /// @throws ServingException ENGINE_FAILED naming the fault
    static void refuse(Path directory, MetaGraph graph) {
        nodes(graph).forEach(node -> {
            refuseWrongCounts(node);
            refuseWrongInputs(node);
            refuseWrongResults(node, graph);
        });
        Path index = directory.resolve("variables").resolve("variables.index");
        try {
            if (Files.exists(index)) {
                VariablesIndex.check(Files.readAllBytes(index));
            } else {
                refuseVariablesWithoutValues(graph, index);
            }
        } catch (IOException broken) {
            throw new ServingException(ErrorKind.ENGINE_FAILED, index + " is broken: " + broken.getMessage(), broken);
        }
    }

    /// TensorFlow loads a graph whose variables have no file without a word, and then fails every request.
    private static void refuseVariablesWithoutValues(MetaGraph graph, Path index) {
        boolean hasVariables = graph.nodes().values().stream().anyMatch(node -> VARIABLES.contains(node.operator()));
        boolean restores = nodes(graph).anyMatch(node -> RESTORES.contains(node.operator()));
        if (hasVariables && restores) {
            throw broken("its variables have no values, " + index + " does not exist; copy the folder `variables` too");
        }
    }

    private static Stream<Node> nodes(MetaGraph graph) {
        return Stream.concat(
                graph.nodes().values().stream(),
                graph.functions().values().stream().flatMap(function -> function.nodes().stream()));
    }

    /// TensorFlow makes room for as many tensors as an attribute says.
    private static void refuseWrongCounts(Node node) {
        node.uncountable().forEach((attribute, number) -> {
            if (KnownOperators.counts(node.operator()).contains(attribute)) {
                throw broken("a node of the operator " + node.operator() + " has the attribute " + attribute + " = "
                        + number + ", expected a number of tensors");
            }
        });
    }

    private static void refuseWrongInputs(Node node) {
        int expected = KnownOperators.inputCount(node.operator());
        if (expected != MetaGraph.UNKNOWN && expected != node.inputCount()) {
            throw broken("a node of the operator " + node.operator() + " takes " + node.inputCount()
                    + " tensors, expected " + expected);
        }
    }

    private static void refuseWrongResults(Node node, MetaGraph graph) {
        if (node.results() == MetaGraph.UNKNOWN || !CALLS.contains(node.operator())) {
            return;
        }
        for (String name : node.calls()) {
            Function function = graph.functions().get(name);
            if (function != null && function.results() != MetaGraph.UNKNOWN && function.results() != node.results()) {
                throw broken(node.operator() + " announces " + node.results() + " results, the function " + name
                        + " that it calls has " + function.results());
            }
        }
    }

    private static ServingException broken(String fault) {
        return new ServingException(ErrorKind.ENGINE_FAILED, "the SavedModel is broken: " + fault);
    }
}
