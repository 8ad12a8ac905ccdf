package io.kaon.engine.tensorflow;

import io.kaon.engine.tensorflow.MetaGraph.Node;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/// Tells whether computing some tensors changes what later runs compute: whether an operator that writes to a variable,
/// a table, a queue or a file can be reached from them, through functions too. Reading a variable changes nothing.
final class StateChanges {
    private static final Pattern WRITERS =
            Pattern.compile("(Assign|Scatter|Resource(Scatter|Apply|SparseApply|StridedSlice"
                    + "Assign|CountUpTo)|Apply|SparseApply|StridedSliceAssign|CountUpTo|.*Enqueue|.*Dequeue|Stack(Push|Pop)|"
                    + "LookupTable(Insert|Import|Remove)|Barrier(Insert|Take)|Write(File|.*Summary)|Save|Print|IteratorGetNext"
                    + "|Accumulator|ResourceAccumulator|Stage|Unstage|MapStage|DeleteSessionTensor|DestroyResource).*");

    private final MetaGraph graph;
    private final Set<String> seen = new HashSet<>();
    private final Set<String> called = new HashSet<>();
    private final Deque<String> functions = new ArrayDeque<>();

    private StateChanges(MetaGraph graph) {
        this.graph = graph;
    }

    /// @param tensors names as signatures have them, such as `y:0`
    static boolean in(MetaGraph graph, Collection<String> tensors) {
        return new StateChanges(graph).reaches(tensors);
    }

    private boolean reaches(Collection<String> tensors) {
        Deque<String> next = new ArrayDeque<>();
        tensors.forEach(tensor -> next.add(NodeReader.nodeOf(tensor)));
        while (!next.isEmpty()) {
            String name = next.remove();
            Node node = graph.nodes().get(name);
            if (node != null && seen.add(name)) {
                if (writes(node)) {
                    return true;
                }
                next.addAll(node.inputs());
            }
        }
        while (!functions.isEmpty()) {
            // Operators with an effect run in a function whether or not anything takes their result.
            MetaGraph.Function function = graph.functions().get(functions.remove());
            if (function != null && function.nodes().stream().anyMatch(this::writes)) {
                return true;
            }
        }
        return false;
    }

    private boolean writes(Node node) {
        for (String function : node.calls()) {
            if (called.add(function)) {
                functions.add(function);
            }
        }
        return WRITERS.matcher(node.operator()).matches();
    }
}
