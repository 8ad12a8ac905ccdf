package io.kaon.serving;

import io.kaon.batch.Deadline;
import io.kaon.batch.InferenceRequest;
import io.kaon.model.ErrorKind;
import io.kaon.model.ExampleOutputs;
import io.kaon.model.ModelId;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/// A borrowed version: it stays loaded until the lease is closed. One lease per request, so that everything a
/// request sees is of one version.
public final class ModelLease implements AutoCloseable {
    private final LoadedModel model;
    private final InferenceListener listener;
    private final AtomicBoolean returned = new AtomicBoolean();

    /// @param model already borrowed from
    ModelLease(LoadedModel model, InferenceListener listener) {
        this.model = model;
        this.listener = listener;
    }

    public ModelId id() {
        return model.id();
    }

    /// Name of the engine that runs it.
    public String engine() {
        return model.engine();
    }

    /// By name; at least one.
    public Map<String, ModelSignature> signatures() {
        return model.signatures();
    }

    /// What the operator says about the outputs.
    public ExampleOutputs outputs() {
        return model.outputs();
    }

    /// The signature of that name; the default one for an empty name.
    ///
    /// @throws ServingException SIGNATURE_NOT_FOUND, naming those there are
    public ModelSignature signature(String name) {
        String asked = name.isEmpty() ? ModelSignature.DEFAULT_NAME : name;
        ModelSignature signature = signatures().get(asked);
        if (signature == null) {
            throw new ServingException(
                    ErrorKind.SIGNATURE_NOT_FOUND,
                    "model " + id() + " has no signature \"" + asked + "\": expected one of "
                            + signatures().keySet());
        }
        return signature;
    }

    /// Refuses before anything is read what could not be run: under overload, a refusal must cost little.
    ///
    /// @throws ServingException OVERLOADED when the model's queue is full
    public void admit() {
        model.admit(listener);
    }

    /// Checks the inputs against the signature, forgives dimensions of size 1 ([ShapeFit]), and runs the model. The
    /// lease must stay open until the result is there.
    ///
    /// @param wanted names of the outputs to compute; empty means all
    /// @param caller the event loop of the connection: the result completes there, for a tiny model at once
    /// @return fails with a [ServingException]; cancelling it withdraws the request
    public CompletableFuture<NamedTensors> infer(
            ModelSignature signature, NamedTensors inputs, Set<String> wanted, Deadline deadline, Executor caller) {
        NamedTensors fitted;
        try {
            fitted = SignatureCheck.inputs(signature, inputs);
            SignatureCheck.outputs(signature, wanted);
        } catch (ServingException fault) {
            listener.ended(new Inference(id(), signature.name(), fault.kind(), 0, 0));
            return CompletableFuture.failedFuture(fault);
        }
        InferenceRequest request = new InferenceRequest(signature, fitted, wanted, deadline, caller);
        CompletableFuture<NamedTensors> result = model.submit(request);
        CompletableFuture<?> _ = result.whenComplete((_, failure) -> listener.ended(new Inference(
                id(),
                signature.name(),
                failure == null ? null : kind(failure),
                request.queueNanos(),
                request.runNanos(),
                failure)));
        return result;
    }

    private static ErrorKind kind(Throwable failure) {
        return switch (failure) {
            case ServingException known -> known.kind();
            case CancellationException _ -> ErrorKind.CANCELLED;
            default -> ErrorKind.INTERNAL;
        };
    }

    /// Gives the version back; a second call does nothing.
    @Override
    public void close() {
        if (returned.compareAndSet(false, true)) {
            model.giveBack();
        }
    }
}
