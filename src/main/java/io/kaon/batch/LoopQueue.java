package io.kaon.batch;

import io.kaon.batch.BatchAssembler.Assembled;
import io.kaon.batch.BatchReport.Closed;
import io.kaon.batch.BatchRunner.Place;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The requests of one model that one event loop runs in place.
///
/// ## How batches come about without a timer
///
/// An event loop reads from all sockets that are ready, and then runs the tasks that were given to it
/// meanwhile. The first request of such a tick puts one task on the loop; the requests that are read after it
/// join the queue; and when the task runs, everything that arrived together is there. So merging delays no
/// request beyond the tick that it is in, and under load, when ticks bring more, batches grow by themselves.
///
/// Where ticks bring single requests, as with one connection, the task would only cost. So after some lonely
/// ticks in a row requests run at once, and one in [#LOOK_AGAIN] takes the other way, to see whether it has
/// company now.
///
/// All methods may be called by any thread, but [#submit] is on the loop in practice, so the lock is hardly ever
/// waited for. It is not held during a run.
///
/// A run that takes far longer than was expected is ended by [RunWatch], and its requests run again on a lane.
final class LoopQueue {
    /// A batch may be expected to take this many inline budgets. What waits here runs on this loop in any case, and
    /// takes longer one by one; but other connections should be read in between.
    private static final int BUDGETS = 4;

    private static final int LONELY_TICKS = 8;
    private static final int LOOK_AGAIN = 32;

    private final BatchRunner runner;
    private final Executor loop;
    private final LongSupplier clock;
    private final long mostNanos;
    private final Consumer<List<InferenceRequest>> tookTooLong;
    private final BatchAssembler queue;
    private boolean scheduled;
    private int lonely;
    private int atOnce;

    /// @param loop the event loop whose requests these are
    /// @param clock nanoseconds
    /// @param budgetNanos how long a single request may be expected to take
    /// @param tookTooLong runs elsewhere what was ended here
    LoopQueue(
            BatchRunner runner,
            Executor loop,
            LongSupplier clock,
            int bound,
            long budgetNanos,
            Consumer<List<InferenceRequest>> tookTooLong) {
        this.runner = runner;
        this.loop = loop;
        this.clock = clock;
        this.mostNanos = BUDGETS * budgetNanos;
        this.tookTooLong = tookTooLong;
        this.queue = new BatchAssembler(bound, runner::merges, runner.widens());
    }

    /// Runs the request now, or at the end of the tick.
    void submit(InferenceRequest request) {
        if (!runner.merges(request) || runner.mostRows() == 1) {
            runAtOnce(request);
            return;
        }
        boolean first;
        synchronized (this) {
            if (!scheduled && lonely >= LONELY_TICKS && ++atOnce % LOOK_AGAIN != 0) {
                first = false;
            } else if (!queue.offer(request, request.submitted())) {
                request.fail(queue.full());
                return;
            } else if (scheduled) {
                return;
            } else {
                scheduled = true;
                first = true;
            }
        }
        if (first) {
            InferenceRequest.onCaller(loop, this::drain);
        } else {
            runAtOnce(request);
        }
    }

    private void runAtOnce(InferenceRequest request) {
        run(List.of(request), Closed.ALONE);
    }

    private void run(List<InferenceRequest> batch, Closed closed) {
        List<InferenceRequest> moved = runner.run(batch, closed, Place.LOOP);
        for (InferenceRequest request : batch) {
            if (moved.isEmpty() || !moved.contains(request)) {
                request.finish();
            }
        }
        if (!moved.isEmpty()) {
            tookTooLong.accept(moved);
        }
    }

    /// Runs one batch. What does not fit into it waits for another task, so that the loop can read in between.
    private void drain() {
        Assembled batch;
        List<InferenceRequest> late;
        boolean more;
        synchronized (this) {
            batch = queue.next(clock.getAsLong(), runner.mostRows(), elements -> runner.allows(elements, mostNanos));
            late = queue.takeExpired();
            more = !queue.isEmpty();
            scheduled = more;
            lonely = batch.requests().size() > 1 || more ? 0 : lonely + 1;
        }
        if (more) {
            InferenceRequest.onCaller(loop, this::drain);
        }
        late.forEach(InferenceRequest::failLate);
        if (!batch.requests().isEmpty()) {
            run(batch.requests(), batch.isFull() ? Closed.FULL : Closed.TICK_ENDED);
        }
    }
}
