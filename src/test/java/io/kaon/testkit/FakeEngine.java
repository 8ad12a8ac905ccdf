package io.kaon.testkit;

import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.InspectedModel;
import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelFiles;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// An engine whose models are one line of text: `adds 2` answers `y = x + 2` for any vector `x`, `picky 2` does too but
/// refuses zeros, `endless 2` does too but does not end on a number below zero until the run is cancelled, `renamed 2`
/// calls its input `z`, `broken because` cannot be loaded for that reason.
///
/// Its sessions watch what native ones die of: a run after or during close.
public final class FakeEngine implements Engine {
    public static final String FILE = "model.fake";
    public static final ModelSignature SIGNATURE = ModelSignature.of(
            ModelSignature.DEFAULT_NAME,
            List.of(TensorSpec.of("x", DataType.FLOAT, Shape.of(-1))),
            List.of(TensorSpec.of("y", DataType.FLOAT, Shape.of(-1))));

    private static final ModelSignature RENAMED = ModelSignature.of(
            ModelSignature.DEFAULT_NAME,
            List.of(TensorSpec.of("z", DataType.FLOAT, Shape.of(-1))),
            List.of(TensorSpec.of("y", DataType.FLOAT, Shape.of(-1))));

    /// Sessions of all fakes that are open; [LeakInspector] looks here.
    static final Set<Session> OPEN = ConcurrentHashMap.newKeySet();

    /// What sessions have seen that must not happen; [LeakInspector] looks here.
    static final List<String> VIOLATIONS = new CopyOnWriteArrayList<>();

    private final AtomicInteger inspections = new AtomicInteger();
    private final AtomicInteger loads = new AtomicInteger();
    private final AtomicInteger preparations = new AtomicInteger();
    private final Runnable eachRun;

    public FakeEngine() {
        this(() -> {});
    }

    /// @param eachRun what a run does besides, for example to take time on a clock
    public FakeEngine(Runnable eachRun) {
        this.eachRun = eachRun;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public ModelFiles modelFiles() {
        return ModelFiles.of(FILE);
    }

    @Override
    public boolean hasThreadsPerSession() {
        return true;
    }

    @Override
    public void prepare() {
        preparations.incrementAndGet();
    }

    @Override
    public InspectedModel inspect(Path directory) {
        inspections.incrementAndGet();
        try {
            return new Inspected(Files.readString(directory.resolve(FILE), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Inspected implements InspectedModel {
        private final String text;

        private Inspected(String text) {
            this.text = text;
        }

        @Override
        public boolean keepsReading() {
            return false;
        }

        @Override
        public long memoryBytes() {
            return text.length();
        }

        @Override
        public EngineSession load(Path directory, EngineSettings settings) {
            loads.incrementAndGet();
            if (text.startsWith("broken ")) {
                throw new ServingException(ErrorKind.ENGINE_FAILED, text.substring("broken ".length()));
            }
            int end = text.indexOf(' ');
            return new Session(Float.parseFloat(text.substring(end)), text.substring(0, end), eachRun);
        }
    }

    /// A session without files and engine, which adds this number.
    public static EngineSession session(long number) {
        return new Session((float) number, "adds", () -> {});
    }

    /// How often it was asked to prepare itself.
    public int preparations() {
        return preparations.get();
    }

    /// How often it was asked to inspect a directory.
    public int inspections() {
        return inspections.get();
    }

    /// How often it was asked to load.
    public int loads() {
        return loads.get();
    }

    /// Sessions of all fakes that are open.
    public static int openSessions() {
        return OPEN.size();
    }

    public static byte[] adds(int number) {
        return ("adds " + number).getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] picky(int number) {
        return ("picky " + number).getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] endless(int number) {
        return ("endless " + number).getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] renamed(int number) {
        return ("renamed " + number).getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] broken(String why) {
        return ("broken " + why).getBytes(StandardCharsets.UTF_8);
    }

    /// What its models take.
    public static NamedTensors input(float... x) {
        return NamedTensors.of("x", tensor(x));
    }

    /// What its models answer, as numbers.
    public static float[] output(NamedTensors outputs) {
        return values(outputs, "y");
    }

    public static DenseTensor tensor(float... values) {
        return new DenseTensor(DataType.FLOAT, Shape.of(values.length), MemorySegment.ofArray(values));
    }

    public static float[] values(NamedTensors tensors, String name) {
        if (!(tensors.get(name) instanceof DenseTensor tensor)) {
            throw new AssertionError("no " + name + " in " + tensors);
        }
        return tensor.data().toArray(DenseTensor.FLOAT);
    }

    static final class Session implements EngineSession {
        /// Set when closed; the bits below count the runs.
        private static final int CLOSED = 1 << 30;

        private final float number;
        private final boolean picky;
        private final boolean endless;
        private final boolean renamed;
        private final Runnable eachRun;
        private final AtomicInteger running = new AtomicInteger();

        private Session(float number, String kind, Runnable eachRun) {
            this.number = number;
            this.picky = kind.equals("picky");
            this.endless = kind.equals("endless");
            this.renamed = kind.equals("renamed");
            this.eachRun = eachRun;
            OPEN.add(this);
        }

        @Override
        public Map<String, ModelSignature> signatures() {
            return Map.of(ModelSignature.DEFAULT_NAME, renamed ? RENAMED : SIGNATURE);
        }

        @Override
        public boolean isOnCaller() {
            return true;
        }

        @Override
        public NamedTensors run(
                ModelSignature signature, NamedTensors inputs, Set<String> wanted, Cancellation cancellation) {
            if (running.incrementAndGet() >= CLOSED) {
                VIOLATIONS.add(this + " was run after it had been closed");
            }
            try {
                eachRun.run();
                CountDownLatch end = new CountDownLatch(1);
                cancellation.arm(end::countDown);
                float[] values = values(inputs, renamed ? "z" : "x");
                for (int i = 0; i < values.length; i++) {
                    if (endless && values[i] < 0) {
                        throw endOf(end);
                    }
                    if (picky && values[i] == 0) {
                        throw new ServingException(ErrorKind.INVALID_REQUEST, "0 is out of range");
                    }
                    values[i] += number;
                }
                return NamedTensors.of("y", tensor(values));
            } finally {
                cancellation.disarm();
                if (running.decrementAndGet() >= CLOSED) {
                    VIOLATIONS.add(this + " was closed during a run");
                }
            }
        }

        private static ServingException endOf(CountDownLatch end) {
            try {
                end.await();
                return Cancellation.ended(null);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted before it was cancelled", interrupted);
            }
        }

        @Override
        public void close() {
            int before = running.getAndUpdate(count -> count | CLOSED);
            if ((before & ~CLOSED) != 0) {
                VIOLATIONS.add(this + " was closed under " + (before & ~CLOSED) + " runs");
            }
            OPEN.remove(this);
        }

        @Override
        public String toString() {
            return "the session that adds " + number;
        }
    }
}
