package io.kaon.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.kaon.engine.InputMemory;
import io.kaon.model.Cancellation;
import io.kaon.model.ModelSignature;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.NativeSlab;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The ONNX Runtime tensors of one thread's runs of one model, kept from run to run.
///
/// ## Why
///
/// Through JNI, making a tensor for ONNX Runtime and looking at one that it has made cost more than a tiny
/// model: classes and methods are looked up by name each time, and objects made that are not needed. But a
/// thread's runs are alike. Its inputs come in the same memory, and the sizes of its outputs follow from the
/// number of rows. So for each number of rows there is a [Slot] with an input tensor over that memory, and
/// with output tensors over memory of its own, into which ONNX Runtime writes. A run then is copying in, one
/// call, and copying out.
///
/// ## When
///
/// Only where the signature says what every output will be: numbers, with sizes that are declared, but for the rows.
/// A declaration can be wrong; ONNX Runtime then refuses to write. And there are graphs whose outputs it leaves where
/// they are, since no operator makes them. So a slot is [Slot#isProven] only after its first run has been compared with
/// one in the ordinary way. Many rows and large outputs are left to the ordinary way too: there the saving is
/// nothing, and the memory would be kept.
///
/// For one thread, except for [#close].
final class ReusedTensors implements AutoCloseable {
    private static final int MOST_ROWS = 64;
    private static final long MOST_BYTES = 64 << 10;

    /// Numbers made of such bytes are unlikely answers.
    private static final byte UNWRITTEN = (byte) 0xa5;

    private final OrtEnvironment environment;
    private final ModelSignature signature;
    private final boolean batched;
    private final @Nullable Slot[] slots;

    /// @param signature one of those that [#suit]
    ReusedTensors(OrtEnvironment environment, ModelSignature signature) {
        this.environment = environment;
        this.signature = signature;
        this.batched = signature.isBatched();
        this.slots = new Slot[1 + (batched ? (int) Math.min(MOST_ROWS, MOST_BYTES / outputBytes(signature)) : 0)];
    }

    /// Whether the sizes of all outputs are known before a run, and are not too large.
    static boolean suit(ModelSignature signature) {
        for (TensorSpec input : signature.inputs().values()) {
            if (!isNumbers(input)) {
                return false;
            }
        }
        for (TensorSpec output : signature.outputs().values()) {
            Shape shape = output.shape();
            // What a ZipMap gives becomes a tensor only when it is read.
            if (!isNumbers(output)
                    || !output.classKeys().isEmpty()
                    || shape == null
                    || !(signature.isBatched() ? shape.with(0, 1) : shape).isKnown()) {
                return false;
            }
        }
        try {
            long bytes = outputBytes(signature);
            return bytes > 0 && bytes <= MOST_BYTES;
        } catch (ArithmeticException _) {
            // Sizes whose product no integer holds; a file can declare what it likes.
            return false;
        }
    }

    private static boolean isNumbers(TensorSpec spec) {
        return spec.type() != DataType.STRING && ElementTypes.creatable(spec.type()) != null;
    }

    /// Of one row.
    private static long outputBytes(ModelSignature signature) {
        long bytes = 0;
        for (TensorSpec output : signature.outputs().values()) {
            long own = bytes(output, shape(signature, output, 1));
            if (own == 0) {
                return 0;
            }
            bytes = Math.addExact(bytes, own);
        }
        return bytes;
    }

    private static long bytes(TensorSpec output, Shape shape) {
        return Math.multiplyExact(shape.elements(), (long) output.type().bytes());
    }

    private static Shape shape(ModelSignature signature, TensorSpec output, int rows) {
        Shape shape = Objects.requireNonNull(output.shape());
        return signature.isBatched() ? shape.with(0, rows) : shape;
    }

    /// The tensors for a run on these inputs; null if they are not kept.
    ///
    /// @param inputs checked against the signature
    @Nullable
    Slot slot(NamedTensors inputs) throws OrtException {
        int rows = batched ? rows(inputs) : 0;
        if (rows < 0 || rows >= slots.length) {
            return null;
        }
        Slot slot = slots[rows];
        if (slot == null) {
            slot = new Slot(rows);
            slots[rows] = slot;
        }
        return slot;
    }

