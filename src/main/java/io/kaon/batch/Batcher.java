package io.kaon.batch;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Runs one model's requests, each in the place where it costs least.
///
/// ## How it works
///
/// A run that is expected to take no longer than the inline budget happens in place, on the thread that submits:
/// handing it to another thread would cost more than the run. The expectation comes from [RunCost], which warm-up feeds
/// first and every later run after it, so a model moves to the lanes by itself when it turns out slower, and back.
///
/// Every other request waits in the [BatchAssembler] for a turn on one of the process's [Lanes]. The queue is bounded;
/// a full one refuses at once. A model holds at most as many turns as there are lanes, so each lane that comes free
/// takes the next request, and models alternate.
///
/// ## Who waits for whom
///
/// A run on a lane is counted in `running` until it has returned, whatever has become of its caller: [#close] waits
/// until nothing runs and nothing is queued, and only then may the session be closed. A run in place needs no count,
/// because its caller holds a lease all the while.
///
/// `lock` guards the assembler, the turns and the count. It is held for a few instructions, never during a run.
public final class Batcher implements AutoCloseable {
    private final BatchRun run;
    private final Lanes lanes;
    private final LongSupplier clock;
    private final ScheduledExecutorService timer;
    private final long inlineNanos;
    private final RunCost cost = new RunCost();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final BatchAssembler assembler;
    private final Lanes.Turn turn = this::runNext;
    private int turnsOut;
    private int running;
    private boolean closed;

    /// @param clock nanoseconds, as [System#nanoTime()]
    /// @param timer tells callers on time that their deadline has passed; only short tasks are put on it. It must
    ///     forget what is cancelled at once, or each request's tensors stay until its deadline
    public Batcher(
            BatchRun run, BatchingPolicy policy, Lanes lanes, LongSupplier clock, ScheduledExecutorService timer) {
        this.run = run;
        this.lanes = lanes;
        this.clock = clock;
        this.timer = timer;
        this.inlineNanos = policy.inlineBudget().toNanos();
        this.assembler = new BatchAssembler(policy);
    }

    /// Runs the request now or later. Never blocks on other requests.
    ///
    /// @return completes on the request's caller; fails with OVERLOADED, QUEUE_TIMEOUT, DEADLINE_EXCEEDED, or what
    ///     the engine threw. Cancelling it withdraws the request
    public CompletableFuture<NamedTensors> submit(InferenceRequest request) {
        long now = clock.getAsLong();
        request.submittedAt(now);
        if (request.deadline().hasPassed(now)) {
            request.failLate();
        } else if (cost.predict(request.elements()) <= inlineNanos) {
            runInPlace(request);
        } else {
            enqueue(request, now);
        }
        return request.result();
    }

    /// Runs the request on the calling thread, whatever it costs: warm-up, which teaches the expectation.
    public NamedTensors runMeasured(InferenceRequest request) {
        NamedTensors outputs = request.run(run, clock);
        cost.record(request.elements(), request.runNanos());
        return outputs;
    }

    private void runInPlace(InferenceRequest request) {
        try {
            request.result().complete(runMeasured(request));
        } catch (RuntimeException | Error failure) {
            request.result().completeExceptionally(failure);
        }
    }

    private void enqueue(InferenceRequest request, long now) {
        ServingException refusal = null;
        List<InferenceRequest> late;
        lock.lock();
        try {
            if (closed) {
                refusal = new ServingException(ErrorKind.NOT_READY, "the model is being unloaded");
            } else if (!assembler.offer(request, now)) {
                refusal = new ServingException(
                        ErrorKind.OVERLOADED,
                        "the queue of this model is full: " + assembler.size() + " requests wait; try again later");
            } else if (turnsOut < lanes.count()) {
                turnsOut++;
                lanes.add(turn);
            }
            late = assembler.takeExpired();
        } finally {
            lock.unlock();
        }
        late.forEach(InferenceRequest::failLate);
        if (refusal == null) {
            watchDeadline(request, now);
        } else {
            request.fail(refusal);
        }
    }

    /// The caller is told when its time is up even if the run goes on: nobody waits longer than he said.
    private void watchDeadline(InferenceRequest request, long now) {
        if (request.deadline().isNever()) {
            return;
        }
        ScheduledFuture<?> alarm =
                timer.schedule(() -> request.failLate(), request.deadline().remaining(now), TimeUnit.NANOSECONDS);
        CompletableFuture<?> _ = request.result().whenComplete((_, _) -> alarm.cancel(false));
    }

    /// Requests that wait for a lane.
    public int waiting() {
        lock.lock();
        try {
            return assembler.size();
        } finally {
            lock.unlock();
        }
    }

    /// One turn on a lane: one run.
    ///
    /// @return whether this model keeps the turn
    private boolean runNext() {
        InferenceRequest request = take();
        if (request != null) {
            try {
                request.complete(runMeasured(request));
            } catch (RuntimeException | Error failure) {
                request.fail(failure);
            }
        }
        return endTurn(request != null);
    }

    private @Nullable InferenceRequest take() {
        InferenceRequest request;
        List<InferenceRequest> late;
        lock.lock();
        try {
            request = assembler.next(clock.getAsLong());
            if (request != null) {
                running++;
            }
            late = assembler.takeExpired();
        } finally {
            lock.unlock();
        }
        late.forEach(InferenceRequest::failLate);
        return request;
    }

    private boolean endTurn(boolean ran) {
        lock.lock();
        try {
            if (ran) {
                running--;
            }
            if (!assembler.isEmpty()) {
                return true;
            }
            turnsOut--;
            if (running == 0) {
                idle.signalAll();
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Takes no more requests for the lanes, lets those that are queued or running finish, and waits for them.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            while (running > 0 || !assembler.isEmpty()) {
                idle.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
