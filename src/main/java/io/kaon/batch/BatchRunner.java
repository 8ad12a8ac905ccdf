package io.kaon.batch;

import io.kaon.batch.BatchReport.Closed;
import io.kaon.model.Cancellation;
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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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

    private final BatchRun run;
    private final Merging merging;
    private final LongSupplier clock;
    private final RunTimer timer;
    private final BatchListener listener;
    private final RunCost cost = new RunCost();
    private final BatchGain gain = new BatchGain();
    private final Audits audits;
    private final String model;
    /// By name of the signature.
    private final Map<String, MergeProof> proofs = new ConcurrentHashMap<>();

    /// @param model for log lines
    BatchRunner(String model, BatchRun run, Merging merging, RunClock clock, BatchListener listener, Audits audits) {
        this.model = model;
        this.run = run;
        this.audits = audits;
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
    Probe probe(ModelSignature signature) {
        return new Probe(run, signature, merging.maxRows(), clock);
    }

    /// Whether requests merge that [Widening] makes equally large.
    boolean widens() {
        return merging.widens();
    }

    /// Runs the requests as one and gives each its outcome; nobody is told of it yet.
    ///
    /// @param batch at least one; several only if they merge
    void run(List<InferenceRequest> batch, Closed closed) {
        InferenceRequest first = batch.getFirst();
        int rows = 0;
        for (InferenceRequest request : batch) {
            rows += request.rows();
        }
        boolean merges = merges(first);
        int padding = merges ? merging.padding(rows) : 0;
        if (batch.size() == 1 && padding == 0) {
            runAlone(first, merges && merging.splits() && rows > merging.maxRows());
        } else if (!runTogether(batch, rows, padding)) {
            batch.forEach(request -> runAlone(request, false));
        }
        listener.ran(new BatchReport(closed, batch.size(), Math.max(1, rows), padding, first.queueNanos()));
    }

    private void runAlone(InferenceRequest request, boolean inParts) {
        request.begins(clock.getAsLong());
        try {
            NamedTensors outputs = inParts ? inParts(request) : measured(request);
            request.ends(clock.getAsLong(), outputs);
        } catch (RuntimeException | Error failure) {
            request.ends(clock.getAsLong(), failure);
        }
    }

    /// Runs the request as it is, and takes the time.
    NamedTensors measured(InferenceRequest request) {
        return measured(request.signature(), request.inputs(), request.wanted(), Math.max(1, request.rows()));
    }

    private NamedTensors measured(ModelSignature signature, NamedTensors inputs, Set<String> wanted, int rows) {
        long elements = inputs.elements();
        long expected = cost.predict(elements);
        long processor = timer.processor(expected);
        long began = clock.getAsLong();
        NamedTensors outputs = run.run(signature, inputs, wanted, Cancellation.NEVER);
        long took = timer.took(expected, began, processor);
        cost.record(elements, took);
        gain.record(rows, elements, took);
        return outputs;
    }

    /// @return whether every request has its outcome
    private boolean runTogether(List<InferenceRequest> batch, int rows, int padding) {
        InferenceRequest first = batch.getFirst();
        MergeProof proof = proof(first.signature());
        long now = clock.getAsLong();
        List<NamedTensors> parts = new ArrayList<>(batch.size());
        for (InferenceRequest request : batch) {
            request.begins(now);
            parts.add(request.inputs());
        }
        NamedTensors outputs;
        try {
            outputs = gathered(first, merging.widens() ? Widening.widen(parts) : parts, rows, padding);
        } catch (RuntimeException | Error refused) {
            proof.refusesTogether(String.valueOf(refused.getMessage()));
            return false;
        }
        long end = clock.getAsLong();
        if (!Batch.hasRows(outputs, (long) rows + padding)) {
            proof.cannotBeDivided("it answers " + (rows + padding) + " rows with " + outputs);
            return false;
        }
        boolean confirms = batch.size() > 1 && proof.isToBeConfirmed(rows);
        long from = 0;
        String difference = null;
        for (InferenceRequest request : batch) {
            NamedTensors answer = Batch.slice(outputs, from, request.rows());
            from += request.rows();
            if (confirms) {
                runAlone(request, false);
                difference = difference == null ? request.differenceTo(answer) : difference;
            } else {
                request.ends(end, answer);
            }
        }
        if (confirms) {
            judge(proof, batch, rows, difference);
        } else if (batch.size() > 1 && !merging.widens() && proof.isAuditDue()) {
            audits.submit(proof, run, batch, outputs);
        }
        return true;
    }

    private static void judge(MergeProof proof, List<InferenceRequest> batch, int rows, @Nullable String difference) {
        if (difference == null) {
            InferenceRequest first = batch.getFirst();
            proof.agrees(rows, batch.stream().anyMatch(request -> !request.asksTheSameAs(first)));
        } else {
            proof.differs(difference);
        }
    }

    private NamedTensors gathered(InferenceRequest first, List<NamedTensors> parts, int rows, int padding) {
        long room = Batch.room(parts, padding);
        if (room <= NativeSlab.MAX_BYTES) {
            NamedTensors inputs = Batch.gather(parts, padding, MEMORY.get().atLeast(room));
            return measured(first.signature(), inputs, first.wanted(), rows + padding);
        }
        try (Arena arena = Arena.ofConfined()) {
            NamedTensors inputs = Batch.gather(parts, padding, arena.allocate(room, NativeSlab.ALIGNMENT));
            return measured(first.signature(), inputs, first.wanted(), rows + padding);
        }
    }

    /// Runs a request that has more rows than a batch may have, part by part.
    private NamedTensors inParts(InferenceRequest request) {
        List<NamedTensors> answers = new ArrayList<>();
        for (int from = 0; from < request.rows(); from += merging.maxRows()) {
            int count = Math.min(merging.maxRows(), request.rows() - from);
            int padding = merging.padding(count);
            List<NamedTensors> part = Collections.singletonList(Batch.slice(request.inputs(), from, count));
            NamedTensors outputs = gathered(request, part, count, padding);
            if (!Batch.hasRows(outputs, (long) count + padding)) {
                return measured(request);
            }
            answers.add(Batch.slice(outputs, 0, count));
        }
        return Batch.gather(answers, 0, Arena.ofAuto().allocate(Batch.room(answers, 0), NativeSlab.ALIGNMENT));
    }
}
