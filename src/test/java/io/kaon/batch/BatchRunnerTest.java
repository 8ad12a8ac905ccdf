package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.batch.BatchReport.Closed;
import io.kaon.batch.BatchRunner.Place;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.ManualClock;
import io.kaon.testkit.ManualExecutor;
import io.kaon.testkit.Tensors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BatchRunnerTest {
    private static final Merging WIDENING =
            new Merging(100, false, Duration.ZERO, List.of(4, 100), 1, 100, false, true, true);

    private final List<float[]> ran = new ArrayList<>();
    private final List<BatchReport> reports = new ArrayList<>();
    private final ManualClock clock = new ManualClock();
    private final RunWatch watch = new RunWatch(clock, Duration.ofMinutes(1));

    @Test
    void runsOnceForAllAndGivesEachItsRows() {
        List<InferenceRequest> batch = List.of(request(1), request(2, 3), request(4));
        assertThat(runner(Merging.DEFAULT.trusted()).run(batch, Closed.TICK_ENDED, Place.LANE))
                .isEmpty();
        assertThat(ran).containsExactly(new float[] {1, 2, 3, 4});
        assertThat(answer(batch.get(0))).containsExactly(1);
        assertThat(answer(batch.get(1))).containsExactly(2, 3);
        assertThat(answer(batch.get(2))).containsExactly(4);
        assertThat(reports).containsExactly(new BatchReport(Closed.TICK_ENDED, 3, 4, 0, 0));
    }

    @Test
    void failsOnlyWhoIsAtFault() {
        List<InferenceRequest> batch = List.of(request(1), request(0), request(4));
        assertThat(runner(Merging.DEFAULT.trusted()).run(batch, Closed.FULL, Place.LANE))
                .isEmpty();
        assertThat(answer(batch.get(0))).containsExactly(1);
        assertThat(answer(batch.get(2))).containsExactly(4);
        batch.get(1).finish();
        assertThat(batch.get(1).result().exceptionNow()).hasMessage("0 is out of range");
    }

    @Test
    void padsAndThrowsThePaddingAway() {
        Merging merging = new Merging(4, false, Duration.ZERO, List.of(2, 4), 1, 4, false, false, true);
        assertThat(runner(merging).run(List.of(request(1), request(2, 3)), Closed.FULL, Place.LANE))
                .isEmpty();
        assertThat(ran).containsExactly(new float[] {1, 2, 3, 2});
        InferenceRequest alone = request(5);
        assertThat(runner(merging).run(List.of(alone), Closed.FULL, Place.LANE)).isEmpty();
        assertThat(ran.getLast()).containsExactly(5, 5);
        assertThat(answer(alone)).containsExactly(5);
        assertThat(reports.getLast().padding()).isEqualTo(1);
    }

    @Test
    void runsALargeRequestInPartsWhereThatIsAskedFor() {
        Merging merging = new Merging(4, false, Duration.ZERO, List.of(2, 4), 1, 100, true, false, true);
        InferenceRequest large = request(1, 2, 3, 4, 5);
        assertThat(runner(merging).run(List.of(large), Closed.FULL, Place.LANE)).isEmpty();
        assertThat(ran).containsExactly(new float[] {1, 2, 3, 4}, new float[] {5, 5});
        assertThat(answer(large)).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void runsALargeRequestAsItIsOtherwise() {
        Merging merging = new Merging(2, false, Duration.ZERO, List.of(), 1, Long.MAX_VALUE, false, false, true);
        InferenceRequest large = request(1, 2, 3);
        assertThat(runner(merging).run(List.of(large), Closed.FULL, Place.LANE)).isEmpty();
        assertThat(ran).containsExactly(new float[] {1, 2, 3});
        assertThat(answer(large)).containsExactly(1, 2, 3);
    }

    @Test
    void mergesNoMoreOnceAModelHasLostRows() {
        BatchRunner sums = new BatchRunner(
                "m/1",
                (_, inputs, _, _) -> {
                    float sum = 0;
                    for (float value : FakeEngine.values(inputs, "x")) {
                        sum += value;
                    }
                    return NamedTensors.of("y", FakeEngine.tensor(sum));
                },
                Merging.DEFAULT.trusted(),
                RunClock.of(clock),
                BatchListener.NONE,
                new Audits(() -> false, new BackgroundRuns(_ -> {}), watch, clock),
                watch);
        List<InferenceRequest> batch = List.of(request(1), request(2));
        assertThat(sums.merges(batch.getFirst())).isTrue();
        assertThat(sums.run(batch, Closed.FULL, Place.LANE)).isEmpty();
        assertThat(answer(batch.get(0))).containsExactly(1);
        assertThat(answer(batch.get(1))).containsExactly(2);
        assertThat(sums.merges(batch.getFirst())).isFalse();
    }

    @Test
    void givesEachTheAnswerOfItsOwnRunWhileBatchesAreConfirmed() {
        BatchRunner runner = runner(Merging.DEFAULT);
        runner.proof(FakeEngine.SIGNATURE).probed(new Probe.Alike(8));
        List<InferenceRequest> batch = List.of(request(1), request(2));
        assertThat(runner.run(batch, Closed.FULL, Place.LANE)).isEmpty();
        assertThat(ran).containsExactly(new float[] {1, 2}, new float[] {1}, new float[] {2});
        assertThat(answer(batch.get(1))).containsExactly(2);
        for (int more = 1; more < MergeProof.CONFIRMED; more++) {
            assertThat(runner.run(List.of(request(1), request(2)), Closed.FULL, Place.LANE))
                    .isEmpty();
        }
        ran.clear();
        assertThat(runner.run(List.of(request(1), request(2)), Closed.FULL, Place.LANE))
                .isEmpty();
        assertThat(ran).containsExactly(new float[] {1, 2});
    }

    @Test
    void givesEachTheAnswerOfItsOwnRunWhenCompanyChangesIt() {
        BatchRunner mixing = mixing(Merging.DEFAULT);
        mixing.proof(FakeEngine.SIGNATURE).probed(new Probe.Undecided("not asked"));
        List<InferenceRequest> batch = List.of(request(1), request(5));
        assertThat(mixing.merges(batch.getFirst())).isTrue();
        assertThat(mixing.run(batch, Closed.FULL, Place.LANE)).isEmpty();
        assertThat(answer(batch.get(0))).containsExactly(1);
        assertThat(answer(batch.get(1))).containsExactly(5);
        assertThat(mixing.merges(batch.getFirst())).isFalse();
        assertThat(mixing.proof(FakeEngine.SIGNATURE).report().reason()).contains("its rows touch each other");
    }

    @Test
    void endsMergingWhenAnAuditFindsAnotherAnswer() {
        ManualExecutor background = new ManualExecutor();
        // Rows touch only above a thousand, which the probe has not asked for.
        BatchRunner mixing = new BatchRunner(
                "m/1",
                (_, inputs, _, _) -> {
                    float[] x = FakeEngine.values(inputs, "x");
                    x[0] += x[x.length - 1] > 1000 ? x[x.length - 1] : 0;
                    x[x.length - 1] += x[0] > 1000 ? x[0] : 0;
                    return NamedTensors.of("y", FakeEngine.tensor(x));
                },
                Merging.DEFAULT,
                RunClock.of(clock),
                BatchListener.NONE,
                new Audits(() -> true, new BackgroundRuns(background), watch, clock),
                watch);
        MergeProof proof = mixing.proof(FakeEngine.SIGNATURE);
        proof.probed(new Probe.Alike(8));
        int batches = 0;
        while (background.waiting() == 0 && batches++ < 100) {
            assertThat(mixing.run(List.of(request(2), request(3)), Closed.FULL, Place.LANE))
                    .isEmpty();
        }
        background.runAll();
        assertThat(proof.merges()).isTrue();
        while (background.waiting() == 0 && batches++ < 200) {
            assertThat(mixing.run(List.of(request(2), request(2000)), Closed.FULL, Place.LANE))
                    .isEmpty();
        }
        background.runAll();
        assertThat(proof.merges()).isFalse();
        assertThat(batches).isBetween(20, 200);
    }

    @Test
    void answersEveryRequestWhenTheEngineThrowsAnError() {
        BatchRunner dying = new BatchRunner(
                "m/1",
                (_, _, _, _) -> {
                    throw new NoClassDefFoundError("gone");
                },
                Merging.DEFAULT.trusted(),
                RunClock.of(clock),
                reports::add,
                new Audits(() -> false, new BackgroundRuns(_ -> {}), watch, clock),
                watch);
        List<InferenceRequest> batch = List.of(request(1), request(2));
        assertThat(dying.run(batch, Closed.FULL, Place.LANE)).isEmpty();
        for (InferenceRequest request : batch) {
            request.finish();
            assertThat(request.result().exceptionNow()).isInstanceOf(NoClassDefFoundError.class);
        }
    }

    @Test
    void answersEveryRequestWhenTheListenerThrows() {
        BatchRunner runner = new BatchRunner(
                "m/1",
                (_, inputs, _, _) -> NamedTensors.of("y", Tensors.get(inputs, "x")),
                Merging.DEFAULT.trusted(),
                RunClock.of(clock),
                _ -> {
                    throw new AssertionError("a listener");
                },
                new Audits(() -> false, new BackgroundRuns(_ -> {}), watch, clock),
                watch);
        List<InferenceRequest> batch = List.of(request(1), request(2));
        assertThat(runner.run(batch, Closed.FULL, Place.LANE)).isEmpty();
        assertThat(answer(batch.get(1))).containsExactly(2);
    }

    private BatchRunner mixing(Merging merging) {
        return new BatchRunner(
                "m/1",
                (_, inputs, _, _) -> {
                    float[] x = FakeEngine.values(inputs, "x");
                    float[] y = x.clone();
                    for (int i = 0; i < y.length; i++) {
                        y[i] = x[(i + 1) % x.length];
                    }
                    return NamedTensors.of("y", FakeEngine.tensor(y));
                },
                merging,
                RunClock.of(clock),
                reports::add,
                new Audits(() -> false, new BackgroundRuns(_ -> {}), watch, clock),
                watch);
    }

    @Test
    void widensTheInputsAndGivesEachItsRowsAsWideAsTheyRan() {
        List<InferenceRequest> batch = List.of(wide(Shape.of(2, 1), 1, 2), wide(Shape.of(1, 3), 3, 4, 5));
        assertThat(runner(WIDENING).run(batch, Closed.FULL, Place.LANE)).isEmpty();
        assertThat(ran).containsExactly(new float[] {1, 1, 1, 2, 1, 1, 3, 4, 5, 3, 4, 5});
        assertThat(answer(batch.get(0))).containsExactly(1, 1, 1, 2, 1, 1);
        assertThat(answer(batch.get(1))).containsExactly(3, 4, 5);
        assertThat(reports).containsExactly(new BatchReport(Closed.FULL, 2, 3, 1, 0));
    }

    @Test
    void addsTheFirstRowAsItWasWidened() {
        List<InferenceRequest> batch =
                List.of(wide(Shape.of(1, 3), 3, 4, 5), wide(Shape.of(1, 3), 6, 7, 8), wide(Shape.of(1, 1), 1));
        assertThat(runner(WIDENING).run(batch, Closed.FULL, Place.LANE)).isEmpty();
        assertThat(ran).containsExactly(new float[] {3, 4, 5, 6, 7, 8, 1, 1, 1, 1, 1, 1});
    }

    @Test
    void runsWhatItHadWidenedAsItWasWhenTheBatchFails() {
        List<InferenceRequest> batch =
                List.of(wide(Shape.of(2, 1), 1, 2), wide(Shape.of(1, 2), 0, 3), wide(Shape.of(2, 2), 4, 5, 6, 7));
        assertThat(runner(WIDENING).run(batch, Closed.FULL, Place.LANE)).isEmpty();
        assertThat(ran).containsExactly(new float[] {1, 2}, new float[] {4, 5, 6, 7});
        assertThat(answer(batch.get(0))).containsExactly(1, 2);
        assertThat(answer(batch.get(2))).containsExactly(4, 5, 6, 7);
        batch.get(1).finish();
        assertThat(batch.get(1).result().exceptionNow()).hasMessage("0 is out of range");
    }

    @Test
    void learnsWhatARunCostsFromItsElementsAsWidened() {
        BatchRunner runner = new BatchRunner(
                "m/1",
                (_, inputs, _, _) -> {
                    clock.advance(Duration.ofNanos(inputs.elements()));
                    return NamedTensors.of("y", Tensors.get(inputs, "x"));
                },
                WIDENING,
                RunClock.of(clock),
                BatchListener.NONE,
                new Audits(() -> false, new BackgroundRuns(_ -> {}), watch, clock),
                watch);
        assertThat(runner.run(
                        List.of(wide(Shape.of(3, 1), 1, 2, 3), wide(Shape.of(1, 16), new float[16])),
                        Closed.FULL,
                        Place.LANE))
                .isEmpty();
        assertThat(runner.predict(64)).isEqualTo(64);
        assertThat(runner.predict(16)).isEqualTo(64);
    }

    private InferenceRequest wide(Shape shape, float... x) {
        InferenceRequest request = WideRequests.of(Tensors.floats(shape, x));
        request.submittedAt(clock.getAsLong());
        return request;
    }

    private BatchRunner runner(Merging merging) {
        return new BatchRunner(
                "m/1",
                (_, inputs, _, _) -> {
                    float[] values = FakeEngine.values(inputs, "x");
                    for (float value : values) {
                        if (value == 0) {
                            throw new ServingException(ErrorKind.INVALID_REQUEST, "0 is out of range");
                        }
                    }
                    ran.add(values);
                    Shape shape = Tensors.get(inputs, "x").shape();
                    return NamedTensors.of("y", Tensors.floats(shape, values));
                },
                merging,
                RunClock.of(clock),
                reports::add,
                new Audits(() -> false, new BackgroundRuns(_ -> {}), watch, clock),
                watch);
    }

    private static float[] answer(InferenceRequest request) {
        request.finish();
        return FakeEngine.output(request.result().join());
    }

    private InferenceRequest request(float... x) {
        InferenceRequest request = new InferenceRequest(
                FakeEngine.SIGNATURE, FakeEngine.input(x), Set.of(), Deadline.NEVER, Runnable::run);
        request.submittedAt(clock.getAsLong());
        return request;
    }
}
