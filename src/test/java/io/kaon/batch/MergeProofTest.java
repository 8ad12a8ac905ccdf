package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.batch.MergeReport.State;
import io.kaon.model.ModelSignature;
import io.kaon.model.SignatureTraits;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.FakeEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MergeProofTest {
    private final List<String> audits = new ArrayList<>();
    private final MergeProof proof = proof(FakeEngine.SIGNATURE, Merging.DEFAULT);

    @Test
    void keepsApartUntilAProbeHasShownThatRowsDoNotTouch() {
        assertThat(proof.merges()).isFalse();
        assertThat(state()).isEqualTo(State.PROVING);
        proof.probed(new Probe.Alike(256));
        assertThat(proof.merges()).isTrue();
        assertThat(state()).isEqualTo(State.MERGED);
    }

    @Test
    void keepsApartForGoodWhatDiffers() {
        proof.probed(new Probe.Differs("output `y` differs"));
        assertThat(proof.merges()).isFalse();
        assertThat(proof.report().reason()).contains("its rows touch each other: output `y` differs");
        assertThat(proof.isToBeProbed()).isFalse();
    }

    @Test
    void confirmsTheFirstBatchesAndThoseThatAreLargerThanAnyBefore() {
        proof.probed(new Probe.Alike(8));
        for (int batch = 0; batch < MergeProof.CONFIRMED; batch++) {
            assertThat(proof.isToBeConfirmed(4)).isTrue();
            proof.agrees(4, true);
        }
        assertThat(proof.isToBeConfirmed(8)).isFalse();
        assertThat(proof.isToBeConfirmed(9)).isTrue();
        proof.agrees(9, true);
        assertThat(proof.isToBeConfirmed(16)).isFalse();
        assertThat(proof.isToBeConfirmed(17)).isTrue();
    }

    @Test
    void endsMergingAtTheFirstDifference() {
        proof.probed(new Probe.Alike(8));
        proof.differs("output `y` has another value");
        assertThat(proof.merges()).isFalse();
        proof.agrees(4, true);
        assertThat(state()).isEqualTo(State.APART);
    }

    @Test
    void putsOnTrialWhatAProbeCannotTell() {
        proof.probed(new Probe.Undecided("it refuses rows"));
        assertThat(state()).isEqualTo(State.ON_TRIAL);
        for (int batch = 0; batch < MergeProof.TRIED; batch++) {
            assertThat(proof.merges()).isTrue();
            assertThat(proof.isToBeConfirmed(2)).isTrue();
            proof.agrees(2, true);
        }
        assertThat(state()).isEqualTo(State.MERGED);
        assertThat(proof.isToBeConfirmed(2)).isFalse();
    }

    @Test
    void learnsNothingOnTrialFromEqualRequestsAndTriesThemRarely() {
        proof.probed(new Probe.Undecided("it refuses rows"));
        for (int batch = 0; batch < 2 * MergeProof.TRIED; batch++) {
            proof.agrees(2, false);
        }
        assertThat(state()).isEqualTo(State.ON_TRIAL);
        int tried = 0;
        for (int request = 0; request < 10 * MergeProof.TELLING_NOTHING; request++) {
            tried += proof.merges() ? 1 : 0;
        }
        assertThat(tried).isEqualTo(10);
    }

    @Test
    void endsATrialThatTheModelRefuses() {
        proof.probed(new Probe.Undecided("it refuses rows"));
        for (int batch = 0; batch < MergeProof.REFUSED; batch++) {
            proof.refusesTogether("one row only");
        }
        assertThat(state()).isEqualTo(State.APART);
        assertThat(proof.report().reason()).contains("one row only");
    }

    @Test
    void takesAnAuditNowAndThen() {
        proof.probed(new Probe.Alike(8));
        int audited = 0;
        for (int batch = 0; batch < 3 * MergeProof.AUDITED; batch++) {
            audited += proof.isAuditDue() ? 1 : 0;
        }
        // After 16, 32, … 2,048 and 4,096 batches, and once in 4,096 from then on.
        assertThat(audited).isEqualTo(10);
        proof.audited(true);
        assertThat(audits).containsExactly("serving_default true");
    }

    @Test
    void takesTheOperatorsWordAndSaysWhatSpeaksAgainstIt() {
        MergeProof trusted = proof(FakeEngine.SIGNATURE, Merging.DEFAULT.trusted());
        assertThat(trusted.merges()).isTrue();
        assertThat(trusted.isToBeConfirmed(100)).isFalse();
        assertThat(trusted.isToBeProbed()).isTrue();
        trusted.probed(new Probe.Differs("output `y` differs"));
        assertThat(trusted.merges()).isTrue();
        assertThat(trusted.report().reason()).contains("the operator says so, but rows touch each other");
        trusted.cannotBeDivided("it answers 3 rows with 1");
        assertThat(trusted.merges()).isFalse();
    }

    @Test
    void saysWhyASignatureIsNeverMerged() {
        assertThat(proof(FakeEngine.SIGNATURE, Merging.OFF).report())
                .isEqualTo(new MergeReport("serving_default", State.APART, "merging is off"));
        List<TensorSpec> fixed = List.of(TensorSpec.of("x", DataType.FLOAT, Shape.of(1)));
        assertThat(proof(ModelSignature.of("f", fixed, fixed), Merging.DEFAULT)
                        .report()
                        .reason())
                .contains("first dimension of any size");
        List<TensorSpec> open = List.of(TensorSpec.of("x", DataType.FLOAT, Shape.of(-1)));
        SignatureTraits counts =
                new SignatureTraits(NamedTensors.of(Map.of()), false, true, false, Set.of(), null, null);
        assertThat(proof(ModelSignature.of("c", open, open, counts), Merging.DEFAULT)
                        .report()
                        .reason())
                .contains("changes what later calls answer");
    }

    @Test
    void keepsApartWhatCountsItsInputsApart() {
        TensorSpec nodes = named("x", "nodes", "");
        TensorSpec edges = named("edge", "edges", "");
        TensorSpec unnamed = TensorSpec.of("z", DataType.FLOAT, Shape.of(-1, -1));
        assertThat(reason(List.of(nodes, unnamed, edges), List.of(nodes)))
                .isEqualTo("the first dimension is called `nodes` in input `x` and `edges` in input `edge`");
        assertThat(stateOf(List.of(nodes, unnamed), List.of(nodes))).isEqualTo(State.PROVING);
    }

    @Test
    void keepsApartWhatHasAsManyColumnsAsRows() {
        TensorSpec rows = named("x", "n", "");
        assertThat(reason(List.of(rows, named("adjacent", "n", "n")), List.of(rows)))
                .isEqualTo("the first dimension of input `adjacent`, `n`, is not only the first of input `adjacent`: "
                        + "FLOAT[n,n]");
        assertThat(reason(List.of(rows), List.of(named("scores", "m", "n"))))
                .isEqualTo("the first dimension of input `x`, `n`, is not only the first of output `scores`: "
                        + "FLOAT[m,n]");
    }

    @Test
    void letsTheProofDecideWhereOnlyAnOutputIsCalledOtherwise() {
        assertThat(stateOf(List.of(named("x", "batch", "")), List.of(named("y", "Add_7_dim_0", ""))))
                .isEqualTo(State.PROVING);
    }

    @Test
    void takesTheOperatorsWordOverNames() {
        ModelSignature signature = ModelSignature.of(
                "s", List.of(named("x", "nodes", ""), named("e", "edges", "")), List.of(named("y", "n", "")));
        assertThat(proof(signature, Merging.DEFAULT.trusted()).merges()).isTrue();
    }

    private static TensorSpec named(String name, String... dimensions) {
        return TensorSpec.of(name, DataType.FLOAT, Shape.of(-1, -1)).withDimensionNames(dimensions);
    }

    private String reason(List<TensorSpec> inputs, List<TensorSpec> outputs) {
        assertThat(stateOf(inputs, outputs)).isEqualTo(State.APART);
        return proof(ModelSignature.of("s", inputs, outputs), Merging.DEFAULT)
                .report()
                .reason();
    }

    private State stateOf(List<TensorSpec> inputs, List<TensorSpec> outputs) {
        return proof(ModelSignature.of("s", inputs, outputs), Merging.DEFAULT)
                .report()
                .state();
    }

    private State state() {
        return proof.report().state();
    }

    private MergeProof proof(ModelSignature signature, Merging merging) {
        return new MergeProof("m/1", signature, merging, new BatchListener() {
            @Override
            public void ran(BatchReport report) {}

            @Override
            public void audited(String name, boolean alike) {
                audits.add(name + " " + alike);
            }
        });
    }
}
