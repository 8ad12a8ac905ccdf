package io.kaon.engine.tensorflow;

import io.kaon.engine.tensorflow.MetaGraph.Function;
import io.kaon.engine.tensorflow.MetaGraph.Node;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/// Finds the operators that run when some tensors are computed: those from which the tensors can be reached, and all of
/// the functions that these call, since what has an effect runs in a function whether or not its result is taken.
final class ReachableOperators {
    private final MetaGraph graph;
    private final Set<String> operators = new HashSet<>();
    private final Set<String> called = new HashSet<>();
    private final Deque<String> functions = new ArrayDeque<>();

    private ReachableOperators(MetaGraph graph) {
        this.graph = graph;
    }

    /// @param tensors names as signatures have them, such as `y:0`
    static Set<String> from(MetaGraph graph, Collection<String> tensors) {
        ReachableOperators found = new ReachableOperators(graph);
        found.nodes(tensors);
        found.functions();
        return found.operators;
    }

    private void nodes(Collection<String> tensors) {
        Set<String> seen = new HashSet<>();
        Deque<String> next = new ArrayDeque<>();
        tensors.forEach(tensor -> next.add(NodeReader.nodeOf(tensor)));
        while (!next.isEmpty()) {
            String name = next.remove();
            Node node = graph.nodes().get(name);
            if (node != null && seen.add(name)) {
                add(node);
                next.addAll(node.inputs());
            }
        }
    }

    private void functions() {
        while (!functions.isEmpty()) {
            Function function = graph.functions().get(functions.remove());
            if (function != null) {
                function.nodes().forEach(this::add);
            }
        }
    }

    private void add(Node node) {
        // A function can also be called by a node whose operator has its name.
        if (graph.functions().containsKey(node.operator())) {
            call(node.operator());
        } else {
            operators.add(node.operator());
        }
        node.calls().forEach(this::call);
    }

    private void call(String function) {
        if (called.add(function)) {
            functions.add(function);
        }
    }
}
