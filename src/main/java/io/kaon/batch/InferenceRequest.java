package io.kaon.batch;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Tensor;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/// One request on its way through the batcher.
///
/// The result completes on `caller` and nowhere else, so that whoever waits for it never changes threads. Whoever no
/// longer waits completes or cancels the result himself; the entry is then dropped before it costs anything.
public final class InferenceRequest {
    private final ModelSignature signature;
    private final NamedTensors inputs;
    private final Set<String> wanted;
    private final Deadline deadline;
    private final Executor caller;
    private final CompletableFuture<NamedTensors> result = new CompletableFuture<>();
    private long submitted;
    private long began;
    private long ran;
    /// Written after the two times before it, and read before them.
    private volatile boolean started;

    /// @param wanted names of the outputs to compute; empty means all
    /// @param caller where the result completes: the event loop of the connection
    public InferenceRequest(
            ModelSignature signature, NamedTensors inputs, Set<String> wanted, Deadline deadline, Executor caller) {
        this.signature = signature;
        this.inputs = inputs;
        this.wanted = wanted;
        this.deadline = deadline;
        this.caller = caller;
    }

    Deadline deadline() {
        return deadline;
    }

    CompletableFuture<NamedTensors> result() {
        return result;
    }

    /// Elements of all inputs together: the measure by which the cost of a run is predicted.
    long elements() {
        long elements = 0;
        for (Tensor tensor : inputs.asMap().values()) {
            elements += tensor.shape().elements();
        }
        return elements;
    }

    /// Whether nobody waits for the result any more.
    boolean isAbandoned() {
        return result.isDone();
    }

    /// Nanoseconds from being submitted to the beginning of the run; 0 if there was none.
    public long queueNanos() {
        return started ? began - submitted : 0;
    }

    /// Nanoseconds that the run took; 0 if there was none, or if its end was not waited for.
    public long runNanos() {
        return ran;
    }

    void submittedAt(long now) {
        submitted = now;
    }

    /// Runs the model on the calling thread, and takes the time.
    NamedTensors run(BatchRun run, LongSupplier clock) {
        began = clock.getAsLong();
        started = true;
        try {
            return run.run(signature, inputs, wanted);
        } finally {
            ran = clock.getAsLong() - began;
        }
    }

    /// Completes on the caller.
    void complete(NamedTensors outputs) {
        onCaller(() -> result.complete(outputs));
    }

    /// Fails on the caller.
    void fail(Throwable cause) {
        onCaller(() -> result.completeExceptionally(cause));
    }

    private void onCaller(Runnable completion) {
        try {
            caller.execute(completion);
        } catch (RuntimeException _) {
            // The event loop has ended. Nobody reads the answer, but whoever holds a lease must still give it back,
            // and a lane that died of this would leave its model counted as running for ever.
            completion.run();
        }
    }

    /// Tells the caller that its deadline has passed, in the queue or in the run.
    void failLate() {
        fail(
                started
                        ? new ServingException(ErrorKind.DEADLINE_EXCEEDED, "the deadline passed while the model ran")
                        : new ServingException(
                                ErrorKind.QUEUE_TIMEOUT, "the deadline passed while the request waited for its turn"));
    }
}
