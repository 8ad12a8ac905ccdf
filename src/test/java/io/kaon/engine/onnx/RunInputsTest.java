package io.kaon.engine.onnx;

import static io.kaon.testkit.Sessions.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import io.kaon.engine.EngineSession;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.NativeSlab;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which memory ONNX Runtime gets to see.
final class RunInputsTest {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment("kaon");
    private final NativeSlab slab = new NativeSlab();

    @TempDir
    Path directory;

    private EngineSession halfPlusTwo() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(directory);
        return Sessions.load(new OnnxEngine(), directory);
    }

    private static ModelSignature signature(TensorSpec... inputs) {
        return ModelSignature.of(ModelSignature.DEFAULT_NAME, List.of(inputs), List.of());
    }

    private static MemorySegment memory(OnnxTensor tensor) {
        Buffer buffer = tensor.getBufferRef().orElseThrow();
        assertThat(buffer.isDirect()).isTrue();
        assertThat(tensor.ownsBuffer()).as("copied by the Java API").isFalse();
        return MemorySegment.ofBuffer(buffer);
    }

    @Test
    void heapTensorsAreCopiedIntoTheSlabSideBySide() throws Exception {
        Tensor a = new DenseTensor(DataType.UINT8, Shape.of(3), MemorySegment.ofArray(new byte[] {1, 2, 3}));
        NamedTensors inputs = NamedTensors.of(Map.of("a", a, "b", Tensors.floats(4, 5)));
        try (RunInputs run = RunInputs.of(environment, inputs, false, slab)) {
            MemorySegment kept = slab.atLeast(1);
            for (Map.Entry<String, OnnxTensor> entry : run.tensors().entrySet()) {
                MemorySegment memory = memory(entry.getValue());
                assertThat(memory.address()).isBetween(kept.address(), kept.address() + 64);
                assertThat(memory.address() % 64).isZero();
                DenseTensor given = (DenseTensor) Tensors.get(inputs, entry.getKey());
                assertThat(memory.mismatch(given.data())).isEqualTo(-1);
            }
        }
    }

    @Test
    void nativeTensorsAreNotCopied() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(12, 4);
            NamedTensors inputs = NamedTensors.of("x", new DenseTensor(DataType.FLOAT, Shape.of(3), data));
            try (RunInputs run = RunInputs.of(environment, inputs, false, slab)) {
                for (OnnxTensor tensor : run.tensors().values()) {
                    assertThat(memory(tensor).address()).isEqualTo(data.address());
                }
            }
        }
    }

    @Test
    void nativeTensorsAtOddAddressesAre() throws Exception {
        try (EngineSession session = halfPlusTwo();
                Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(16, 4).asSlice(1, 8);
            data.set(DenseTensor.FLOAT, 0, 6);
            data.set(DenseTensor.FLOAT, 4, 8);
            Tensor x = new DenseTensor(DataType.FLOAT, Shape.of(2), data);
            assertThat(Tensors.floatsOf(run(session, x))).containsExactly(5, 6);
        }
    }

    @Test
    void runsLargerThanTheSlabTakeMemoryOfTheirOwn() throws Exception {
        float[] large = new float[(int) (NativeSlab.MAX_BYTES / 4) + 1];
        large[large.length - 1] = 2;
        NamedTensors inputs = NamedTensors.of("x", Tensors.floats(large));
        try (RunInputs run = RunInputs.of(environment, inputs, false, slab)) {
            for (OnnxTensor tensor : run.tensors().values()) {
                assertThat(memory(tensor).byteSize()).isEqualTo(4L * large.length);
            }
        }
        assertThat(slab.atLeast(1).byteSize()).isLessThan(NativeSlab.MAX_BYTES);
        try (EngineSession session = halfPlusTwo()) {
            float[] y = Tensors.floatsOf(run(session, Tensors.floats(large)));
            assertThat(y[large.length - 1]).isEqualTo(3);
        }
    }

    @Test
    void theSlabGrowsAndStays() {
        long first = slab.atLeast(0).address();
        assertThat(first).isNotZero();
        assertThat(slab.atLeast(1000).address()).isEqualTo(first);
        MemorySegment grown = slab.atLeast(NativeSlab.MAX_BYTES);
        assertThat(grown.byteSize()).isEqualTo(NativeSlab.MAX_BYTES);
        assertThat(slab.atLeast(1).address()).isEqualTo(grown.address());
    }

    @Test
    void tensorsLargerThanAJavaBufferAreRefused() throws IOException {
        long bytes = 3L << 30;
        ModelSignature signature = signature(TensorSpec.of("x", DataType.INT8, null));
        // A file with a hole: no memory is taken.
        try (RandomAccessFile file =
                        new RandomAccessFile(directory.resolve("hole").toFile(), "rw");
                Arena arena = Arena.ofConfined()) {
            file.setLength(bytes);
            MemorySegment data = file.getChannel().map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
            NamedTensors inputs = NamedTensors.of("x", new DenseTensor(DataType.INT8, Shape.of(bytes), data));
            assertThatThrownBy(() -> RunInputs.check(signature, inputs))
                    .isInstanceOfSatisfying(
                            ServingException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED))
                    .hasMessageContaining("input `x`: INT8[3221225472]");
        }
    }
}
