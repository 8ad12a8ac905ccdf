package io.kaon.batch;

import io.kaon.batch.BatchReport.Closed;
import io.kaon.model.ModelSignature;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.NativeSlab;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Runs batches of one model on the calling thread, and learns from what they cost.
///
/// A batch that fails is run again, request by request: which of them is at fault, only that can tell, and the others
/// must not pay for it.
///
/// Which signatures are merged at all says their [MergeProof]. While it is young, a batch is confirmed: each of its
/// requests runs alone too, and is given that answer.
///
/// Safe for use by all threads; the inputs of a batch are gathered in memory of the thread that runs it.
final class BatchRunner {
    /// Belongs to the thread and not to the model: a thread runs one batch at a time, of whatever model.
    private static final ThreadLocal<NativeSlab> MEMORY = ThreadLocal.withInitial(NativeSlab::new);

    /// Where a run happens.
    enum Place {
        /// In place, on the event loop of a connection.
        LOOP,
        LANE
    }

    private final BatchRun run;
    private final Merging merging;
    private final LongSupplier clock;
    private final RunTimer timer;
    private final BatchListener listener;
    private final RunCost cost = new RunCost();
    private final BatchGain gain = new BatchGain();
    private final Audits audits;
    private final RunWatch watch;
    private final String model;
    /// By name of the signature.
    private final Map<String, MergeProof> proofs = new ConcurrentHashMap<>();

    /// @param model for log lines
    BatchRunner(
            String model,
            BatchRun run,
            Merging merging,
            RunClock clock,
            BatchListener listener,
            Audits audits,
            RunWatch watch) {
        this.model = model;
        this.run = run;
        this.audits = audits;
        this.watch = watch;
        this.merging = merging;
        this.clock = clock.now();
        this.timer = new RunTimer(clock, run.isOnCaller());
        this.listener = listener;
    }

    /// Expected nanoseconds of a run on so many elements.
    long predict(long elements) {
        return cost.predict(elements);
    }

    /// Whether a batch may have so many elements where it is to take no longer than that. Asked when there is such a
    /// batch: see [RunCost#allows].
    boolean allows(long elements, long mostNanos) {
        return cost.allows(elements, mostNanos);
    }

    /// Rows that a batch may have now.
    int mostRows() {
        return merging.tuned() ? Math.min(merging.maxRows(), gain.mostRows()) : merging.maxRows();
    }

    /// Whether the request may be run together with others.
    boolean merges(InferenceRequest request) {
        return request.rows() > 0
                && merging.isOn()
                && proof(request.signature()).merges();
    }

    MergeProof proof(ModelSignature signature) {
        MergeProof known = proofs.get(signature.name());
        return known != null
                ? known
                : proofs.computeIfAbsent(signature.name(), _ -> new MergeProof(model, signature, merging, listener));
    }

    /// What a probe is to ask of the signature.
    ///
    /// @param isUnloading whether it is to stop
    Probe probe(ModelSignature signature, BooleanSupplier isUnloading) {
        return new Probe(run, signature, merging.maxRows(), clock, watch, isUnloading);
    }

    /// Whether requests merge that [InputPadding] makes equally large.
    boolean widens() {
        return merging.widens();
    }

    /// Runs the requests as one and gives each its outcome; its caller does not hear of it yet. Throws nothing.
    ///
    /// @param batch at least one; several only if they merge
    /// @param place says how long a run may take
    /// @return those without an outcome, because they took too long in place
    List<InferenceRequest> run(List<InferenceRequest> batch, Closed closed, Place place) {
        List<InferenceRequest> moved = List.of();
        try {
            moved = inPlaceOf(place, batch, closed);
        } catch (RuntimeException | Error failure) {
            // Each of them has a caller, and this thread has others to serve.
            for (InferenceRequest request : batch) {
                if (!request.hasEnded()) {
                    request.ends(clock.getAsLong(), failure);
                }
            }
        }
        return moved;
    }

    private List<InferenceRequest> inPlaceOf(Place place, List<InferenceRequest> batch, Closed closed) {
        InferenceRequest first = batch.getFirst();
        int rows = 0;
        for (InferenceRequest request : batch) {
            rows += request.rows();
        }
        boolean merges = merges(first);
        int padding = merges ? merging.padding(rows) : 0;
        List<InferenceRequest> moved = new ArrayList<>(0);
        if (batch.size() == 1 && padding == 0) {
            boolean _ = runAlone(first, merges && merging.splits() && rows > merging.maxRows(), place, moved);
        } else {
            runTogether(batch, rows, padding, place, moved);
        }
        listener.ran(new BatchReport(closed, batch.size(), Math.max(1, rows), padding, first.queueNanos()));
        return moved;
    }

    /// @param moved takes the request if it took too long in place
    /// @return whether the run came to its own end
    private boolean runAlone(InferenceRequest request, boolean inParts, Place place, List<InferenceRequest> moved) {
        long now = clock.getAsLong();
        request.begins(now);
        WatchedRun watched = watched(Collections.singletonList(request), now, place);
        try {
            NamedTensors outputs = inParts ? inParts(request, watched) : measured(request, watched);
            request.ends(clock.getAsLong(), outputs);
        } catch (RuntimeException | Error failure) {
            long end = clock.getAsLong();
            if (!watched.isTimeUp(end)) {
                request.ends(end, request.deadline().hasPassed(end) ? request.late() : failure);
            } else if (place == Place.LOOP) {
                moved.add(request);
            } else {
                request.ends(end, watched.tooLong());
            }
        }
        return !watched.isEnded();
    }

    private WatchedRun watched(List<InferenceRequest> batch, long now, Place place) {
        return new WatchedRun(
                batch,
                now,
                switch (place) {
                    case LOOP -> RunWatch.IN_PLACE.toNanos();
                    case LANE -> watch.limitNanos();
                });
    }

