package io.kaon.batch;

import io.kaon.batch.proof.Agreement;
import io.kaon.tensor.NamedTensors;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Looks now and then whether what was merged was answered rightly: one request of a batch runs once more, alone,
/// in the background. Its client has its answer by then; what is found holds for the requests to come.
///
/// A lane that is busy has something better to do, so there are audits only while one is idle.
final class Audits {
    private final BooleanSupplier isLaneIdle;
    private final BackgroundRuns background;
    private final RunWatch watch;
    private final LongSupplier clock;

    /// @param isLaneIdle whether there is something to spare
    /// @param clock nanoseconds
    Audits(BooleanSupplier isLaneIdle, BackgroundRuns background, RunWatch watch, LongSupplier clock) {
        this.watch = watch;
        this.clock = clock;
        this.isLaneIdle = isLaneIdle;
        this.background = background;
    }

    /// @param outputs of all requests, in their order
    void submit(MergeProof proof, BatchRun run, List<InferenceRequest> batch, NamedTensors outputs) {
        if (!isLaneIdle.getAsBoolean()) {
            proof.auditLater();
            return;
        }
        // The last one: what touches its neighbours' rows most often touches those behind it.
        InferenceRequest last = batch.getLast();
        long rowsBefore = batch.stream().mapToLong(InferenceRequest::rows).sum() - last.rows();
        NamedTensors answer = Batch.slice(outputs, rowsBefore, last.rows());
        background.submit(() -> audit(proof, run, last, answer));
    }

    private void audit(MergeProof proof, BatchRun run, InferenceRequest request, NamedTensors answer) {
        WatchedRun watched = new WatchedRun(List.of(), clock.getAsLong(), watch.limitNanos());
        NamedTensors alone = watch.run(run, request.signature(), request.inputs(), request.wanted(), watched);
        String difference = Agreement.difference(alone, answer);
        proof.audited(difference == null);
        if (difference != null) {
            proof.differs(difference);
        }
    }
}
