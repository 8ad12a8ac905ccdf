package io.kaon.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.kaon.engine.EngineSession;
import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.NativeSlab;
import io.kaon.tensor.TensorSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A model in ONNX Runtime. Runs may overlap: ONNX Runtime allows it, and what changes here belongs to one thread
/// ([ReusedTensors], [ThreadOptions]) or may change at any time.
final class OnnxSession implements EngineSession {
    private static final Logger LOG = Logger.getLogger(OnnxSession.class);

    private final Path directory;
    private final OrtEnvironment environment;
    private final OrtSession session;
    /// Above this many bytes of inputs or outputs a run is large: what it needed is given back to the system.
    private static final long LARGE = NativeSlab.MAX_BYTES;

    private final OnnxGraph graph;
    private final ModelSignature signature;
    private final SessionPlace place;
    private final ThreadLocal<NativeSlab> slabs;
    /// Whether the arena still holds what a large run needed. Outputs are free only after their run has ended,
    /// so it is the next run that gives them back.
    private final AtomicBoolean grown = new AtomicBoolean();

    private final AtomicBoolean closed = new AtomicBoolean();
    private final Queue<ReusedTensors> allKept = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<ReusedTensors> kept = ThreadLocal.withInitial(this::keep);
    private final Queue<ThreadOptions> allOptions = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<ThreadOptions> options = ThreadLocal.withInitial(this::makeOptions);
    private volatile boolean keeps;

    /// Owns `session` from here on.
    ///
    /// @param directory where the model lies, for the log
    /// @param place closed with the session
    OnnxSession(
            Path directory,
            OrtEnvironment environment,
            OrtSession session,
            OnnxGraph graph,
            ModelSignature signature,
            SessionPlace place,
            ThreadLocal<NativeSlab> slabs) {
        this.directory = directory;
        this.environment = environment;
        this.session = session;
        this.graph = graph;
        this.signature = signature;
        this.place = place;
        this.slabs = slabs;
        this.keeps = ReusedTensors.suit(signature);
    }

    private ReusedTensors keep() {
        ReusedTensors own = new ReusedTensors(environment, signature);
        allKept.add(own);
        return own;
    }

    private ThreadOptions makeOptions() {
        try {
            ThreadOptions own = new ThreadOptions(place.arenas());
            allOptions.add(own);
            return own;
        } catch (OrtException e) {
            throw OnnxErrors.ofRun(e);
        }
    }

    @Override
    public Map<String, ModelSignature> signatures() {
        return Map.of(signature.name(), signature);
    }

    @Override
    public boolean isOnCaller() {
        return place.isOnCaller(isOnDevice());
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
    public @Nullable String fault() {
        return place.fault();
    }

    @Override
    public NamedTensors run(ModelSignature called, NamedTensors inputs, Set<String> wanted, Cancellation cancellation) {
        RunInputs.check(signature, inputs);
        try {
            NamedTensors answer = wanted.isEmpty() ? onKept(inputs, cancellation) : null;
            return answer == null ? run(inputs, outputs(wanted), cancellation) : answer;
        } catch (OrtException e) {
            throw cancellation.isCancelled() ? Cancellation.ended(e) : failure(e, inputs);
        }
    }

    private ServingException failure(OrtException e, NamedTensors inputs) {
        if (!place.isOnGpu()) {
            return OnnxErrors.ofRun(e, signature, inputs);
        }
        place.failed(OnnxErrors.words(e));
        return OnnxErrors.ofRunOn(place.device(), e);
    }

    /// @return null if the ordinary way is to be taken
    private @Nullable NamedTensors onKept(NamedTensors inputs, Cancellation cancellation) throws OrtException {
        ReusedTensors.Slot slot = keeps ? kept.get().slot(inputs) : null;
        if (slot == null || grown.get()) {
            return null;
        }
        try {
            NamedTensors answer =
                    slot.run(session, inputs, slabs.get(), options.get(), shrinksAfter(inputs), cancellation);
            return slot.isProven() ? answer : proven(slot, answer, inputs, cancellation);
        } catch (OrtException e) {
            if (cancellation.isCancelled()) {
                throw e;
            }
            NamedTensors answer = run(inputs, signature.outputs(), cancellation);
            // The inputs are not at fault, so it is what the signature says about the outputs.
            keeps = false;
            LOG.infof(
                    "model in %s: its outputs are not always as declared (%s); they are answered as they are, but their"
                            + " memory is not reused from run to run",
                    directory, OnnxErrors.words(e));
            return answer;
        }
    }

    private NamedTensors proven(
            ReusedTensors.Slot slot, NamedTensors answer, NamedTensors inputs, Cancellation cancellation)
            throws OrtException {
        NamedTensors ordinary = run(inputs, signature.outputs(), cancellation);
        if (!slot.prove(answer, ordinary)) {
            // No operator makes the output, or the model draws random numbers.
            keeps = false;
        }
        return ordinary;
    }

    private NamedTensors run(NamedTensors inputs, Map<String, TensorSpec> outputs, Cancellation cancellation)
            throws OrtException {
        try (RunInputs given = RunInputs.of(environment, inputs, graph.readsStrings(), slabs.get());
                OrtSession.Result result = options.get()
                        .run(
                                session,
                                given.tensors(),
                                outputs.keySet(),
                                Map.of(),
                                shrinksAfter(inputs),
                                cancellation)) {
            NamedTensors answer = RunOutputs.read(result, outputs.values(), graph.classes());
            if (answer.byteSize() > LARGE) {
                grown.set(true);
            }
            return answer;
        }
    }

    private boolean shrinksAfter(NamedTensors inputs) {
        return inputs.byteSize() > LARGE || (grown.get() && grown.getAndSet(false));
    }

    /// What to compute, in the signature's order.
    private Map<String, TensorSpec> outputs(Set<String> wanted) {
        Map<String, TensorSpec> all = signature.outputs();
        if (wanted.isEmpty()) {
            return all;
        }
        for (String name : wanted) {
            if (!all.containsKey(name)) {
                throw new ServingException(
                        ErrorKind.INVALID_REQUEST, "output `" + name + "`: unknown, expected some of " + all.keySet());
            }
        }
        Map<String, TensorSpec> chosen = new LinkedHashMap<>(all);
        chosen.keySet().retainAll(wanted);
        return chosen;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        allKept.forEach(ReusedTensors::close);
        allOptions.forEach(ThreadOptions::close);
        try (place) {
            session.close();
        } catch (OrtException e) {
            throw OnnxErrors.ofRun(e);
        }
    }
}
