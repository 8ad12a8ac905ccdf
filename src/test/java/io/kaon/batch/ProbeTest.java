package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class ProbeTest {
    private final ManualClock clock = new ManualClock();
    private final List<Integer> batches = new ArrayList<>();
    private Duration perRow = Duration.ofNanos(1000);

    @Test
    void findsRowsThatDoNotTouchEachOtherAlikeUpToTheLargestBatch() {
        assertThat(outcome(x -> {
                    float[] y = x.clone();
                    for (int i = 0; i < y.length; i++) {
                        y[i] = 2 * y[i] + 1;
                    }
                    return y;
                }))
                .isEqualTo(new Probe.Alike(256));
    }

    @Test
    void asksAModelThatTakesLongForAFewRowsOnly() {
        perRow = Duration.ofMillis(100);
        assertThat(outcome(float[]::clone)).isEqualTo(new Probe.Alike(3));
        assertThat(batches.stream().mapToInt(Integer::intValue).sum()).isEqualTo(10);
    }

    @Test
    void findsOutThatRowsAreCentredOverAll() {
        assertThat(outcome(x -> {
                    float sum = 0;
                    for (float value : x) {
                        sum += value;
                    }
                    float[] y = x.clone();
                    for (int i = 0; i < y.length; i++) {
                        y[i] -= sum / y.length;
                    }
                    return y;
                }))
                .isInstanceOf(Probe.Differs.class);
    }

    @Test
    void findsOutThatRowsAreReordered() {
        assertThat(outcome(x -> {
                    float[] y = new float[x.length];
                    for (int i = 0; i < y.length; i++) {
                        y[i] = x[x.length - 1 - i];
                    }
                    return y;
                }))
                .isInstanceOf(Probe.Differs.class);
    }

    @Test
    void findsOutThatManyRowsAreAnsweredInAnotherWay() {
        assertThat(outcome(x -> {
                    float[] y = x.clone();
                    y[0] += y.length > 100 ? 1000 : 0;
                    return y;
                }))
                .isInstanceOf(Probe.Differs.class);
    }

    @Test
    void findsOutThatRowsAreRefusedOnlyTogether() {
        assertThat(outcome(x -> {
                    if (x.length > 1) {
                        throw new ServingException(ErrorKind.INVALID_REQUEST, "one row only");
                    }
                    return x;
                }))
                .isEqualTo(new Probe.Differs("it refuses together what it takes alone: one row only"));
    }

    @Test
    void findsOutThatRowsAreLost() {
        assertThat(outcome(x -> new float[] {x[0]})).isInstanceOf(Probe.Differs.class);
    }

    @Test
    void cannotTellWhereTheRowsAreRefused() {
        assertThat(outcome(_ -> {
                    throw new ServingException(ErrorKind.INVALID_REQUEST, "not these");
                }))
                .isEqualTo(new Probe.Undecided("it refuses rows that are made up for it: not these"));
    }

    @Test
    void cannotTellWhereAnswersDifferEachTime() {
        AtomicInteger calls = new AtomicInteger();
        assertThat(outcome(x -> {
                    float[] y = x.clone();
                    y[0] = calls.incrementAndGet();
                    return y;
                }))
                .isInstanceOf(Probe.Undecided.class);
    }

    @Test
    void cannotTellFromNaNs() {
        assertThat(outcome(x -> {
                    float[] y = x.clone();
                    Arrays.fill(y, Float.NaN);
                    return y;
                }))
                .isInstanceOf(Probe.Undecided.class);
    }

    private Probe.Outcome outcome(UnaryOperator<float[]> model) {
        BatchRun run = (_, inputs, _, _) -> {
            float[] x = FakeEngine.values(inputs, "x");
            batches.add(x.length);
            clock.advance(perRow.multipliedBy(x.length));
            return NamedTensors.of("y", FakeEngine.tensor(model.apply(x)));
        };
        RunWatch watch = new RunWatch(clock, Duration.ofMinutes(1));
        return new Probe(run, FakeEngine.SIGNATURE, 256, clock, watch, () -> false).outcome();
    }
}
