package io.kaon.batch;

import io.kaon.batch.BatchAssembler.Assembled;
import io.kaon.batch.BatchReport.Closed;
import io.kaon.batch.BatchRunner.Place;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// The requests of one model that wait for the process's [Lanes].
///
/// A request that comes asks for a turn on a lane, unless the model holds as many as it may. The lane whose
/// turn it is takes everything that runs together with the oldest request. So requests that arrive while all
/// lanes are busy form the next batch, and no request waits for the sake of a batch, unless a delay is
/// configured: then the turn is asked for when the batch is full or the oldest request has waited that long.
///
/// A run is counted in `running` until it has returned, whatever has become of its callers: [#close] waits until
/// nothing runs and nothing is queued. `lock` guards everything that changes; it is held for a few
/// instructions, never during a run.
final class LaneQueue {
    /// What the express lane takes: a client does not notice such a wait.
    private static final long SHORT_NANOS = 5_000_000;

    /// Inputs of fewer bytes may stay in the queue after their caller has left, until their turn comes.
    private static final long SMALL_INPUTS = 16 << 10;

    private static final Logger LOG = Logger.getLogger(LaneQueue.class);

    private final BatchRunner runner;
    private final Merging merging;
    private final Lanes lanes;
    private final LongSupplier clock;
    private final ScheduledExecutorService timer;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final BatchAssembler queue;
    private final Lanes.Turn turn = new NextBatch();
    private final int mostTurns;
    private int turnsOut;
    private int running;
    private boolean alarmSet;
    private boolean closed;
    /// Whether the oldest request's run will be short. Written under the lock; read by the lanes, under theirs.
    private volatile boolean isShort;
    /// Whether a request that comes now would be refused. Written under the lock, read by every request on
    /// its way in.
    private volatile boolean full;

    /// A turn on a lane: one batch.
    private final class NextBatch implements Lanes.Turn {
        @Override
        public boolean isShort() {
            return isShort;
        }

        @Override
        public boolean take(boolean express) {
            return runNext(express);
        }
    }

    LaneQueue(
            BatchRunner runner,
            BatchingPolicy policy,
            Lanes lanes,
            LongSupplier clock,
            ScheduledExecutorService timer) {
        this.runner = runner;
        this.merging = policy.merging();
        this.lanes = lanes;
        this.clock = clock;
        this.timer = timer;
        this.queue = new BatchAssembler(policy.queueBound(), runner::merges, runner.widens());
        this.mostTurns = Math.min(lanes.count(), merging.lanes());
    }

    void submit(InferenceRequest request, long now) {
        ServingException refusal = null;
        List<InferenceRequest> late;
        lock.lock();
        try {
            if (closed) {
                refusal = new ServingException(ErrorKind.NOT_READY, "the model is being unloaded");
            } else if (!queue.offer(request, now)) {
                refusal = queue.full();
            } else {
                askForTurn(now);
            }
            late = queue.takeExpired();
            full = queue.isFull();
        } finally {
            lock.unlock();
        }
        late.forEach(InferenceRequest::failLate);
        if (refusal == null) {
            watchDeadline(request, now);
            watchCaller(request);
        } else {
            request.fail(refusal);
        }
    }

    /// A request that comes now would be refused, so nothing of it needs to be looked at.
    ///
    /// @throws ServingException OVERLOADED
    void admit() {
        if (full) {
            throw queue.full();
        }
    }

    /// Under the lock, with something in the queue.
    private void askForTurn(long now) {
        if (turnsOut >= mostTurns) {
            return;
        }
        if (isReady(now)) {
            turnsOut++;
            isShort = oldestIsShort();
            lanes.add(turn);
        } else if (!alarmSet) {
            alarmSet = true;
            long left = queue.oldest().submitted() + merging.maxDelay().toNanos() - now;
            ScheduledFuture<?> _ = timer.schedule(this::delayEnded, left, TimeUnit.NANOSECONDS);
        }
    }

    private boolean oldestIsShort() {
        return runner.predict(queue.oldest().elements()) <= SHORT_NANOS;
    }

