package io.kaon.lifecycle.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.InspectedModel;
import io.kaon.lifecycle.HandDriven;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.EngineOptions;
import io.kaon.lifecycle.declaration.ModelOptions;
import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelFiles;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.ManualClock;
import io.kaon.testkit.ManualTimer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SessionThreadsTest {
    private static final Path FILES = Path.of("model");

    private static final Duration BOUND = Duration.ofMinutes(1);

    private static final long SMALL = SessionThreads.MOST_FOR_TWO;
    private static final long LARGE = SMALL + 1;

    private final ManualClock clock = new ManualClock();
    private final ManualTimer timer = new ManualTimer(clock);
    private final SessionThreads threads = threads();

    /// Threads of each load of the version, in order.
    private final List<Integer> loads = new ArrayList<>();

    private final Set<EngineSession> open = new HashSet<>();
    private String device = EngineSession.CPU;
    private long memoryBytes = SMALL;
    private int mostOpen;
    private int runs;

    private static Duration light(int threads) {
        return Duration.ofMillis(1);
    }

    private static Duration sharingPays(int threads) {
        return Duration.ofMillis(threads == 1 ? 100 : 30);
    }

    private static Duration sharingGainsLittle(int threads) {
        return Duration.ofMillis(threads == 1 ? 100 : 50);
    }

    private static Duration tenTimesAsHeavy(int threads) {
        return sharingPays(threads).multipliedBy(10);
    }

    private static Duration refusesZeros(int threads) {
        throw new ServingException(ErrorKind.INVALID_REQUEST, "0 is out of range");
    }

    private SessionThreads threads() {
        return new SessionThreads(clock, timer);
    }

    private static EngineOptions most(int threads) {
        return new EngineOptions(null, EngineSettings.defaults(), threads);
    }

    @AfterEach
    void neverHadTwoSessionsOfALargeModel() {
        assertThat(mostOpen).isLessThanOrEqualTo(memoryBytes == LARGE ? 1 : 2);
    }

    @Test
    void loadsALightModelOnce() {
        assertThat(open(threads -> Duration.ofMillis(4))).isEqualTo("1 thread, any lanes");
        assertThat(loads).containsExactly(1);
        assertThat(runs).isEqualTo(1);
    }

    @Test
    void givesAHeavyModelAllProcessorsIfItsRunsGetShorter() {
        assertThat(open(SessionThreadsTest::sharingPays)).isEqualTo("4 threads, 1 lane");
        assertThat(loads).containsExactly(1, 4);
    }

    @Test
    void leavesAHeavyModelOneThreadIfMoreGainLittle() {
        assertThat(open(SessionThreadsTest::sharingGainsLittle)).isEqualTo("1 thread, any lanes");
        assertThat(loads).containsExactly(1, 4);
    }

    @Test
    void loadsAModelOnAnotherDeviceOnceAndRunsNothing() {
        device = "cuda:0";
        assertThat(open(SessionThreadsTest::sharingPays)).isEqualTo("1 thread, 1 lane");
        assertThat(loads).containsExactly(1);
        memoryBytes = LARGE;
        assertThat(open(SessionThreadsTest::sharingPays)).isEqualTo("4 threads, 1 lane");
        assertThat(loads).containsExactly(4);
        assertThat(runs).isZero();
    }

    @Test
    void loadsALargeModelOnceForAllProcessors() {
        memoryBytes = LARGE;
        for (IntFunction<Duration> kind : List.<IntFunction<Duration>>of(
                SessionThreadsTest::sharingPays, SessionThreadsTest::sharingGainsLittle)) {
            assertThat(open(kind)).isEqualTo("4 threads, 1 lane");
            assertThat(loads).containsExactly(4);
        }
        assertThat(open(SessionThreadsTest::refusesZeros)).isEqualTo("4 threads, any lanes");
        assertThat(loads).containsExactly(4);
    }

    @Test
    void loadsALargeModelWithShortRunsAgainForOneThreadAndTheNextVersionOnce() {
        memoryBytes = LARGE;
        assertThat(open(SessionThreadsTest::light)).isEqualTo("1 thread, any lanes");
        assertThat(loads).containsExactly(4, 1);
        assertThat(open(SessionThreadsTest::light)).as("the next version").isEqualTo("1 thread, any lanes");
        assertThat(loads).containsExactly(1);
        assertThat(open(SessionThreadsTest::sharingPays)).as("a heavier one").isEqualTo("4 threads, 1 lane");
        assertThat(loads).containsExactly(1, 4);
        assertThat(mostOpen).isEqualTo(1);
    }

    @Test
    void loadsTheNextVersionAsItFoundBest() {
        assertThat(open(SessionThreadsTest::sharingPays)).isEqualTo("4 threads, 1 lane");
        assertThat(open(asked -> sharingPays(asked).multipliedBy(2))).isEqualTo("4 threads, 1 lane");
        assertThat(loads).containsExactly(4);
    }

    @Test
    void looksAgainWhenTheNextVersionIsOfAnotherKind() {
        assertThat(open(SessionThreadsTest::sharingPays)).isEqualTo("4 threads, 1 lane");
        assertThat(open(SessionThreadsTest::light)).isEqualTo("1 thread, any lanes");
        assertThat(loads).containsExactly(4, 1);
        assertThat(open(SessionThreadsTest::light)).isEqualTo("1 thread, any lanes");
        assertThat(loads).containsExactly(1);
    }

    @Test
    void keepsTheFirstSessionIfItIsStillTheBetterOne() {
        assertThat(open(SessionThreadsTest::sharingPays)).isEqualTo("4 threads, 1 lane");
        assertThat(open(SessionThreadsTest::tenTimesAsHeavy)).isEqualTo("4 threads, 1 lane");
        assertThat(loads).containsExactly(4, 1);
    }

    @Test
    void remembersUntilItIsToldToForget() {
        assertThat(open(SessionThreadsTest::sharingPays)).isEqualTo("4 threads, 1 lane");
        threads.forget("m");
        assertThat(open(SessionThreadsTest::sharingPays)).isEqualTo("4 threads, 1 lane");
        assertThat(loads).containsExactly(1, 4);
    }

    @Test
    void doesNotQuestionWhatTheOperatorSays() {
        assertThat(open(EngineOptions.defaults().withThreads(3), SessionThreadsTest::sharingPays))
                .isEqualTo("3 threads, any lanes");
        assertThat(runs).isZero();
        assertThat(open(EngineOptions.defaults(), SessionThreadsTest::sharingPays))
                .isEqualTo("1 thread, any lanes");
        assertThat(loads).containsExactly(1);
        assertThat(runs).isZero();
    }

    @Test
    void doesNotRunAVeryHeavyModelOften() {
        assertThat(open(asked -> Duration.ofSeconds(4).dividedBy(asked))).isEqualTo("4 threads, 1 lane");
        assertThat(runs).isEqualTo(4);
    }

    @Test
    void leavesAModelAloneThatRefusesZeros() {
        assertThat(open(SessionThreadsTest::refusesZeros)).isEqualTo("1 thread, any lanes");
        assertThat(loads).containsExactly(1);
    }

    @Test
    void loadsAVersionThatRefusesZerosAsTheOneBefore() {
        assertThat(open(SessionThreadsTest::sharingPays)).isEqualTo("4 threads, 1 lane");
        assertThat(open(SessionThreadsTest::refusesZeros)).isEqualTo("4 threads, 1 lane");
        assertThat(loads).containsExactly(4);
    }

    @Test
    void loadsAtMostTwiceWhateverTheVersionsShow() {
        List<IntFunction<Duration>> kinds = List.of(
                SessionThreadsTest::light,
                SessionThreadsTest::sharingPays,
                SessionThreadsTest::sharingGainsLittle,
                SessionThreadsTest::tenTimesAsHeavy,
                SessionThreadsTest::refusesZeros);
        for (IntFunction<Duration> first : kinds) {
            for (IntFunction<Duration> second : kinds) {
                for (IntFunction<Duration> third : kinds) {
                    List<IntFunction<Duration>> versions = List.of(first, second, third);
                    SessionThreads fresh = threads();
                    versions.forEach(version -> open(fresh, version));
                    memoryBytes = LARGE;
                    mostOpen = 0;
                    SessionThreads another = threads();
                    versions.forEach(version -> open(another, version));
                    assertThat(mostOpen).isEqualTo(1);
                    memoryBytes = SMALL;
                }
            }
        }
    }

    @Test
    void closesTheSessionWhenSomethingBreaks() {
        assertThatThrownBy(() -> open(asked -> {
                    throw new OutOfMemoryError("not enough");
                }))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(open).isEmpty();
    }

    @Test
    void closesBothSessionsWhenSomethingBreaksInTheSecond() {
        assertThatThrownBy(() -> open(asked -> {
                    if (asked > 1) {
                        throw new OutOfMemoryError("not enough");
                    }
                    return Duration.ofMillis(100);
                }))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(loads).containsExactly(1, 4);
        assertThat(open).isEmpty();
    }

    @Test
    void keepsTheFirstSessionWhenThereIsNoRoomForTheSecond() {
        assertThat(openWithRoomForOneThread(SessionThreadsTest::sharingPays)).isEqualTo("1 thread, any lanes");
        assertThat(loads).containsExactly(1, 4);
    }

    @Test
    void failsWhenALargeModelCannotBeLoaded() {
        memoryBytes = LARGE;
        assertThatThrownBy(() -> openWithRoomForOneThread(SessionThreadsTest::sharingPays))
                .hasMessage("no room");
        assertThat(open).isEmpty();
    }

    private String open(IntFunction<Duration> cost) {
        return open(threads, cost);
    }

    private String open(EngineOptions options, IntFunction<Duration> cost) {
        return open(threads, options, cost, 4);
    }

    private String open(SessionThreads threads, IntFunction<Duration> cost) {
        return open(threads, most(4), cost, 4);
    }

    private String openWithRoomForOneThread(IntFunction<Duration> cost) {
        return open(threads, most(4), cost, 1);
    }

    /// Opens the next version, of which the one before is closed.
    private String open(SessionThreads threads, EngineOptions options, IntFunction<Duration> cost, int room) {
        loads.clear();
        open.clear();
        SessionThreads.Opened opened = threads.open(
                new FakeThreads(),
                new FakeModel(cost, room),
                DesiredModel.of("m", HandDriven.ROOT)
                        .withOptions(ModelOptions.defaults().withEngine(options).withWarmUp(BOUND)),
                FILES);
        assertThat(loads).hasSizeBetween(1, 2);
        assertThat(open).containsExactly(opened.session());
        assertThat(opened.session())
                .isInstanceOfSatisfying(
                        FakeSession.class,
                        session -> assertThat(session.threads).isEqualTo(opened.threads()));
        return (opened.threads() == 1 ? "1 thread, " : opened.threads() + " threads, ")
                + (opened.lanes() == 1 ? "1 lane" : "any lanes");
    }

    private static final class FakeThreads implements Engine {
        @Override
        public String name() {
            return "fake";
        }

        @Override
        public ModelFiles modelFiles() {
            return ModelFiles.of(FakeEngine.FILE);
        }

        @Override
        public boolean hasThreadsPerSession() {
            return true;
        }

        @Override
        public InspectedModel inspect(Path directory) {
            throw new AssertionError("inspected by who opens");
        }
    }

    private final class FakeModel implements InspectedModel {
        private final IntFunction<Duration> cost;
        private final int room;

        /// @param room threads with which it can be loaded
        private FakeModel(IntFunction<Duration> cost, int room) {
            this.cost = cost;
            this.room = room;
        }

        @Override
        public boolean keepsReading() {
            return false;
        }

        @Override
        public long memoryBytes() {
            return memoryBytes;
        }

        @Override
        public EngineSession load(Path directory, EngineSettings settings) {
            int asked = settings.intraOpThreads();
            loads.add(asked);
            if (asked > room) {
                throw new ServingException(ErrorKind.ENGINE_FAILED, "no room");
            }
            EngineSession session = new FakeSession(asked, () -> clock.advance(cost.apply(asked)));
            open.add(session);
            mostOpen = Math.max(mostOpen, open.size());
            return session;
        }
    }

    private final class FakeSession implements EngineSession {
        private final int threads;
        private final Runnable work;

        private FakeSession(int threads, Runnable work) {
            this.threads = threads;
            this.work = work;
        }

        @Override
        public Map<String, ModelSignature> signatures() {
            return Map.of(ModelSignature.DEFAULT_NAME, FakeEngine.SIGNATURE);
        }

        @Override
        public String device() {
            return device;
        }

        @Override
        public boolean isOnCaller() {
            return true;
        }

        @Override
        public NamedTensors run(
                ModelSignature signature, NamedTensors inputs, Set<String> wanted, Cancellation cancellation) {
            assertThat(open).as("closed before its run").contains(this);
            runs++;
            work.run();
            return inputs;
        }

        @Override
        public void close() {
            open.remove(this);
        }
    }
}
