package io.kaon.lifecycle.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.lifecycle.HandDriven;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.IntraOp;
import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.ManualClock;
import io.kaon.testkit.ManualTimer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SessionThreadsTest {
    private static final Path FILES = Path.of("model");

    private static final Duration BOUND = Duration.ofMinutes(1);

    private final ManualClock clock = new ManualClock();
    private final ManualTimer timer = new ManualTimer(clock);

    /// Threads of each load, in order.
    private final List<Integer> loads = new ArrayList<>();

    private int open;
    private int mostOpen;
    private int runs;

    @AfterEach
    void closesAllButTheLast() {
        assertThat(open).isLessThanOrEqualTo(1);
        assertThat(mostOpen).isLessThanOrEqualTo(1);
    }

    @Test
    void loadsALightModelOnce() {
        assertThat(open(new IntraOp(Map.of(), 4), threads -> Duration.ofMillis(4)))
                .isEqualTo(1);
        assertThat(loads).containsExactly(1);
        assertThat(runs).isEqualTo(1);
    }

    @Test
    void givesAHeavyModelAllProcessorsIfItsRunsGetShorter() {
        assertThat(open(new IntraOp(Map.of(), 4), threads -> Duration.ofMillis(threads == 1 ? 100 : 30)))
                .isEqualTo(4);
        assertThat(loads).containsExactly(1, 4);
    }

    @Test
    void leavesAHeavyModelOneThreadIfMoreGainLittle() {
        assertThat(open(new IntraOp(Map.of(), 4), threads -> Duration.ofMillis(threads == 1 ? 100 : 50)))
                .isEqualTo(1);
        assertThat(loads).containsExactly(1, 4, 1);
    }

    @Test
    void loadsTheNextVersionAsItFoundBest() {
        SessionThreads threads = new SessionThreads(new IntraOp(Map.of(), 4), BOUND, clock, timer);
        assertThat(open(threads, asked -> Duration.ofMillis(asked == 1 ? 100 : 30)))
                .isEqualTo(4);
        nextVersion();
        assertThat(open(threads, asked -> Duration.ofMillis(asked == 1 ? 200 : 60)))
                .isEqualTo(4);
        assertThat(loads).containsExactly(4);
    }

    @Test
    void looksAgainWhenTheNextVersionIsOfAnotherKind() {
        SessionThreads threads = new SessionThreads(new IntraOp(Map.of(), 4), BOUND, clock, timer);
        assertThat(open(threads, asked -> Duration.ofMillis(asked == 1 ? 100 : 30)))
                .isEqualTo(4);
        nextVersion();
        assertThat(open(threads, asked -> Duration.ofMillis(1))).isEqualTo(1);
        assertThat(loads).containsExactly(4, 1);
        nextVersion();
        assertThat(open(threads, asked -> Duration.ofMillis(1))).isEqualTo(1);
        assertThat(loads).containsExactly(1);
    }

    private void nextVersion() {
        loads.clear();
        open = 0;
    }

    @Test
    void doesNotQuestionWhatTheOperatorSays() {
        assertThat(open(new IntraOp(Map.of("m", 3), 4), threads -> Duration.ofMillis(100)))
                .isEqualTo(3);
        assertThat(runs).isZero();
        nextVersion();
        assertThat(open(IntraOp.asSet(), threads -> Duration.ofMillis(100))).isEqualTo(1);
        assertThat(loads).containsExactly(1);
        assertThat(runs).isZero();
    }

    @Test
    void doesNotRunAVeryHeavyModelOften() {
        assertThat(open(
                        new IntraOp(Map.of(), 2),
                        threads -> Duration.ofSeconds(4).dividedBy(threads)))
                .isEqualTo(2);
        assertThat(runs).isEqualTo(4);
    }

    @Test
    void leavesAModelAloneThatRefusesZeros() {
        assertThat(open(new IntraOp(Map.of(), 2), threads -> {
                    throw new ServingException(ErrorKind.INVALID_REQUEST, "0 is out of range");
                }))
                .isEqualTo(1);
        assertThat(loads).containsExactly(1);
    }

    @Test
    void closesTheSessionWhenSomethingBreaks() {
        assertThatThrownBy(() -> open(new IntraOp(Map.of(), 2), threads -> {
                    throw new OutOfMemoryError("not enough");
                }))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(open).isZero();
    }

    private int open(IntraOp intraOp, IntFunction<Duration> cost) {
        return open(new SessionThreads(intraOp, BOUND, clock, timer), cost);
    }

    private int open(SessionThreads threads, IntFunction<Duration> cost) {
        SessionThreads.Opened opened =
                threads.open(new FakeThreads(cost), DesiredModel.of("m", HandDriven.ROOT), FILES);
        assertThat(loads.getLast()).isEqualTo(opened.threads());
        boolean measured = runs > 0 && opened.threads() > 1;
        assertThat(opened.lanes()).as("batches at a time").isEqualTo(measured ? 1 : Integer.MAX_VALUE);
        return opened.threads();
    }

    private final class FakeThreads implements Engine {
        private final IntFunction<Duration> cost;

        private FakeThreads(IntFunction<Duration> cost) {
            this.cost = cost;
        }

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public List<String> modelFiles() {
            return List.of(FakeEngine.FILE);
        }

        @Override
        public boolean hasThreadsPerSession() {
            return true;
        }

        @Override
        public EngineSession load(Path directory, EngineSettings settings) {
            loads.add(settings.intraOpThreads());
            mostOpen = Math.max(mostOpen, ++open);
            return new FakeSession(() -> clock.advance(cost.apply(settings.intraOpThreads())));
        }
    }

    private final class FakeSession implements EngineSession {
        private final Runnable work;

        private FakeSession(Runnable work) {
            this.work = work;
        }

        @Override
        public Map<String, ModelSignature> signatures() {
            return Map.of(ModelSignature.DEFAULT_NAME, FakeEngine.SIGNATURE);
        }

        @Override
        public boolean isOnCaller() {
            return true;
        }

        @Override
        public NamedTensors run(
                ModelSignature signature, NamedTensors inputs, Set<String> wanted, Cancellation cancellation) {
            runs++;
            work.run();
            return inputs;
        }

        @Override
        public void close() {
            open--;
        }
    }
}