    /// Rows that all inputs have; -1 if they have none, too many, or not the same.
    private static int rows(NamedTensors inputs) {
        long rows = -1;
        for (Tensor input : inputs.asMap().values()) {
            long own = input.shape().rank() == 0 ? -1 : input.shape().dim(0);
            if (own < 1 || own > MOST_ROWS || (rows >= 0 && own != rows)) {
                return -1;
            }
            rows = own;
        }
        return (int) rows;
    }

    /// Once no run is in progress; on any thread.
    @Override
    public void close() {
        for (Slot slot : slots) {
            if (slot != null) {
                slot.close();
            }
        }
    }

    private record Input(long address, Shape shape, OnnxTensor tensor) {}

    private record Output(TensorSpec spec, Shape shape, MemorySegment memory) {}

    /// The tensors of runs with one number of rows.
    final class Slot implements AutoCloseable {
        private final Map<String, Input> inputs = new LinkedHashMap<>();
        private final Map<String, OnnxTensor> given = new LinkedHashMap<>();
        private final Map<String, Output> outputs = new LinkedHashMap<>();
        private final Map<String, OnnxValue> pinned = new LinkedHashMap<>();
        private boolean proven;

        private Slot(int rows) throws OrtException {
            try {
                for (TensorSpec output : signature.outputs().values()) {
                    Shape shape = shape(signature, output, rows);
                    MemorySegment memory = Arena.ofAuto().allocate(bytes(output, shape), NativeSlab.ALIGNMENT);
                    outputs.put(output.name(), new Output(output, shape, memory));
                    pinned.put(output.name(), RunInputs.dense(environment, output.type(), shape, memory));
                }
            } catch (OrtException | RuntimeException failure) {
                close();
                throw failure;
            }
        }

        /// Whether this has answered as the ordinary way does.
        boolean isProven() {
            return proven;
        }

        /// @param answer of [#run]
        /// @param expected what the ordinary way answered to the same
        /// @return whether the two are the same, to the bit
        boolean prove(NamedTensors answer, NamedTensors expected) {
            boolean same = true;
            for (String name : outputs.keySet()) {
                same &= answer.get(name) instanceof DenseTensor own
                        && expected.get(name) instanceof DenseTensor ordinary
                        && own.shape().equals(ordinary.shape())
                        && own.data().mismatch(ordinary.data()) < 0;
            }
            proven = same;
            return same;
        }

        /// Runs once.
        NamedTensors run(
                OrtSession session,
                NamedTensors values,
                NativeSlab slab,
                ThreadOptions options,
                boolean shrinks,
                Cancellation cancellation)
                throws OrtException {
            if (!proven) {
                // A run that was ended may have written some of it.
                outputs.values().forEach(output -> output.memory.fill(UNWRITTEN));
            }
            try (InputMemory memory = new InputMemory(values, slab)) {
                for (Map.Entry<String, Tensor> value : values.asMap().entrySet()) {
                    DenseTensor tensor = (DenseTensor) value.getValue();
                    take(value.getKey(), tensor, memory.of(tensor));
                }
                try (OrtSession.Result _ = options.run(session, given, Set.of(), pinned, shrinks, cancellation)) {
                    return read();
                }
            }
        }

        /// A tensor says where numbers lie, how many and of what type, and not whether they are still there. So one
        /// that says the same as before will do.
        private void take(String name, DenseTensor value, MemorySegment data) throws OrtException {
            Input kept = inputs.get(name);
            if (kept != null && kept.address == data.address() && kept.shape.equals(value.shape())) {
                return;
            }
            OnnxTensor tensor = RunInputs.dense(environment, value.type(), value.shape(), data);
            Input replaced = inputs.put(name, new Input(data.address(), value.shape(), tensor));
            given.put(name, tensor);
            if (replaced != null) {
                replaced.tensor.close();
            }
        }

        private NamedTensors read() {
            if (outputs.size() == 1) {
                Output only = outputs.values().iterator().next();
                return NamedTensors.of(only.spec.name(), copy(only));
            }
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            outputs.forEach((name, output) -> tensors.put(name, copy(output)));
            return NamedTensors.of(tensors);
        }

        private static DenseTensor copy(Output output) {
            MemorySegment heap = MemorySegment.ofArray(new byte[(int) output.memory.byteSize()]);
            return new DenseTensor(output.spec.type(), output.shape, heap.copyFrom(output.memory));
        }

        @Override
        public void close() {
            inputs.values().forEach(input -> input.tensor.close());
            pinned.values().forEach(OnnxValue::close);
        }
    }
}
