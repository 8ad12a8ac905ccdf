package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.LeakInspector;
import io.kaon.testkit.ManualClock;
import io.kaon.testkit.ManualExecutor;
import io.kaon.testkit.ManualTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// The lane is real and is held by latches, so each test knows what it is doing at any moment.
@ExtendWith(LeakInspector.class)
@Timeout(20)
final class BatcherTest {
    private final ManualClock clock = new ManualClock();
    private final ManualTimer timer = new ManualTimer(clock);
    private final ManualExecutor loop = new ManualExecutor();
    private final Lanes lanes =
            new Lanes(1, Thread.ofPlatform().name("lane-", 0).factory());

    /// Inputs of the runs, in order.
    private final List<Float> ran = Collections.synchronizedList(new ArrayList<>());

    private final List<Thread> ranOn = Collections.synchronizedList(new ArrayList<>());
    private final List<BatchReport> reports = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch entered = new CountDownLatch(1);

    private final Batcher slow = batcher(2, Duration.ZERO);

    @AfterEach
    void end() {
        gate.countDown();
        slow.close();
        lanes.close();
    }

    @Test
    void runsInPlaceWhatIsExpectedToBeShort() {
        Batcher quick = batcher(2, Duration.ofMillis(1));
        gate.countDown();
        assertThat(quick.runMeasured(request(1, Deadline.NEVER))).isNotNull();
        CompletableFuture<NamedTensors> result = quick.submit(request(2, Deadline.NEVER));
        assertThat(result).isCompleted();
        assertThat(ranOn).containsExactly(Thread.currentThread(), Thread.currentThread());
        assertThat(loop.waiting()).isZero();
    }

    @Test
    void runsOnALaneWhatItKnowsNothingOf() throws InterruptedException {
        Batcher quick = batcher(2, Duration.ofMillis(1));
        CompletableFuture<NamedTensors> result = quick.submit(request(1, Deadline.NEVER));
        gate.countDown();
        quick.close();
        assertThat(ranOn).hasSize(1).doesNotContain(Thread.currentThread());
        untilAnswered();
        assertThat(result).isNotDone();
        loop.runAll();
        assertThat(result).isCompletedWithValueMatching(outputs -> FakeEngine.output(outputs)[0] == 1);
    }

    @Test
    void learnsThatAModelIsTooSlowToRunInPlace() {
        Batcher quick = new Batcher(
                "m/1",
                (_, inputs, _, _) -> {
                    clock.advance(Duration.ofMillis(5));
                    ranOn.add(Thread.currentThread());
                    return inputs;
                },
                new BatchingPolicy(2, Duration.ofMillis(1), Merging.OFF),
                new BatchThreads(lanes, timer, _ -> {}, new RunWatch(System::nanoTime, Duration.ofMinutes(1))),
                RunClock.of(clock),
                BatchListener.NONE);
        assertThat(quick.runMeasured(request(1, Deadline.NEVER))).isNotNull();
        CompletableFuture<NamedTensors> _ = quick.submit(request(2, Deadline.NEVER));
        quick.close();
        assertThat(ranOn).hasSize(2);
        assertThat(ranOn.get(1)).isNotSameAs(Thread.currentThread());
    }

    @Test
    void failsWithWhatTheEngineThrew() {
        ServingException fault = new ServingException(ErrorKind.ENGINE_FAILED, "no");
        Batcher failing = new Batcher(
                "m/1",
                (_, _, _, _) -> {
                    throw fault;
                },
                new BatchingPolicy(2, Duration.ofMillis(1), Merging.OFF),
                new BatchThreads(lanes, timer, _ -> {}, new RunWatch(System::nanoTime, Duration.ofMinutes(1))),
                RunClock.of(clock),
                BatchListener.NONE);
        CompletableFuture<NamedTensors> onLane = failing.submit(request(1, Deadline.NEVER));
        failing.close();
        untilAnswered();
        loop.runAll();
        assertThat(onLane).isCompletedExceptionally();
        assertThat(onLane.exceptionNow()).isSameAs(fault);
    }

