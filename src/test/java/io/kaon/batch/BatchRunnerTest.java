package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.batch.BatchReport.Closed;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BatchRunnerTest {
    private final List<float[]> ran = new ArrayList<>();
    private final List<BatchReport> reports = new ArrayList<>();
    private final ManualClock clock = new ManualClock();

    @Test
    void runsOnceForAllAndGivesEachItsRows() {
        List<InferenceRequest> batch = List.of(request(1), request(2, 3), request(4));
        runner(Merging.DEFAULT).run(batch, Closed.TICK_ENDED);
        assertThat(ran).containsExactly(new float[] {1, 2, 3, 4});
        assertThat(answer(batch.get(0))).containsExactly(1);
        assertThat(answer(batch.get(1))).containsExactly(2, 3);
        assertThat(answer(batch.get(2))).containsExactly(4);
        assertThat(reports).containsExactly(new BatchReport(Closed.TICK_ENDED, 3, 4, 0, 0));
    }

    @Test
    void failsOnlyWhoIsAtFault() {
        List<InferenceRequest> batch = List.of(request(1), request(0), request(4));
        runner(Merging.DEFAULT).run(batch, Closed.FULL);
        assertThat(answer(batch.get(0))).containsExactly(1);
        assertThat(answer(batch.get(2))).containsExactly(4);
        batch.get(1).finish();
        assertThat(batch.get(1).result().exceptionNow()).hasMessage("0 is out of range");
    }

    @Test
    void padsAndThrowsThePaddingAway() {
        Merging merging = new Merging(4, false, Duration.ZERO, List.of(2, 4), 1, 4, false);
        runner(merging).run(List.of(request(1), request(2, 3)), Closed.FULL);
        assertThat(ran).containsExactly(new float[] {1, 2, 3, 2});
        InferenceRequest alone = request(5);
        runner(merging).run(List.of(alone), Closed.FULL);
        assertThat(ran.getLast()).containsExactly(5, 5);
        assertThat(answer(alone)).containsExactly(5);
        assertThat(reports.getLast().padding()).isEqualTo(1);
    }

    @Test
    void runsALargeRequestInPartsWhereThatIsAskedFor() {
        Merging merging = new Merging(4, false, Duration.ZERO, List.of(2, 4), 1, 100, true);
        InferenceRequest large = request(1, 2, 3, 4, 5);
        runner(merging).run(List.of(large), Closed.FULL);
        assertThat(ran).containsExactly(new float[] {1, 2, 3, 4}, new float[] {5, 5});
        assertThat(answer(large)).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void runsALargeRequestAsItIsOtherwise() {
        Merging merging = new Merging(2, false, Duration.ZERO, List.of(), 1, Long.MAX_VALUE, false);
        InferenceRequest large = request(1, 2, 3);
        runner(merging).run(List.of(large), Closed.FULL);
        assertThat(ran).containsExactly(new float[] {1, 2, 3});
        assertThat(answer(large)).containsExactly(1, 2, 3);
    }

    @Test
    void mergesNoMoreOnceAModelHasLostRows() {
        BatchRunner sums = new BatchRunner(
                (_, inputs, _) -> {
                    float sum = 0;
                    for (float value : FakeEngine.values(inputs, "x")) {
                        sum += value;
                    }
                    return NamedTensors.of("y", FakeEngine.tensor(sum));
                },
                Merging.DEFAULT,
                RunClock.of(clock),
                BatchListener.NONE);
        List<InferenceRequest> batch = List.of(request(1), request(2));
        assertThat(sums.merges(batch.getFirst())).isTrue();
        sums.run(batch, Closed.FULL);
        assertThat(answer(batch.get(0))).containsExactly(1);
        assertThat(answer(batch.get(1))).containsExactly(2);
        assertThat(sums.merges(batch.getFirst())).isFalse();
    }

    private BatchRunner runner(Merging merging) {
        return new BatchRunner(
                (_, inputs, _) -> {
                    float[] values = FakeEngine.values(inputs, "x");
                    for (float value : values) {
                        if (value == 0) {
                            throw new ServingException(ErrorKind.INVALID_REQUEST, "0 is out of range");
                        }
                    }
                    ran.add(values);
                    return NamedTensors.of("y", FakeEngine.tensor(values));
                },
                merging,
                RunClock.of(clock),
                reports::add);
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