    private boolean isReady(long now) {
        return closed
                || merging.maxDelay().isZero()
                || now - queue.oldest().submitted() >= merging.maxDelay().toNanos()
                || queue.isFull(runner.mostRows());
    }

    private void delayEnded() {
        lock.lock();
        try {
            alarmSet = false;
            if (!queue.isEmpty()) {
                askForTurn(clock.getAsLong());
            }
        } finally {
            lock.unlock();
        }
    }

    /// The caller is told when its time is up, whether or not the run has ended by then.
    private void watchDeadline(InferenceRequest request, long now) {
        if (request.deadline().isNever()) {
            return;
        }
        ScheduledFuture<?> alarm =
                timer.schedule(() -> request.failLate(), request.deadline().remaining(now), TimeUnit.NANOSECONDS);
        CompletableFuture<?> _ = request.result().whenComplete((_, _) -> alarm.cancel(false));
    }

    /// What a request holds is counted until its caller has left. So it must not stay here for longer, behind a run
    /// that takes a minute.
    private void watchCaller(InferenceRequest request) {
        if (request.inputs().byteSize() > SMALL_INPUTS) {
            CompletableFuture<?> _ = request.result().whenComplete((_, _) -> {
                if (!request.hasBegun()) {
                    forget(request);
                }
            });
        }
    }

    private void forget(InferenceRequest request) {
        lock.lock();
        try {
            queue.remove(request);
            full = queue.isFull();
            if (queue.isEmpty() && running == 0) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /// @param express whether it must be a short run
    /// @return whether this model keeps the turn
    private boolean runNext(boolean express) {
        Assembled batch;
        List<InferenceRequest> late;
        lock.lock();
        try {
            if (express && !queue.isEmpty() && !oldestIsShort()) {
                isShort = false;
                return true;
            }
            batch = queue.next(
                    clock.getAsLong(), runner.mostRows(), elements -> !express || runner.allows(elements, SHORT_NANOS));
            running += batch.requests().isEmpty() ? 0 : 1;
            late = queue.takeExpired();
            full = queue.isFull();
        } finally {
            lock.unlock();
        }
        boolean hasRun = !batch.requests().isEmpty();
        try {
            late.forEach(InferenceRequest::failLate);
            if (hasRun) {
                List<InferenceRequest> _ = runner.run(batch.requests(), closedBy(batch), Place.LANE);
                finish(batch.requests());
            }
        } catch (RuntimeException | Error bug) {
            // The run is over all the same: a session that waits for it must not wait for ever.
            LOG.error("a lane could not tell the callers of a batch", bug);
        }
        return endTurn(hasRun);
    }

    private Closed closedBy(Assembled batch) {
        if (!runner.merges(batch.requests().getFirst())) {
            return Closed.ALONE;
        }
        if (batch.isFull()) {
            return Closed.FULL;
        }
        return merging.maxDelay().isZero() ? Closed.LANE_FREE : Closed.DELAY_ENDED;
    }

    /// Tells each event loop once of all its requests: waking a loop costs more than an answer.
    private static void finish(List<InferenceRequest> batch) {
        if (batch.size() == 1) {
            InferenceRequest only = batch.getFirst();
            InferenceRequest.onCaller(only.caller(), only::finish);
            return;
        }
        batch.stream()
                .collect(Collectors.groupingBy(InferenceRequest::caller))
                .forEach((caller, requests) ->
                        InferenceRequest.onCaller(caller, () -> requests.forEach(InferenceRequest::finish)));
    }

    private boolean endTurn(boolean ran) {
        lock.lock();
        try {
            if (ran) {
                running--;
            }
            long now = clock.getAsLong();
            if (!queue.isEmpty() && isReady(now)) {
                isShort = oldestIsShort();
                return true;
            }
            turnsOut--;
            if (!queue.isEmpty()) {
                askForTurn(now);
            } else if (running == 0) {
                idle.signalAll();
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Takes no more requests, lets those that are queued or running finish, and waits for them.
    void close() {
        lock.lock();
        try {
            closed = true;
            if (!queue.isEmpty()) {
                askForTurn(clock.getAsLong());
            }
            while (running > 0 || !queue.isEmpty()) {
                idle.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
