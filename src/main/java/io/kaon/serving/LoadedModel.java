package io.kaon.serving;

import io.kaon.batch.BatchRun;
import io.kaon.batch.Batcher;
import io.kaon.batch.InferenceRequest;
import io.kaon.batch.MergeReport;
import io.kaon.engine.EngineSession;
import io.kaon.model.ExampleOutputs;
import io.kaon.model.ModelId;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A version that can run, and the count of those who have borrowed it.
///
/// ## How it ends
///
/// First a snapshot without this version is published, so no request finds it any more. Then [#drain] closes
/// the door for those who found it a moment ago: they are refused and look again. The future that it returns
/// completes when the last lease has come home. Then [#close] waits for what still runs on the lanes, for
/// callers that went home early, and closes the session. No session is ever closed under a run: that ends the
/// process in the engine we use most.
///
/// The count and the door are one number, so that no lease slips through between looking and counting.
public final class LoadedModel implements AutoCloseable {
    /// Set when the door is closed; the bits below count the leases.
    private static final long DRAINING = 1L << 62;

    private final ModelId id;
    private final String engine;
    private final EngineSession session;
    private final ExampleOutputs outputs;
    private final Batcher batcher;
    private final boolean takesText;
    private final AtomicLong leases = new AtomicLong();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    /// @param engine name of the engine that runs it
    /// @param outputs what the operator said of its outputs when it was loaded
    /// @param batcher makes the batcher around the session's run
    public LoadedModel(
            ModelId id,
            String engine,
            EngineSession session,
            ExampleOutputs outputs,
            Function<BatchRun, Batcher> batcher) {
        this.id = id;
        this.engine = engine;
        this.session = session;
        this.outputs = outputs;
        this.batcher = batcher.apply(new SessionRun(session));
        this.takesText = session.signatures().values().stream()
                .flatMap(signature -> signature.inputs().values().stream())
                .anyMatch(input -> input.type() == DataType.STRING);
    }

    public ModelId id() {
        return id;
    }

    public String engine() {
        return engine;
    }

    public Map<String, ModelSignature> signatures() {
        return session.signatures();
    }

    /// Where its runs are computed, for example `cpu` or `cuda:0`.
    public String device() {
        return session.device();
    }

    /// Whether its runs are computed by another device than the processor.
    public boolean isOnDevice() {
        return session.isOnDevice();
    }

    /// Why no run of this process can succeed on its device any more; null if nothing is known of that.
    public @Nullable String fault() {
        return session.fault();
    }

    /// What differs from what the operator might expect of its session; null if nothing does.
    public @Nullable String notice() {
        return session.notice();
    }

    ExampleOutputs outputs() {
        return outputs;
    }

    /// Runs on the calling thread and teaches the batcher what a run costs. For warm-up, before a request can
    /// borrow it.
    public NamedTensors warmUp(InferenceRequest request) {
        return batcher.runMeasured(request);
    }

    /// Lets the version show in the background which of its signatures may be merged.
    public void prove() {
        batcher.prove(session.signatures().values());
    }

    /// For each signature, whether its requests are merged, and why not.
    public List<MergeReport> merging() {
        return session.signatures().values().stream().map(batcher::merging).toList();
    }

    /// Requests that wait for a lane.
    public int waiting() {
        return batcher.waiting();
    }

    /// Whether a signature takes strings, which need more memory than their bytes in a request say.
    public boolean takesText() {
        return takesText;
    }

    /// @param listener told of a refusal
    /// @throws ServingException OVERLOADED when the queue is full
    void admit(InferenceListener listener) {
        try {
            batcher.admit();
        } catch (ServingException full) {
            listener.ended(new Inference(id, Inference.UNREAD, full.kind(), 0, 0));
            throw full;
        }
    }

    CompletableFuture<NamedTensors> submit(InferenceRequest request) {
        return batcher.submit(request);
    }

    /// Counts one more lease, unless the door is closed.
    boolean borrow() {
        while (true) {
            long now = leases.get();
            if ((now & DRAINING) != 0) {
                return false;
            }
            if (leases.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    void giveBack() {
        if (leases.decrementAndGet() == DRAINING) {
            drained.complete(null);
        }
    }

    /// Closes the door. The version must be out of the published snapshot by then.
    ///
    /// @return completes when no lease is out, on the thread that gave back the last one
    public CompletableFuture<Void> drain() {
        long before = leases.getAndUpdate(count -> count | DRAINING);
        if (before == 0) {
            drained.complete(null);
        }
        return drained;
    }

    /// Waits for what still runs and frees the session. After [#drain] has completed, on a platform thread that may
    /// wait; a second call does nothing.
    @Override
    public void close() {
        if (leases.get() != DRAINING) {
            throw new IllegalStateException(id + " is closed before it was drained");
        }
        batcher.close();
        session.close();
    }
}
