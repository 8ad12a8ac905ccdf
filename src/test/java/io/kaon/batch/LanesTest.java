package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.LeakInspector;
import io.kaon.testkit.ManualClock;
import io.kaon.testkit.ManualTimer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakInspector.class)
@Timeout(20)
final class LanesTest {
    private final ThreadFactory threads = Thread.ofPlatform().name("lane-", 0).factory();
    private final ManualClock clock = new ManualClock();
    private final ManualTimer timer = new ManualTimer(clock);
    private final Lanes lanes = new Lanes(1, threads, 1, threads, new Lanes.Relief(2, timer, clock));
    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void end() {
        gate.countDown();
        lanes.close();
    }

    @Test
    void runsShortTurnsBesideALongOne() throws InterruptedException {
        CountDownLatch longRuns = new CountDownLatch(1);
        lanes.add(turn(false, 1, () -> {
            longRuns.countDown();
            await(gate);
        }));
        longRuns.await();
        CountDownLatch shortRan = new CountDownLatch(3);
        lanes.add(turn(true, 3, shortRan::countDown));
        shortRan.await();
        assertThat(gate.getCount()).isEqualTo(1);
    }

    @Test
    void startsAnotherLaneWhenTheOthersAreStuckAndEndsItAfterwards() throws InterruptedException {
        CountDownLatch stuck = new CountDownLatch(1);
        lanes.add(turn(false, 1, () -> {
            stuck.countDown();
            await(gate);
        }));
        stuck.await();
        CountDownLatch relieved = new CountDownLatch(1);
        List<Thread> relief = Collections.synchronizedList(new ArrayList<>());
        lanes.add(turn(false, 1, () -> {
            relief.add(Thread.currentThread());
            relieved.countDown();
        }));
        timer.runDue();
        assertThat(relieved.getCount()).isEqualTo(1);
        clock.advance(Lanes.STUCK);
        timer.runDue();
        relieved.await();
        relief.getFirst().join();
        assertThat(gate.getCount()).isEqualTo(1);
    }

    @Test
    void startsNoMoreLanesThanItMay() throws InterruptedException {
        for (int model = 0; model < 3; model++) {
            CountDownLatch stuck = new CountDownLatch(1);
            lanes.add(turn(false, 1, () -> {
                stuck.countDown();
                await(gate);
            }));
            clock.advance(Lanes.STUCK);
            timer.runDue();
            stuck.await();
        }
        CountDownLatch fourth = new CountDownLatch(1);
        lanes.add(turn(false, 1, fourth::countDown));
        clock.advance(Lanes.STUCK.multipliedBy(2));
        timer.runDue();
        assertThat(fourth.getCount()).isEqualTo(1);
        gate.countDown();
        fourth.await();
    }

    @Test
    void keepsLongTurnsOffTheExpressLane() throws InterruptedException {
        CountDownLatch first = new CountDownLatch(1);
        lanes.add(turn(false, 1, () -> {
            first.countDown();
            await(gate);
            order.add("first");
        }));
        first.await();
        CountDownLatch second = new CountDownLatch(1);
        lanes.add(turn(false, 1, () -> {
            order.add("second");
            second.countDown();
        }));
        CountDownLatch shortRan = new CountDownLatch(1);
        lanes.add(turn(true, 1, shortRan::countDown));
        // The short one was behind the second long one, which still waits for the ordinary lane.
        shortRan.await();
        assertThat(order).isEmpty();
        gate.countDown();
        second.await();
        assertThat(order).containsExactly("first", "second");
    }

    @Test
    void givesATurnThatBecameLongToAnOrdinaryLane() throws InterruptedException {
        CountDownLatch first = new CountDownLatch(1);
        lanes.add(turn(false, 1, () -> {
            first.countDown();
            await(gate);
        }));
        first.await();
        List<Boolean> takenExpress = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        AtomicInteger tasks = new AtomicInteger();
        lanes.add(new Lanes.Turn() {
            @Override
            public boolean isShort() {
                return tasks.get() == 0;
            }

            @Override
            public boolean take(boolean express) {
                takenExpress.add(express);
                begun.countDown();
                if (tasks.incrementAndGet() == 1) {
                    return true;
                }
                done.countDown();
                return false;
            }
        });
        begun.await();
        gate.countDown();
        done.await();
        assertThat(takenExpress).containsExactly(true, false);
    }

    @Test
    void survivesATurnThatThrows() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        AtomicInteger tasks = new AtomicInteger();
        lanes.add(turn(false, 1, () -> {
            if (tasks.incrementAndGet() == 1) {
                throw new IllegalStateException("a bug");
            }
            ran.countDown();
        }));
        ran.await();
        assertThat(tasks).hasValue(2);
    }

    private static Lanes.Turn turn(boolean isShort, int runs, Runnable run) {
        AtomicInteger left = new AtomicInteger(runs);
        return new Lanes.Turn() {
            @Override
            public boolean isShort() {
                return isShort;
            }

            @Override
            public boolean take(boolean express) {
                assertThat(express && !isShort).isFalse();
                run.run();
                return left.decrementAndGet() > 0;
            }
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
