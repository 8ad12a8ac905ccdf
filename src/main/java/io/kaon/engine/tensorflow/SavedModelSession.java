package io.kaon.engine.tensorflow;

import io.kaon.engine.DeviceBudget;
import io.kaon.engine.EngineSession;
import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.RowHint;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.RunOptions;

/// A SavedModel in TensorFlow. Runs may overlap: TensorFlow allows it, and nothing here changes after construction.
///
/// Tensors are copied into TensorFlow's memory and out of it, once each. A run uses the thread that asked for it,
/// unless it may have to be ended; what it needs in native memory beside tensors is kept by the thread for its
/// next run.
final class SavedModelSession implements EngineSession {
    /// As TensorFlow knows the calling thread.
    private static final int CALLER = -1;

    /// The threads of the session.
    private static final int POOL = 0;

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private final TF_Graph graph;
    private final TF_Session session;
    private final TF_Buffer runOptions;
    private final Map<String, SignatureCall> calls;
    private final Map<String, ModelSignature> signatures;
    private final boolean onCaller;
    private final TensorflowPlace place;
    private final DeviceBudget.@Nullable Share share;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// Owns everything that it is given from here on.
    SavedModelSession(
            TF_Graph graph,
            TF_Session session,
            Map<String, SignatureCall> calls,
            boolean onCaller,
            TensorflowPlace place,
            DeviceBudget.@Nullable Share share) {
        this.graph = graph;
        this.session = session;
        this.calls = calls;
        this.place = place;
        this.share = share;
        this.onCaller =
                onCaller && place.gpu() == null && calls.values().stream().noneMatch(SignatureCall::mayNotEnd);
        Map<String, ModelSignature> named = new LinkedHashMap<>();
        calls.forEach((name, call) -> named.put(name, call.signature()));
        this.signatures = Collections.unmodifiableMap(named);
        this.runOptions = TF_Buffer.newBufferFromString(
                RunOptions.newBuilder().setInterOpThreadPool(CALLER).build());
    }

    /// For a run that TensorFlow ends when its time is up. It waits for that on the thread that asked, so the run has
    /// to be on another.
    private static TF_Buffer limited(long nanos) {
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
        return TF_Buffer.newBufferFromString(RunOptions.newBuilder()
                .setInterOpThreadPool(POOL)
                .setTimeoutInMs(millis)
                .build());
    }

    @Override
    public Map<String, ModelSignature> signatures() {
        return signatures;
    }

    @Override
    public boolean isOnCaller() {
        return onCaller;
    }

    @Override
    public String device() {
        return place.device();
    }

    @Override
    public @Nullable String notice() {
        return place.notice();
    }

    @Override
    public NamedTensors run(ModelSignature called, NamedTensors inputs, Set<String> wanted, Cancellation cancellation) {
        SignatureCall call = calls.get(called.name());
        if (call == null) {
            throw new ServingException(ErrorKind.SIGNATURE_NOT_FOUND, "no signature \"" + called.name() + "\"");
        }
        Map<String, TensorSpec> declared = call.signature().inputs();
        requireAll(declared, inputs);
        if (cancellation.isCancelled()) {
            throw Cancellation.ended(null);
        }
        List<TensorSpec> outputs = outputs(call.signature(), wanted);
        Scratch scratch = SCRATCH.get().atLeast(Math.max(declared.size(), outputs.size()));
        int fed = 0;
        int fetched = 0;
        try {
            for (String name : declared.keySet()) {
                TF_Tensor tensor = NativeTensors.make(Objects.requireNonNull(inputs.get(name)));
                // Counted only now: what could not be made must not be freed.
                scratch.inputs.put(fed++, tensor);
            }
            run(call, inputs, outputs, scratch, cancellation);
            fetched = outputs.size();
            return results(outputs, scratch);
        } finally {
            for (int i = 0; i < fed; i++) {
                NativeTensors.freeOurs(scratch.inputs.get(TF_Tensor.class, i));
            }
            for (int i = 0; i < fetched; i++) {
                tensorflow.TF_DeleteTensor(scratch.outputs.get(TF_Tensor.class, i));
            }
        }
    }

