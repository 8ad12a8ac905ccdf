package io.kaon.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import org.jboss.logging.Logger;

/// The process's lanes: the few platform threads that make native calls on behalf of the event loops.
///
/// Fair between models: work waits in the models' own queues, and what waits here is turns. A lane takes the first
/// turn, does one run of that model and puts the turn back at the end if the model has more.
public final class Lanes implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Lanes.class);

    /// One run of one model.
    @FunctionalInterface
    interface Turn {
        /// @return whether there is more to run
        boolean take();
    }

    /// The turn after which a lane ends.
    private enum Stop implements Turn {
        STOP;

        @Override
        public boolean take() {
            return false;
        }
    }

    private final BlockingQueue<Turn> turns = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();

    /// @param count threads, at least one
    public Lanes(int count, ThreadFactory platformThreads) {
        if (count < 1) {
            throw new IllegalArgumentException(count + " lanes");
        }
        for (int i = 0; i < count; i++) {
            Thread thread = platformThreads.newThread(this::drive);
            threads.add(thread);
            thread.start();
        }
    }

    int count() {
        return threads.size();
    }

    void add(Turn turn) {
        turns.add(turn);
    }

    private void drive() {
        try {
            while (true) {
                Turn turn = turns.take();
                if (turn instanceof Stop) {
                    return;
                }
                if (takesAnother(turn)) {
                    turns.add(turn);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean takesAnother(Turn turn) {
        try {
            return turn.take();
        } catch (RuntimeException | Error bug) {
            // The turn itself answers its requests; what comes here is a bug, and must not cost the process a lane.
            LOG.error("a lane met an unexpected failure", bug);
            return true;
        }
    }

    /// Ends the lanes and waits until they have ended. Once every batcher has been closed: requests that still wait
    /// then are never answered.
    @Override
    public void close() {
        for (Thread _ : threads) {
            turns.add(Stop.STOP);
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
