package io.kaon.batch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The process's lanes: the few platform threads that make native calls on behalf of the event loops.
///
/// Fair between models: work waits in the models' own queues, and what waits here is turns. A lane takes the first
/// turn, does one run of that model and puts the turn back at the end if the model has more.
///
/// ## Why one lane is kept for short runs
///
/// A run is not interrupted for another. Were all lanes alike, two calls of a model that takes a second would make
/// all other models wait for a second, although the processors could be shared. So there is one thread more than there
/// are lanes, the express lane. It takes only runs that are expected to be short, when all other lanes are busy;
/// the system divides the processors meanwhile. A single model gets no more threads by it: it holds at most as many
/// turns as there are ordinary lanes.
///
/// ## Why there are relief lanes
///
/// A model whose runs do not end takes all lanes until its callers' deadlines, and runs of other models that are
/// not short would wait as long. So when a turn has waited for [#STUCK], and each lane has been at the same run
/// for that long, one more lane is started. It ends when it finds nothing to do.
///
/// A turn is handed to a lane that is idle under the lock, so none is given away twice or waits beside an idle lane.
public final class Lanes implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Lanes.class);

    /// One run of one model.
    interface Turn {
        /// Whether the run is expected to be so short that the express lane may make it.
        boolean isShort();

        /// @param express whether the run must be a short one
        /// @return whether there is more to run
        boolean take(boolean express);
    }

    /// A lane that has been at one run for so long is not waited for.
    static final Duration STUCK = Duration.ofMillis(500);

    /// How lanes are added when the others are stuck.
    ///
    /// @param most at the same time
    /// @param timer for short tasks
    /// @param clock nanoseconds
    public record Relief(int most, ScheduledExecutorService timer, LongSupplier clock) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private final Deque<Lane> idle = new ArrayDeque<>();
    private final Deque<Lane> idleExpress = new ArrayDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Lane> ordinary = new ArrayList<>();
    private final int count;
    private final ThreadFactory platformThreads;
    private final @Nullable Relief relief;
    private boolean reliefPlanned;
    private boolean stopping;

    /// No express lane, and no relief.
    public Lanes(int count, ThreadFactory platformThreads) {
        this(count, platformThreads, 0, platformThreads, null);
    }

    /// @param count threads for runs of any length, at least one
    /// @param express threads more, for short runs
    /// @param relief null for none
    public Lanes(
            int count,
            ThreadFactory platformThreads,
            int express,
            ThreadFactory expressThreads,
            @Nullable Relief relief) {
        if (count < 1 || express < 0) {
            throw new IllegalArgumentException(count + " lanes and " + express + " express lanes");
        }
        this.count = count;
        this.platformThreads = platformThreads;
        this.relief = relief;
        for (int i = 0; i < count; i++) {
            Lane lane = new Lane(false, false);
            ordinary.add(lane);
            threads.add(platformThreads.newThread(lane));
        }
        for (int i = 0; i < express; i++) {
            threads.add(expressThreads.newThread(new Lane(true, false)));
        }
        threads.forEach(Thread::start);
    }

    /// Lanes for runs of any length.
    int count() {
        return count;
    }

    /// Whether a lane for runs of any length has nothing to do.
    boolean isOneIdle() {
        lock.lock();
        try {
            return !idle.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    void add(Turn turn) {
        lock.lock();
        try {
            give(turn);
        } finally {
            lock.unlock();
        }
    }

    /// Under the lock.
    private void give(Turn turn) {
        Lane lane = idle.pollFirst();
        if (lane == null && !idleExpress.isEmpty() && turn.isShort()) {
            lane = idleExpress.pollFirst();
        }
        if (lane == null) {
            waiting.addLast(turn);
            planRelief();
        } else {
            lane.given = turn;
            lane.wakeUp.signal();
        }
    }

    /// Under the lock, with a turn that waits.
    private void planRelief() {
        if (relief != null && !reliefPlanned && !stopping) {
            reliefPlanned = true;
            ScheduledFuture<?> _ =
                    relief.timer().schedule(() -> relieve(relief), STUCK.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void relieve(Relief how) {
        lock.lock();
        try {
            reliefPlanned = false;
            if (stopping || waiting.isEmpty()) {
                return;
            }
            long now = how.clock().getAsLong();
            if (ordinary.size() < count + how.most() && ordinary.stream().allMatch(lane -> lane.isStuck(now))) {
                Lane lane = new Lane(false, true);
                ordinary.add(lane);
                Thread thread = platformThreads.newThread(lane);
                threads.removeIf(ended -> !ended.isAlive());
                threads.add(thread);
                thread.start();
            }
            planRelief();
        } finally {
            lock.unlock();
        }
    }

    private final class Lane implements Runnable {
        private final boolean express;
        private final boolean isRelief;
        private volatile boolean isRunning;
        private volatile long since;
        private final Condition wakeUp = lock.newCondition();
        private @Nullable Turn given;

        private Lane(boolean express, boolean isRelief) {
            this.express = express;
            this.isRelief = isRelief;
        }

        private boolean isStuck(long now) {
            return isRunning && now - since >= STUCK.toNanos();
        }

        @Override
        public void run() {
            Turn turn = next(null);
            while (turn != null) {
                turn = next(hasMore(turn) ? turn : null);
            }
        }

        private boolean hasMore(Turn turn) {
            try {
                if (relief != null) {
                    since = relief.clock().getAsLong();
                    isRunning = true;
                }
                return turn.take(express);
            } catch (RuntimeException | Error bug) {
                // The turn itself answers its requests; what comes here is a bug, and must not cost the process a lane.
                LOG.error("a lane met an unexpected failure", bug);
                return true;
            } finally {
                isRunning = false;
            }
        }

        /// @param kept the turn that this lane had, if its model has more to run
        /// @return null when the lanes stop
        private @Nullable Turn next(@Nullable Turn kept) {
            lock.lock();
            try {
                Turn next = firstWaiting();
                if (kept != null) {
                    if (next == null && isForMe(kept)) {
                        return kept;
                    }
                    give(kept);
                }
                return next != null || stopping ? next : untilGiven();
            } finally {
                lock.unlock();
            }
        }

        private @Nullable Turn firstWaiting() {
            for (Iterator<Turn> turns = waiting.iterator(); turns.hasNext(); ) {
                Turn turn = turns.next();
                if (isForMe(turn)) {
                    turns.remove();
                    return turn;
                }
            }
            return null;
        }

        private boolean isForMe(Turn turn) {
            return !express || turn.isShort();
        }

        /// @return null when this lane is to end
        private @Nullable Turn untilGiven() {
            if (isRelief) {
                ordinary.remove(this);
                return null;
            }
            (express ? idleExpress : idle).addFirst(this);
            while (given == null && !stopping) {
                wakeUp.awaitUninterruptibly();
            }
            Turn turn = given;
            given = null;
            return turn;
        }
    }

    /// Ends the lanes and waits until they have ended. Once every batcher has been closed: requests that still wait
    /// then are never answered.
    @Override
    public void close() {
        lock.lock();
        try {
            stopping = true;
            idle.forEach(lane -> lane.wakeUp.signal());
            idleExpress.forEach(lane -> lane.wakeUp.signal());
        } finally {
            lock.unlock();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
