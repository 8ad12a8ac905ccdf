package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.ManualClock;
import io.kaon.testkit.ManualExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The loop is turned by hand: what is submitted between two turns arrived in one tick.
final class LoopQueueTest {
    private static final long BUDGET = 200_000;

    private final ManualClock clock = new ManualClock();
    private final RunWatch watch = new RunWatch(clock, Duration.ofMinutes(1));
    private final ManualExecutor loop = new ManualExecutor();
    private final List<Integer> batches = new ArrayList<>();
    private final BatchRunner runner = new BatchRunner(
            "m/1",
            (_, inputs, _, _) -> {
                float[] values = FakeEngine.values(inputs, "x");
                // A fixed cost, so more rows always pay.
                clock.advance(Duration.ofNanos(10_000 + 1000L * values.length));
                return NamedTensors.of("y", FakeEngine.tensor(values));
            },
            Merging.DEFAULT.trusted(),
            RunClock.of(clock),
            report -> batches.add(report.requests()),
            new Audits(() -> false, new BackgroundRuns(_ -> {}), watch, clock),
            watch);
    private final List<InferenceRequest> moved = new ArrayList<>();
    private final LoopQueue queue = new LoopQueue(runner, loop, clock, 100, BUDGET, moved::addAll);

    @BeforeEach
    void learnWhatRunsCost() {
        for (int rows = 1; rows < 200; rows *= 2) {
            for (int i = 0; i < 5; i++) {
                assertThat(runner.measured(request(new float[rows]))).isNotNull();
            }
        }
    }

    @Test
    void mergesWhatArrivesInOneTick() {
        List<InferenceRequest> tick = List.of(request(1), request(2, 3), request(4));
        tick.forEach(queue::submit);
        assertThat(loop.waiting()).isEqualTo(1);
        assertThat(tick.get(0).result()).isNotDone();
        loop.runAll();
        assertThat(batches).containsExactly(3);
        assertThat(FakeEngine.output(tick.get(1).result().join())).containsExactly(2, 3);
    }

    @Test
    void leavesToTheNextTaskWhatDoesNotFitIntoTheBudget() {
        for (int i = 0; i < 3; i++) {
            queue.submit(request(new float[250]));
        }
        loop.runNext();
        assertThat(batches).hasSize(1);
        assertThat(loop.waiting()).isEqualTo(1);
        loop.runAll();
        assertThat(batches.stream().mapToInt(Integer::intValue).sum()).isEqualTo(3);
        assertThat(batches.size()).isGreaterThan(1);
    }

    @Test
    void runsAtOnceWhereTicksBringSingleRequests() {
        int atOnce = 0;
        for (int i = 0; i < 100; i++) {
            InferenceRequest request = request(i + 1);
            queue.submit(request);
            atOnce += request.result().isDone() ? 1 : 0;
            loop.runAll();
            assertThat(request.result()).isDone();
        }
        assertThat(atOnce).isBetween(80, 95);
        assertThat(batches).hasSize(100).containsOnly(1);
    }

    @Test
    void mergesAgainWhenThereIsCompany() {
        for (int i = 0; i < 50; i++) {
            queue.submit(request(1));
            loop.runAll();
        }
        batches.clear();
        for (int tick = 0; tick < 20; tick++) {
            for (int i = 0; i < 8; i++) {
                queue.submit(request(i + 1));
            }
            loop.runAll();
        }
        assertThat(batches.getLast()).isEqualTo(8);
    }

    @Test
    void neverMixesShapes() {
        queue.submit(request(1));
        InferenceRequest cancelled = request(2);
        queue.submit(cancelled);
        cancelled.result().cancel(false);
        InferenceRequest other =
                new InferenceRequest(FakeEngine.SIGNATURE, FakeEngine.input(3), Set.of("y"), Deadline.NEVER, loop);
        queue.submit(other);
        queue.submit(request(4));
        loop.runAll();
        assertThat(batches).containsExactly(2, 1);
        assertThat(other.result()).isDone();
    }

    @Test
    void refusesWhatIsAboveTheBound() {
        for (int i = 0; i < 100; i++) {
            queue.submit(request(1));
        }
        InferenceRequest surplus = request(1);
        queue.submit(surplus);
        loop.runAll();
        assertThat(((ServingException) surplus.result().exceptionNow()).kind()).isEqualTo(ErrorKind.OVERLOADED);
    }

    private InferenceRequest request(float... x) {
        InferenceRequest request =
                new InferenceRequest(FakeEngine.SIGNATURE, FakeEngine.input(x), Set.of(), Deadline.NEVER, loop);
        request.submittedAt(clock.getAsLong());
        return request;
    }
}
