package io.kaon.engine.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.engine.tensorflow.MetaGraph.Function;
import io.kaon.engine.tensorflow.MetaGraph.Node;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// With TensorFlow's own list of operators.
final class OperatorEffectsTest {
    @BeforeAll
    static void start() {
        TensorflowLibrary.start();
    }

    @Test
    void takesForHarmlessOnlyWhatTensorflowDoesNot() {
        assertThat(OperatorEffects.HARMLESS).allSatisfy(operator -> {
            assertThat(KnownOperators.isKnown(operator)).as(operator).isTrue();
            assertThat(KnownOperators.mayHaveEffect(operator)).as(operator).isTrue();
        });
    }

    @Test
    void countsEveryStatefulOperatorThatIsNotKnownToBeHarmless() {
        assertThat(List.of(
                        "AssignVariableOp",
                        "Assign",
                        "ScatterAdd",
                        "ResourceApplyAdam",
                        "LookupTableInsertV2",
                        "QueueDequeueV2",
                        "QueueEnqueue",
                        "IteratorGetNext",
                        "WriteFile",
                        "PrintV2",
                        "StatefulUniform",
                        "CloseSummaryWriter",
                        "QueueCloseV2",
                        "MapClear",
                        "ReaderReadV2",
                        "PyFunc",
                        "OperatorThatNoLibraryHas"))
                .allSatisfy(operator -> assertThat(OperatorEffects.changeState(Set.of(operator)))
                        .isTrue());
    }

    @Test
    void leavesAloneWhatReadsOrDraws() {
        assertThat(List.of(
                        "MatMul",
                        "ScatterNd",
                        "ReadVariableOp",
                        "VariableV2",
                        "HashTableV2",
                        "LookupTableFindV2",
                        "RandomUniform",
                        "StatelessRandomUniformV2",
                        "StatefulPartitionedCall",
                        "While",
                        "TensorArrayV3",
                        "TensorListPushBack"))
                .allSatisfy(operator -> assertThat(OperatorEffects.changeState(Set.of(operator)))
                        .isFalse());
    }

    @Test
    void tellsWhatMayGoOnForEver() {
        assertThat(List.of("While", "StatelessWhile", "LoopCond", "QueueDequeueV2", "Unstage", "IteratorGetNext"))
                .allSatisfy(operator -> {
                    assertThat(OperatorEffects.mayNotEnd(Set.of(operator))).isTrue();
                    assertThat(OperatorEffects.varyInDuration(Set.of(operator))).isTrue();
                });
        assertThat(List.of("If", "StatelessCase", "Switch", "Merge")).allSatisfy(operator -> {
            assertThat(OperatorEffects.mayNotEnd(Set.of(operator))).isFalse();
            assertThat(OperatorEffects.varyInDuration(Set.of(operator))).isTrue();
        });
        assertThat(OperatorEffects.varyInDuration(Set.of("MatMul", "ReadVariableOp", "PartitionedCall")))
                .isFalse();
    }

    @Test
    void looksIntoFunctionsHoweverTheyAreCalled() {
        Node call = new Node("PartitionedCall", List.of("x"), 1, List.of("outer"), 1, Map.of());
        Node named = new Node("inner", List.of("x"), 1, List.of(), 1, Map.of());
        Node loop = new Node("StatelessWhile", List.of("x"), 1, List.of("inner", "outer"), 1, Map.of());
        MetaGraph graph = new MetaGraph(
                Set.of("serve"),
                Map.of(),
                Map.of("y", call, "z", new Node("Neg", List.of("x"), 1, List.of(), 1, Map.of())),
                Map.of("outer", new Function(List.of(named), 1), "inner", new Function(List.of(loop), 1)));
        assertThat(ReachableOperators.from(graph, List.of("y:0")))
                .containsExactlyInAnyOrder("PartitionedCall", "StatelessWhile");
        assertThat(ReachableOperators.from(graph, List.of("z:0"))).containsExactly("Neg");
    }
}
