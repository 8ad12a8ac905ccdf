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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/// Runs batches of one model on the calling thread, and learns from what they cost.
///
/// A batch that fails is run again, request by request: which of them is at fault, nobody else can tell, and the
/// others must not pay for it. A model that answers a batch with another number of rows than it was given does
/// not keep what its signature says; its requests have run alone from then on.
///
/// Safe for use by all threads; the inputs of a batch are gathered in memory of the thread that runs it.
final class BatchRunner {
    private static final Logger LOG = Logger.getLogger(BatchRunner.class);

    /// Belongs to the thread and not to the model: a thread runs one batch at a time, of whatever model.
    private static final ThreadLocal<NativeSlab> MEMORY = ThreadLocal.withInitial(NativeSlab::new);

    private final BatchRun run;
    private final Merging merging;
    private final LongSupplier clock;
    private final RunTimer timer;
    private final BatchListener listener;
    private final RunCost cost = new RunCost();
    private final BatchGain gain = new BatchGain();
    private final Set<String> keptApart = ConcurrentHashMap.newKeySet();

    BatchRunner(BatchRun run, Merging merging, RunClock clock, BatchListener listener) {
        this.run = run;
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
        return merging.isOn()
                && request.rows() > 0
                && (keptApart.isEmpty()
                        || !keptApart.contains(request.signature().name()));
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
        long now = clock.getAsLong();
        List<NamedTensors> parts = new ArrayList<>(batch.size());
        for (InferenceRequest request : batch) {
            request.begins(now);
            parts.add(request.inputs());
        }
        InferenceRequest first = batch.getFirst();
        NamedTensors outputs;
        try {
            outputs = gathered(first, merging.widens() ? Widening.widen(parts) : parts, rows, padding);
        } catch (RuntimeException _) {
            return false;
        }
        long end = clock.getAsLong();
        if (!Batch.hasRows(outputs, (long) rows + padding)) {
            if (keptApart.add(first.signature().name())) {
                LOG.warnf(
                        "signature=%s answers %d rows with %s: its requests are not merged any more",
                        first.signature().name(), rows + padding, outputs);
            }
            return false;
        }
        long from = 0;
        for (InferenceRequest request : batch) {
            request.ends(end, Batch.slice(outputs, from, request.rows()));
            from += request.rows();
        }
        return true;
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
