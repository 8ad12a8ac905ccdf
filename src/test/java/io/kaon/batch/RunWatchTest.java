package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.batch.BatchReport.Closed;
import io.kaon.batch.BatchRunner.Place;
import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class RunWatchTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final ManualClock clock = new ManualClock();
    private final RunWatch watch = new RunWatch(clock, LIMIT);
    private Duration takes = Duration.ZERO;

    /// Ends when it is told to, or when `takes` has gone by; looks as the watch would meanwhile.
    private NamedTensors run(NamedTensors inputs, Cancellation cancellation) {
        boolean[] ended = {false};
        cancellation.arm(() -> ended[0] = true);
        try {
            for (long left = takes.toMillis(); left > 0; left--) {
                clock.advance(Duration.ofMillis(1));
                assertThat(watch.look()).isTrue();
                if (ended[0]) {
                    throw Cancellation.ended(null);
                }
            }
        } finally {
            cancellation.disarm();
        }
        return NamedTensors.of("y", FakeEngine.tensor(FakeEngine.values(inputs, "x")));
    }

    private final BatchRunner runner = new BatchRunner(
            "m/1",
            (_, inputs, _, cancellation) -> run(inputs, cancellation),
            Merging.DEFAULT.trusted(),
            RunClock.of(clock),
            BatchListener.NONE,
            new Audits(() -> false, new BackgroundRuns(_ -> {}), watch, clock),
            watch);

    @Test
    void endsARunInPlaceAndLeavesItsRequestsWithoutOutcome() {
        takes = Duration.ofHours(1);
        InferenceRequest request = request(1);
        assertThat(runner.run(List.of(request), Closed.ALONE, Place.LOOP)).containsExactly(request);
        assertThat(request.hasEnded()).isFalse();
        assertThat(runner.predict(1)).isGreaterThanOrEqualTo(RunWatch.IN_PLACE.toNanos());
    }

    @Test
    void endsABatchInPlaceAndLeavesAllItsRequests() {
        takes = Duration.ofHours(1);
        List<InferenceRequest> batch = List.of(request(1), request(2));
        assertThat(runner.run(batch, Closed.FULL, Place.LOOP)).isEqualTo(batch);
    }

    @Test
    void endsARunOnALaneAtTheLongestThatARunMayTake() {
        takes = Duration.ofHours(1);
        InferenceRequest request = request(1);
        assertThat(runner.run(List.of(request), Closed.ALONE, Place.LANE)).isEmpty();
        request.finish();
        assertThat(request.result().exceptionNow())
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("PT1M (kaon.run.timeout)");
        assertThat(((ServingException) request.result().exceptionNow()).kind()).isEqualTo(ErrorKind.DEADLINE_EXCEEDED);
    }

    @Test
    void endsARunWhoseLastCallerHasLeft() {
        takes = Duration.ofHours(1);
        InferenceRequest request = request(1);
        InferenceRequest other = request(2);
        assertThat(request.result().cancel(false)).isTrue();
        assertThat(other.result().cancel(false)).isTrue();
        long began = clock.getAsLong();
        assertThat(runner.run(List.of(request, other), Closed.FULL, Place.LANE)).isEmpty();
        assertThat(clock.getAsLong() - began).isLessThan(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void goesOnForTheCallerThatStays() {
        takes = Duration.ofSeconds(2);
        InferenceRequest left = request(1);
        InferenceRequest stays = request(2);
        assertThat(left.result().cancel(false)).isTrue();
        assertThat(runner.run(List.of(left, stays), Closed.FULL, Place.LANE)).isEmpty();
        stays.finish();
        assertThat(FakeEngine.output(stays.result().join())).containsExactly(2);
    }

    @Test
    void leavesARunAloneThatIsDone() {
        WatchedRun run = new WatchedRun(List.of(), clock.getAsLong(), 1);
        watch.begins(run);
        watch.ends();
        clock.advance(Duration.ofHours(1));
        assertThat(watch.look()).isFalse();
        assertThat(run.isEnded()).isFalse();
    }

    @Test
    void tellsCallersWhoseRunDoesNotEndWhenItIsToldTo() {
        InferenceRequest request = request(1);
        watch.begins(new WatchedRun(List.of(request), clock.getAsLong(), LIMIT.toNanos()));
        clock.advance(LIMIT);
        assertThat(watch.look()).isTrue();
        assertThat(request.result()).isNotDone();
        clock.advance(Duration.ofNanos(WatchedRun.GRACE_NANOS));
        assertThat(watch.look()).isTrue();
        assertThat(request.result()).isCompletedExceptionally();
        watch.ends();
    }

    @Test
    void wakesUpForARunThatComesWhenAllWasQuiet() throws InterruptedException {
        try (RunWatch looking =
                new RunWatch(System::nanoTime, LIMIT, Thread.ofPlatform().daemon()::unstarted)) {
            for (int run = 0; run < 3; run++) {
                CountDownLatch ended = new CountDownLatch(1);
                WatchedRun watched = new WatchedRun(List.of(), System.nanoTime(), 1);
                watched.cancellation().arm(ended::countDown);
                looking.begins(watched);
                assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
                looking.ends();
                while (!looking.standsStill()) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private static InferenceRequest request(float x) {
        Executor caller = Runnable::run;
        return new InferenceRequest(FakeEngine.SIGNATURE, FakeEngine.input(x), Set.of(), Deadline.NEVER, caller);
    }
}