    @Test
    void refusesWhenTheQueueIsFull() throws InterruptedException {
        occupyTheLane();
        CompletableFuture<NamedTensors> _ = slow.submit(request(1, Deadline.NEVER));
        CompletableFuture<NamedTensors> _ = slow.submit(request(2, Deadline.NEVER));
        CompletableFuture<NamedTensors> third = slow.submit(request(3, Deadline.NEVER));
        loop.runAll();
        assertThat(kind(third)).isEqualTo(ErrorKind.OVERLOADED);
        assertThat(third.exceptionNow()).hasMessageContaining("2 requests wait");
        gate.countDown();
        slow.close();
        assertThat(ran).containsExactly(0f, 1f, 2f);
    }

    @Test
    void refusesBeforeARequestIsReadWhileTheQueueIsFull() throws InterruptedException {
        occupyTheLane();
        slow.admit();
        CompletableFuture<NamedTensors> _ = slow.submit(request(1, Deadline.NEVER));
        CompletableFuture<NamedTensors> _ = slow.submit(request(2, Deadline.NEVER));
        assertThatThrownBy(slow::admit).hasMessageContaining("2 requests wait");
        gate.countDown();
        slow.close();
        slow.admit();
    }

    @Test
    void neverRunsWhatWasCancelledInTheQueue() throws InterruptedException {
        occupyTheLane();
        CompletableFuture<NamedTensors> left = slow.submit(request(1, Deadline.NEVER));
        CompletableFuture<NamedTensors> _ = slow.submit(request(2, Deadline.NEVER));
        left.cancel(false);
        gate.countDown();
        slow.close();
        assertThat(ran).containsExactly(0f, 2f);
    }

    /// What they hold is no longer counted once their callers have left, and the run before them may take a minute.
    @Test
    void letsGoAtOnceOfLargeRequestsWhoseCallersHaveLeft() throws InterruptedException {
        occupyTheLane();
        NamedTensors large = NamedTensors.of("x", FakeEngine.tensor(new float[10_000]));
        CompletableFuture<NamedTensors> first =
                slow.submit(new InferenceRequest(FakeEngine.SIGNATURE, large, Set.of(), Deadline.NEVER, loop));
        CompletableFuture<NamedTensors> second =
                slow.submit(new InferenceRequest(FakeEngine.SIGNATURE, large, Set.of(), in(10), loop));
        assertThat(slow.waiting()).isEqualTo(2);

        first.cancel(false);
        clock.advance(Duration.ofMillis(10));
        timer.runDue();
        loop.runAll();

        assertThat(slow.waiting()).isZero();
        assertThat(second).isCompletedExceptionally();
        gate.countDown();
        slow.close();
        assertThat(ran).containsExactly(0f);
    }

    @Test
    void tellsADeadlineInTheQueueFromOneInTheRun() throws InterruptedException {
        CompletableFuture<NamedTensors> running = slow.submit(request(0, in(10)));
        entered.await();
        CompletableFuture<NamedTensors> waiting = slow.submit(request(1, in(10)));
        clock.advance(Duration.ofMillis(10));
        timer.runDue();
        loop.runAll();
        assertThat(kind(running)).isEqualTo(ErrorKind.DEADLINE_EXCEEDED);
        assertThat(kind(waiting)).isEqualTo(ErrorKind.QUEUE_TIMEOUT);
        gate.countDown();
        slow.close();
        assertThat(ran).containsExactly(0f);
    }

    @Test
    void refusesAtOnceWhatComesLate() {
        CompletableFuture<NamedTensors> late = slow.submit(request(1, in(0)));
        loop.runAll();
        assertThat(kind(late)).isEqualTo(ErrorKind.QUEUE_TIMEOUT);
        assertThat(ran).isEmpty();
    }