    /// Runs the request as it is, under watch, and takes the time. Throws what the engine throws.
    NamedTensors measured(InferenceRequest request) {
        return measured(request, new WatchedRun(List.of(), clock.getAsLong(), watch.limitNanos()));
    }

    private NamedTensors measured(InferenceRequest request, WatchedRun watched) {
        return measured(request.signature(), request.inputs(), request.wanted(), Math.max(1, request.rows()), watched);
    }

    private NamedTensors measured(
            ModelSignature signature, NamedTensors inputs, Set<String> wanted, int rows, WatchedRun watched) {
        long elements = inputs.elements();
        long expected = cost.predict(elements);
        long processor = timer.processor(expected);
        long began = clock.getAsLong();
        NamedTensors outputs;
        try {
            outputs = watch.run(run, signature, inputs, wanted, watched);
        } finally {
            if (watched.isEnded()) {
                // It would have taken longer, so this says something only where it is more than was expected.
                long took = clock.getAsLong() - began;
                if (took > expected || expected == Long.MAX_VALUE) {
                    cost.record(elements, took);
                }
            }
        }
        long took = timer.took(expected, began, processor);
        cost.record(elements, took);
        gain.record(rows, elements, took);
        return outputs;
    }

    /// Gives every request its outcome, or to `moved`.
    private void runTogether(
            List<InferenceRequest> batch, int rows, int padding, Place place, List<InferenceRequest> moved) {
        InferenceRequest first = batch.getFirst();
        MergeProof proof = proof(first.signature());
        long now = clock.getAsLong();
        List<NamedTensors> parts = new ArrayList<>(batch.size());
        for (InferenceRequest request : batch) {
            request.begins(now);
            parts.add(request.inputs());
        }
        WatchedRun watched = watched(batch, now, place);
        NamedTensors outputs = null;
        try {
            outputs = gathered(first, merging.widens() ? InputPadding.widen(parts) : parts, rows, padding, watched);
            if (!Batch.hasRows(outputs, (long) rows + padding)) {
                proof.cannotBeDivided("it answers " + (rows + padding) + " rows with " + outputs);
                outputs = null;
            }
        } catch (RuntimeException | Error refused) {
            if (place == Place.LOOP && watched.isTimeUp(clock.getAsLong())) {
                moved.addAll(batch);
                return;
            }
            if (!watched.isEnded()) {
                proof.refusesTogether(String.valueOf(refused.getMessage()));
            }
        }
        if (outputs == null) {
            for (InferenceRequest request : batch) {
                if (!request.isAbandoned()) {
                    boolean _ = runAlone(request, false, place, moved);
                }
            }
        } else if (batch.size() > 1 && proof.isToBeConfirmed(rows)) {
            confirm(proof, batch, rows, outputs, place, moved);
        } else {
            divide(batch, outputs);
            if (batch.size() > 1 && !merging.widens() && proof.isAuditDue()) {
                audits.submit(proof, run, batch, outputs);
            }
        }
    }

    private void divide(List<InferenceRequest> batch, NamedTensors outputs) {
        long end = clock.getAsLong();
        long from = 0;
        for (InferenceRequest request : batch) {
            request.ends(end, Batch.slice(outputs, from, request.rows()));
            from += request.rows();
        }
    }

    /// Answers each request as it is answered alone, and compares.
    private void confirm(
            MergeProof proof,
            List<InferenceRequest> batch,
            int rows,
            NamedTensors outputs,
            Place place,
            List<InferenceRequest> moved) {
        long from = 0;
        String difference = null;
        for (InferenceRequest request : batch) {
            NamedTensors inCompany = Batch.slice(outputs, from, request.rows());
            from += request.rows();
            if (runAlone(request, false, place, moved) && difference == null) {
                difference = request.differenceTo(inCompany);
            }
        }
        if (!moved.isEmpty()) {
            return;
        }
        if (difference == null) {
            InferenceRequest first = batch.getFirst();
            proof.agrees(rows, batch.stream().anyMatch(request -> !request.asksTheSameAs(first)));
        } else {
            proof.differs(difference);
        }
    }

    private NamedTensors gathered(
            InferenceRequest first, List<NamedTensors> parts, int rows, int padding, WatchedRun watched) {
        long room = Batch.room(parts, padding);
        if (room <= NativeSlab.MAX_BYTES) {
            NamedTensors inputs = Batch.gather(parts, padding, MEMORY.get().atLeast(room));
            return measured(first.signature(), inputs, first.wanted(), rows + padding, watched);
        }
        try (Arena arena = Arena.ofConfined()) {
            NamedTensors inputs = Batch.gather(parts, padding, arena.allocate(room, NativeSlab.ALIGNMENT));
            return measured(first.signature(), inputs, first.wanted(), rows + padding, watched);
        }
    }

    /// Runs a request that has more rows than a batch may have, part by part.
    private NamedTensors inParts(InferenceRequest request, WatchedRun watched) {
        List<NamedTensors> answers = new ArrayList<>();
        for (int from = 0; from < request.rows(); from += merging.maxRows()) {
            int count = Math.min(merging.maxRows(), request.rows() - from);
            int padding = merging.padding(count);
            List<NamedTensors> part = Collections.singletonList(Batch.slice(request.inputs(), from, count));
            NamedTensors outputs = gathered(request, part, count, padding, watched);
            if (!Batch.hasRows(outputs, (long) count + padding)) {
                return measured(request, watched);
            }
            answers.add(Batch.slice(outputs, 0, count));
        }
        return Batch.gather(answers, 0, Arena.ofAuto().allocate(Batch.room(answers, 0), NativeSlab.ALIGNMENT));
    }
}