    private void run(
            SignatureCall call,
            NamedTensors inputs,
            List<TensorSpec> outputs,
            Scratch scratch,
            Cancellation cancellation) {
        boolean all = outputs.size() == call.signature().outputs().size();
        boolean limited = call.mayNotEnd() && cancellation.limitNanos() < Long.MAX_VALUE;
        TF_Output places = all ? call.outputs() : call.places(outputs);
        TF_Buffer options = limited ? limited(cancellation.limitNanos()) : runOptions;
        try {
            tensorflow.TF_SessionRun(
                    session,
                    options,
                    call.inputs(),
                    scratch.inputs,
                    call.signature().inputs().size(),
                    places,
                    scratch.outputs,
                    outputs.size(),
                    (PointerPointer<?>) null,
                    0,
                    null,
                    scratch.status);
        } finally {
            if (!all) {
                places.close();
            }
            if (limited) {
                options.close();
            }
        }
        if (!TensorflowErrors.isOk(scratch.status)) {
            ServingException failure =
                    TensorflowErrors.ofRun(scratch.status, limited, otherShapes(call.signature(), inputs));
            throw failure.kind() == ErrorKind.INVALID_REQUEST
                    ? rowHint(call.signature(), inputs).map(failure::withHint).orElse(failure)
                    : failure;
        }
    }

    /// Which shapes are not the declared ones; empty if all are.
    private static String otherShapes(ModelSignature signature, NamedTensors inputs) {
        return signature.inputs().values().stream()
                .filter(spec -> !spec.accepts(Objects.requireNonNull(inputs.get(spec.name()))))
                .map(spec -> "input `" + spec.name() + "` is declared as " + spec.describe() + ", got "
                        + Objects.requireNonNull(inputs.get(spec.name())).describe())
                .collect(Collectors.joining("; "));
    }

    private static Optional<String> rowHint(ModelSignature signature, NamedTensors inputs) {
        return signature.inputs().values().stream()
                .flatMap(spec -> RowHint.of(
                        spec, Objects.requireNonNull(inputs.get(spec.name())).shape())
                        .stream())
                .findFirst();
    }

    private static NamedTensors results(List<TensorSpec> outputs, Scratch scratch) {
        Map<String, Tensor> results = new LinkedHashMap<>();
        for (int i = 0; i < outputs.size(); i++) {
            TensorSpec output = outputs.get(i);
            results.put(output.name(), NativeTensors.read(output, scratch.outputs.get(TF_Tensor.class, i)));
        }
        return NamedTensors.of(results);
    }

    /// TensorFlow says of a wrong type which node minds, not which input was wrong, and does not mind surplus ones.
    private static void requireAll(Map<String, TensorSpec> declared, NamedTensors inputs) {
        for (TensorSpec spec : declared.values()) {
            Tensor tensor = inputs.get(spec.name());
            if (tensor == null) {
                throw invalid("input `" + spec.name() + "`: missing, expected " + spec.describe());
            }
            if (tensor.type() != spec.type()) {
                throw invalid(
                        "input `" + spec.name() + "`: expected " + spec.describe() + ", got " + tensor.describe());
            }
        }
        if (inputs.size() > declared.size()) {
            throw invalid("inputs: expected " + declared.keySet() + ", got " + inputs.names());
        }
    }

    /// What to compute, in the signature's order.
    private static List<TensorSpec> outputs(ModelSignature signature, Set<String> wanted) {
        for (String name : wanted) {
            if (!signature.outputs().containsKey(name)) {
                throw invalid("output `" + name + "`: unknown, expected some of "
                        + signature.outputs().keySet());
            }
        }
        return signature.outputs().values().stream()
                .filter(output -> wanted.isEmpty() || wanted.contains(output.name()))
                .toList();
    }

    private static ServingException invalid(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            session.close();
            calls.values().forEach(SignatureCall::close);
            runOptions.close();
            graph.close();
            if (share != null) {
                share.close();
            }
        }
    }

    /// Native memory of one thread: the arrays of pointers that a run takes, and the status that it gives.
    private static final class Scratch {
        private final TF_Status status = TF_Status.newStatus();
        private PointerPointer<TF_Tensor> inputs = new PointerPointer<>(8);
        private PointerPointer<TF_Tensor> outputs = new PointerPointer<>(8);

        Scratch atLeast(int tensors) {
            if (tensors > inputs.capacity()) {
                inputs.close();
                outputs.close();
                inputs = new PointerPointer<>(2L * tensors);
                outputs = new PointerPointer<>(2L * tensors);
            }
            return this;
        }
    }
}