    @Test
    void forgetsTheAlarmOfAnAnsweredRequest() {
        gate.countDown();
        CompletableFuture<NamedTensors> _ = slow.submit(request(1, in(10)));
        slow.close();
        untilAnswered();
        assertThat(timer.pending()).isEqualTo(1);
        loop.runAll();
        assertThat(timer.pending()).isZero();
    }

    @Test
    void closesWhenEverythingHasRun() throws InterruptedException {
        occupyTheLane();
        CompletableFuture<NamedTensors> queued = slow.submit(request(1, Deadline.NEVER));
        Thread closing = Thread.ofPlatform().start(slow::close);
        while (closing.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(ran).containsExactly(0f);
        gate.countDown();
        closing.join();
        assertThat(ran).containsExactly(0f, 1f);
        untilAnswered();
        loop.runAll();
        assertThat(queued).isCompleted();
        CompletableFuture<NamedTensors> tooLate = slow.submit(request(2, Deadline.NEVER));
        loop.runAll();
        assertThat(kind(tooLate)).isEqualTo(ErrorKind.NOT_READY);
    }

    @Test
    void answersAndClosesThoughTheEventLoopHasEnded() {
        gate.countDown();
        CompletableFuture<NamedTensors> orphan = slow.submit(request(1, Deadline.NEVER, task -> {
            throw new RejectedExecutionException("the loop has ended");
        }));
        slow.close();
        assertThat(orphan.join()).isNotNull();
    }

    @Test
    void letsTwoModelsAlternate() throws InterruptedException {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch both = new CountDownLatch(1);
        Batcher a = named("a", order, both);
        Batcher b = named("b", order, both);
        for (int i = 0; i < 3; i++) {
            CompletableFuture<NamedTensors> _ = a.submit(request(i, Deadline.NEVER));
        }
        for (int i = 0; i < 3; i++) {
            CompletableFuture<NamedTensors> _ = b.submit(request(i, Deadline.NEVER));
        }
        both.countDown();
        a.close();
        b.close();
        assertThat(order).containsExactly("a", "b", "a", "b", "a", "b");
    }

    @Test
    void mergesOnTheLaneWhatCameWhileItWasBusy() throws InterruptedException {
        Batcher merging = merging(Duration.ZERO);
        CompletableFuture<NamedTensors> _ = merging.submit(request(0, Deadline.NEVER));
        entered.await();
        List<CompletableFuture<NamedTensors>> later = new ArrayList<>();
        for (int i = 1; i < 4; i++) {
            later.add(merging.submit(request(i, Deadline.NEVER)));
        }
        gate.countDown();
        merging.close();
        assertThat(reports).extracting(BatchReport::requests).containsExactly(1, 3);
        assertThat(reports.getLast().closed()).isEqualTo(BatchReport.Closed.LANE_FREE);
        loop.runAll();
        assertThat(FakeEngine.output(later.get(2).join())).containsExactly(3);
    }

    @Test
    void waitsForABatchToFillWhereThatIsAskedFor() {
        gate.countDown();
        Batcher patient = merging(Duration.ofMillis(10));
        CompletableFuture<NamedTensors> _ = patient.submit(request(1, Deadline.NEVER));
        CompletableFuture<NamedTensors> _ = patient.submit(request(2, Deadline.NEVER));
        assertThat(patient.waiting()).isEqualTo(2);
        clock.advance(Duration.ofMillis(10));
        timer.runDue();
        patient.close();
        assertThat(reports).extracting(BatchReport::closed).containsExactly(BatchReport.Closed.DELAY_ENDED);
        assertThat(reports.getFirst().requests()).isEqualTo(2);
    }

    @Test
    void doesNotWaitOnceTheBatchIsFull() {
        gate.countDown();
        Batcher patient = merging(Duration.ofHours(1));
        for (int i = 0; i < 4; i++) {
            CompletableFuture<NamedTensors> _ = patient.submit(request(i, Deadline.NEVER));
        }
        untilAnswered();
        patient.close();
        assertThat(reports).extracting(BatchReport::closed).containsExactly(BatchReport.Closed.FULL);
    }

    @Test
    void runsWhatWaitsForABatchWhenItCloses() {
        gate.countDown();
        Batcher patient = merging(Duration.ofHours(1));
        CompletableFuture<NamedTensors> waiting = patient.submit(request(1, Deadline.NEVER));
        patient.close();
        untilAnswered();
        loop.runAll();
        assertThat(waiting).isCompleted();
    }

    @Test
    void refusesMoreRowsThanAreConfigured() {
        Batcher small = merging(Duration.ZERO);
        CompletableFuture<NamedTensors> large = small.submit(new InferenceRequest(
                FakeEngine.SIGNATURE, FakeEngine.input(new float[5]), Set.of(), Deadline.NEVER, Runnable::run));
        assertThat(kind(large)).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(large.exceptionNow()).hasMessageContaining("5 rows: expected at most 4");
        small.close();
    }

    private Batcher merging(Duration delay) {
        return new Batcher(
                "m/1",
                (_, inputs, _, _) -> {
                    entered.countDown();
                    await(gate);
                    return NamedTensors.of("y", FakeEngine.tensor(FakeEngine.values(inputs, "x")));
                },
                new BatchingPolicy(
                        100, Duration.ZERO, new Merging(4, false, delay, List.of(), 1, 4, false, false, true)),
                new BatchThreads(lanes, timer, _ -> {}, new RunWatch(System::nanoTime, Duration.ofMinutes(1))),
                RunClock.of(clock),
                reports::add);
    }

    private Batcher named(String name, List<String> order, CountDownLatch start) {
        return new Batcher(
                "m/1",
                (_, inputs, _, _) -> {
                    await(start);
                    order.add(name);
                    return inputs;
                },
                new BatchingPolicy(10, Duration.ZERO, Merging.OFF),
                new BatchThreads(lanes, timer, _ -> {}, new RunWatch(System::nanoTime, Duration.ofMinutes(1))),
                RunClock.of(clock),
                BatchListener.NONE);
    }

    private Batcher batcher(int bound, Duration inlineBudget) {
        return new Batcher(
                "m/1",
                (_, inputs, _, _) -> {
                    ranOn.add(Thread.currentThread());
                    ran.add(FakeEngine.values(inputs, "x")[0]);
                    entered.countDown();
                    await(gate);
                    return NamedTensors.of("y", FakeEngine.tensor(FakeEngine.values(inputs, "x")));
                },
                new BatchingPolicy(bound, inlineBudget, Merging.OFF),
                new BatchThreads(lanes, timer, _ -> {}, new RunWatch(System::nanoTime, Duration.ofMinutes(1))),
                RunClock.of(clock),
                BatchListener.NONE);
    }

    private void occupyTheLane() throws InterruptedException {
        CompletableFuture<NamedTensors> _ = slow.submit(request(0, Deadline.NEVER));
        entered.await();
    }

    /// The lane posts its answer just after it has counted down.
    private void untilAnswered() {
        while (loop.waiting() == 0) {
            Thread.onSpinWait();
        }
    }

    private Deadline in(long millis) {
        return Deadline.after(clock.getAsLong(), Duration.ofMillis(millis));
    }

    private InferenceRequest request(float x, Deadline deadline) {
        return request(x, deadline, loop);
    }

    private static InferenceRequest request(float x, Deadline deadline, Executor caller) {
        return new InferenceRequest(FakeEngine.SIGNATURE, FakeEngine.input(x), Set.of(), deadline, caller);
    }

    private static ErrorKind kind(CompletableFuture<NamedTensors> result) {
        assertThat(result).isCompletedExceptionally();
        return ((ServingException) result.exceptionNow()).kind();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
