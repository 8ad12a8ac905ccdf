package io.kaon.batch;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Runs one model's requests, each in the place where it costs least, and together with others where that is
/// cheaper.
///
/// ## How it works
///
/// A run that is expected to take no longer than the inline budget happens in place, on the event loop of the
/// connection: handing it to another thread would cost more than the run. The loop's [LoopQueue] merges the
/// requests that arrive in one tick. The expectation comes from [RunCost], which warm-up feeds first and every
/// later run after it, so a model moves to the lanes by itself when it turns out slower, and back.
///
/// Every other request waits in the [LaneQueue] for a turn on one of the process's [Lanes], and is merged there
/// with what came meanwhile. Both queues are bounded; a full one refuses at once. How many rows are merged is
/// measured, too: see [BatchGain]. How a batch runs, and what becomes of one that fails, says [BatchRunner];
/// whether the requests for a signature are merged at all, [MergeProof].
///
/// ## Who waits for whom
///
/// [#close] waits for the lanes and for what runs in the background, and only then may the session be closed.
/// What a loop holds needs no count: its callers hold leases until they are answered, on the loop that runs them.
public final class Batcher implements AutoCloseable {
    private static final Duration UNTIL_PROBE = Duration.ofMillis(200);

    private final BatchingPolicy policy;
    private final LongSupplier clock;
    private final long inlineNanos;
    private final BatchRunner runner;
    private final InPlace inPlace;
    private final LaneQueue lanes;
    private final ScheduledExecutorService timer;
    private final BackgroundRuns background;
    private final Map<Executor, LoopQueue> loops = new ConcurrentHashMap<>();

    /// @param model name and version, for log lines
    /// @param listener is told of every batch
    public Batcher(
            String model,
            BatchRun run,
            BatchingPolicy policy,
            BatchThreads threads,
            RunClock clock,
            BatchListener listener) {
        this.policy = policy;
        this.timer = threads.timer();
        this.background = new BackgroundRuns(threads.background());
        this.clock = clock.now();
        // Who waits for a batch to fill cannot do so on an event loop.
        this.inlineNanos =
                policy.merging().maxDelay().isZero() ? policy.inlineBudget().toNanos() : -1;
        this.runner = new BatchRunner(
                model,
                run,
                policy.merging(),
                clock,
                listener,
                new Audits(threads.lanes()::isOneIdle, background, threads.watch(), clock.now()),
                threads.watch());
        this.inPlace = new InPlace(model);
        this.lanes = new LaneQueue(runner, policy, threads.lanes(), clock.now(), timer);
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
        } else if (request.rows() > policy.merging().requestRows()) {
            request.fail(new ServingException(
                    ErrorKind.INVALID_REQUEST,
                    "a batch of " + request.rows() + " rows: expected at most "
                            + policy.merging().requestRows()
                            + ", the largest that is configured or that the model declares"));
        } else if (runner.predict(request.elements()) <= inlineNanos
                && inPlace.allows(request.signature().traits().durationVaries(), now)) {
            loop(request.caller()).submit(request);
        } else {
            lanes.submit(request, now);
        }
        return request.result();
    }

    private LoopQueue loop(Executor caller) {
        LoopQueue queue = loops.get(caller);
        return queue != null
                ? queue
                : loops.computeIfAbsent(
                        caller,
                        loop -> new LoopQueue(runner, loop, clock, policy.queueBound(), inlineNanos, this::runOnLane));
    }

    /// On the event loop that has lost time with these requests.
    private void runOnLane(List<InferenceRequest> tookTooLong) {
        long now = clock.getAsLong();
        inPlace.forbid(now);
        tookTooLong.forEach(request -> lanes.submit(request, now));
    }

    /// Refuses at once what would be refused after all the work of reading it.
    ///
    /// @throws ServingException OVERLOADED when the queue for the lanes is full
    public void admit() {
        lanes.admit();
    }

    /// Runs the request on the calling thread, whatever it costs: warm-up, which teaches the expectation.
    public NamedTensors runMeasured(InferenceRequest request) {
        return runner.measured(request);
    }

    /// Lets the signatures show in the background that their rows do not touch each other. Soon, but not at once:
    /// who has just loaded a version wants its first answer.
    public void prove(Collection<ModelSignature> signatures) {
        for (ModelSignature signature : signatures) {
            MergeProof proof = runner.proof(signature);
            if (proof.isToBeProbed()) {
                ScheduledFuture<?> _ = timer.schedule(
                        () -> background.submit(() -> probe(signature, proof)),
                        UNTIL_PROBE.toNanos(),
                        TimeUnit.NANOSECONDS);
            }
        }
    }

    private void probe(ModelSignature signature, MergeProof proof) {
        try {
            proof.probed(runner.probe(signature, background::isClosed).outcome());
        } catch (RuntimeException | Error failure) {
            proof.probed(new Probe.Undecided("asking it failed: " + failure));
            throw failure;
        }
    }

    /// Whether the requests for the signature are merged, and why not.
    public MergeReport merging(ModelSignature signature) {
        return runner.proof(signature).report();
    }

    /// Requests that wait for a lane.
    public int waiting() {
        return lanes.waiting();
    }

    /// Takes no more requests for the lanes, lets those that are queued or running finish, and waits for them.
    @Override
    public void close() {
        lanes.close();
        background.close();
    }
}
