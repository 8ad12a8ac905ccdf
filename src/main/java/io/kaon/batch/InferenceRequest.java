package io.kaon.batch;

import io.kaon.batch.proof.Agreement;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// One request on its way through the batcher.
///
/// The result completes on `caller` and nowhere else, so that the caller never changes threads. A caller that no
/// longer waits completes or cancels the result itself; the entry is then dropped before it costs anything.
public final class InferenceRequest {
    private final ModelSignature signature;
    private final NamedTensors inputs;
    private final Set<String> wanted;
    private final Deadline deadline;
    private final Executor caller;
    private final CompletableFuture<NamedTensors> result = new CompletableFuture<>();
    /// Rows that it brings to a batch; 0 if it cannot be merged.
    private final int rows;

    private long submitted;
    private long began;
    private long ran;
    /// Written after the two times before it, and read before them.
    private volatile boolean started;

    private @Nullable NamedTensors answer;
    private @Nullable Throwable failure;

    /// @param wanted names of the outputs to compute; empty means all
    /// @param caller where the result completes: the event loop of the connection. There are few, and each is one
    ///     object, for requests are merged by it
    public InferenceRequest(
            ModelSignature signature, NamedTensors inputs, Set<String> wanted, Deadline deadline, Executor caller) {
        this.signature = signature;
        this.inputs = inputs;
        this.wanted = wanted;
        this.deadline = deadline;
        this.caller = caller;
        this.rows = signature.isBatched() ? rows(signature, inputs) : 0;
    }

    /// A tensor of another shape than declared may have its rows elsewhere, and an engine that judges shapes itself
    /// would judge all of a batch by it; such a request runs alone.
    private static int rows(ModelSignature signature, NamedTensors inputs) {
        long rows = -1;
        for (Map.Entry<String, Tensor> input : inputs.asMap().entrySet()) {
            TensorSpec spec = signature.inputs().get(input.getKey());
            Shape declared = spec == null ? null : spec.shape();
            Shape shape = input.getValue().shape();
            if (declared == null || !declared.accepts(shape) || (rows >= 0 && rows != shape.dim(0))) {
                return 0;
            }
            rows = shape.dim(0);
        }
        return rows < 0 || rows > Integer.MAX_VALUE ? 0 : (int) rows;
    }

    /// Rows that it brings to a batch; 0 if it cannot be merged with others.
    int rows() {
        return rows;
    }

    NamedTensors inputs() {
        return inputs;
    }

    ModelSignature signature() {
        return signature;
    }

    Set<String> wanted() {
        return wanted;
    }

    Executor caller() {
        return caller;
    }

    /// Whether the two can run as one: they ask the same, of rows of the same kind.
    ///
    /// @param widens whether rows may differ in what [InputPadding] makes equal
    boolean mergesWith(InferenceRequest other, boolean widens) {
        if (rows == 0
                || other.rows == 0
                || !signature.name().equals(other.signature.name())
                || !wanted.equals(other.wanted)
                || inputs.size() != other.inputs.size()) {
            return false;
        }
        for (Map.Entry<String, Tensor> input : inputs.asMap().entrySet()) {
            Tensor others = other.inputs.get(input.getKey());
            if (others == null || !fits(input.getKey(), input.getValue(), others, widens)) {
                return false;
            }
        }
        return true;
    }

    private boolean fits(String name, Tensor own, Tensor others, boolean widens) {
        return others.type() == own.type()
                && (others.shape().sameRows(own.shape())
                        || (widens
                                && InputPadding.isPossible(signature.inputs().get(name), own.shape(), others.shape())));
    }

    Deadline deadline() {
        return deadline;
    }

    CompletableFuture<NamedTensors> result() {
        return result;
    }

    /// Elements of all inputs together: the measure by which the cost of a run is predicted.
    long elements() {
        return inputs.elements();
    }

    /// Whether the caller no longer waits for the result.
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

    long submitted() {
        return submitted;
    }

    void submittedAt(long now) {
        submitted = now;
    }

    /// The run begins now.
    void begins(long now) {
        began = now;
        started = true;
    }

    boolean hasBegun() {
        return started;
    }

    /// The run has ended, and this is the outcome; the caller hears of it from [#finish].
    void ends(long now, NamedTensors outputs) {
        ran = now - began;
        answer = outputs;
    }

    /// The run has failed.
    void ends(long now, Throwable cause) {
        ran = now - began;
        failure = cause;
    }

    /// Whether there is an outcome.
    boolean hasEnded() {
        return answer != null || failure != null;
    }

    /// How its answer differs from that in company; null if it does not.
    @Nullable
    String differenceTo(NamedTensors inCompany) {
        return answer == null
                ? "it refuses alone what it answers in company: "
                        + (failure == null ? "it has not ended" : failure.getMessage())
                : Agreement.difference(answer, inCompany);
    }

    /// Whether both have the same inputs, to the bit.
    boolean asksTheSameAs(InferenceRequest other) {
        return inputs.isSame(other.inputs);
    }

    /// Completes with the outcome. On the caller's thread, after the run.
    void finish() {
        if (answer != null) {
            result.complete(answer);
        } else {
            result.completeExceptionally(
                    failure == null ? new IllegalStateException("the run has not ended") : failure);
        }
    }

    /// Fails on the caller.
    void fail(Throwable cause) {
        onCaller(caller, () -> result.completeExceptionally(cause));
    }

    static void onCaller(Executor caller, Runnable completion) {
        try {
            caller.execute(completion);
        } catch (RuntimeException | Error _) {
            // The event loop has ended, or has no memory for the task. No client reads the answer then, but the lease
            // must be given back, and a lane that died of this would leave its model counted as running for ever.
            completion.run();
        }
    }

    /// Tells the caller that its deadline has passed, in the queue or in the run.
    void failLate() {
        fail(late());
    }

    /// What a caller is told whose deadline has passed.
    ServingException late() {
        return started
                ? new ServingException(ErrorKind.DEADLINE_EXCEEDED, "the deadline passed while the model ran")
                : new ServingException(
                        ErrorKind.QUEUE_TIMEOUT, "the deadline passed while the request waited for its turn");
    }
}
