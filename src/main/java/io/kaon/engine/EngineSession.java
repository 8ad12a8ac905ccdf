package io.kaon.engine;

import io.kaon.model.Cancellation;
import io.kaon.model.ModelSignature;
import io.kaon.tensor.NamedTensors;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A loaded model. [#run] may be called by several threads at once, always platform threads: a native call would hold
/// a virtual thread's carrier for its whole length.
public interface EngineSession extends AutoCloseable {
    /// The device of sessions that are computed by the processor.
    String CPU = "cpu";

    /// By name; at least one.
    Map<String, ModelSignature> signatures();

    /// Runs the model once.
    ///
    /// @param signature one of [#signatures()]
    /// @param inputs checked against the signature by the caller, except for what only the engine can know
    /// @param wanted names of the outputs to compute; empty means all
    /// @param cancellation by which other threads end this run, and no other; the session serves on afterwards. An
    ///     engine that cannot be told to end a run ends it when its longest time is over
    /// @return the wanted outputs, in the signature's order, valid until the caller drops them
    /// @throws ServingException CANCELLED when the run was ended, INVALID_REQUEST when the engine finds the inputs
    ///     at fault, ENGINE_FAILED otherwise
    NamedTensors run(ModelSignature signature, NamedTensors inputs, Set<String> wanted, Cancellation cancellation);

    /// Whether a run is the calling thread's work alone, so that the processor time of that thread is what it costs.
    boolean isOnCaller();

    /// Where runs are computed: [#CPU], or what the engine calls another device, such as `cuda:0`.
    default String device() {
        return CPU;
    }

    /// Whether runs are computed by another device than the processor.
    default boolean isOnDevice() {
        return !CPU.equals(device());
    }

    /// Rows that a run may have at most, where the model's own files say it.
    default int mostRows() {
        return Integer.MAX_VALUE;
    }

    /// Whether runs may happen on event loops if they are short. Not where a run cannot be ended soon, or another
    /// device computes while the thread would wait.
    default boolean mayRunInPlace() {
        return !isOnDevice();
    }

    /// What differs from what the operator might expect of it, such as where it is computed, for the status and the
    /// log; null if nothing does.
    default @Nullable String notice() {
        return null;
    }

    /// Why no run of this process can succeed on the session's device any more, whatever is loaded again; null if
    /// nothing is known of that. Then only a new process helps.
    default @Nullable String fault() {
        return null;
    }

    /// Frees the native memory. Called once no run is in progress, on a platform thread; a second call does nothing.
    @Override
    void close();
}
