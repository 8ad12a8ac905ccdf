package io.kaon.engine.djl;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kaon.engine.EngineSession;
import io.kaon.engine.InputMemory;
import io.kaon.engine.djl.declaration.DeclaredTensor;
import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.NativeSlab;
import io.kaon.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A model in one of DJL's engines. Runs may overlap, unless the model changes its state, which the engines do not
/// protect.
final class DjlSession implements EngineSession {
    private final Model model;
    private final ModelCall call;
    private final DjlSignature signature;
    private final boolean onCaller;
    private final boolean inPlace;
    private final String device;
    private final @Nullable String notice;
    private final ThreadLocal<NativeSlab> slabs;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final @Nullable ReentrantLock oneByOne;

    /// What owns the tensors of a thread's runs: making one takes longer than a small run. Closed with the model.
    private final ThreadLocal<NDManager> managers;

    /// Owns `model` from here on.
    DjlSession(
            Model model,
            ModelCall call,
            DjlSignature signature,
            boolean onCaller,
            boolean inPlace,
            String device,
            @Nullable String notice,
            ThreadLocal<NativeSlab> slabs) {
        this.model = model;
        this.call = call;
        this.signature = signature;
        this.onCaller = onCaller;
        this.inPlace = inPlace;
        this.device = device;
        this.notice = notice;
        this.slabs = slabs;
        this.oneByOne = signature.keeps() ? new ReentrantLock() : null;
        this.managers = ThreadLocal.withInitial(() -> {
            call.enter();
            return model.getNDManager().newSubManager();
        });
    }

    @Override
    public Map<String, ModelSignature> signatures() {
        return Map.of(signature.signature().name(), signature.signature());
    }

    @Override
    public boolean isOnCaller() {
        return onCaller;
    }

    @Override
    public int mostRows() {
        return signature.mostRows();
    }

    @Override
    public boolean mayRunInPlace() {
        return inPlace;
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public @Nullable String notice() {
        return notice;
    }

    @Override
    public NamedTensors run(ModelSignature called, NamedTensors inputs, Set<String> wanted, Cancellation cancellation) {
        RunTensors.check(signature.signature(), inputs, wanted);
        if (cancellation.isCancelled()) {
            throw Cancellation.ended(null);
        }
        if (oneByOne == null) {
            return run(inputs, wanted);
        }
        oneByOne.lock();
        try {
            return run(inputs, wanted);
        } finally {
            oneByOne.unlock();
        }
    }

    private NamedTensors run(NamedTensors inputs, Set<String> wanted) {
        NDManager manager = managers.get();
        NDList given = new NDList();
        NDList got = new NDList();
        try (InputMemory memory = new InputMemory(inputs, slabs.get())) {
            for (DeclaredTensor argument : signature.arguments()) {
                NDArray array = RunTensors.make(manager, argument, inputs, memory);
                given.add(array);
                if (signature.keeps()) {
                    // A copy of the engine's own: what we gave is overwritten by the next run.
                    given.set(given.size() - 1, array.duplicate());
                    array.close();
                    given.getLast().setName(argument.name());
                }
            }
            got = call.run(manager, given);
            return results(got, wanted);
        } catch (EngineException | IllegalArgumentException | IllegalStateException | OutOfMemoryError failure) {
            throw DjlErrors.ofRun(model.getNDManager().getEngine().getEngineName(), failure);
        } finally {
            given.forEach(NDArray::close);
            got.forEach(NDArray::close);
        }
    }

    private NamedTensors results(NDList got, Set<String> wanted) {
        Map<String, Tensor> results = new LinkedHashMap<>();
        for (int i = 0; i < signature.outputs().size(); i++) {
            DeclaredTensor output = signature.outputs().get(i);
            if (wanted.isEmpty() || wanted.contains(output.name())) {
                results.put(output.name(), RunTensors.read(output, found(got, i)));
            }
        }
        return NamedTensors.of(results);
    }

    private NDArray found(NDList got, int output) {
        String name = signature.outputs().get(output).name();
        int place = signature.places().get(output);
        if (place < 0) {
            for (NDArray array : got) {
                if (name.equals(array.getName())) {
                    return array;
                }
            }
        } else if (place < got.size()) {
            return got.get(place);
        }
        throw new ServingException(
                ErrorKind.ENGINE_FAILED,
                "output `" + name + "`: the model gave " + got.size() + " tensors"
                        + (place < 0
                                ? " by the names "
                                        + got.stream().map(NDArray::getName).toList()
                                : "")
                        + "; correct the declaration");
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            model.close();
        }
    }
}
