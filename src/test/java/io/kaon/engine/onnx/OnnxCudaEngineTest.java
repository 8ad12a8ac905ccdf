package io.kaon.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.engine.CudaSettings;
import io.kaon.engine.Device;
import io.kaon.engine.DeviceBudget;
import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.ProviderSettings;
import io.kaon.engine.cuda.Gpus;
import io.kaon.model.ErrorKind;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.testkit.OnnxCases;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// The contract on a GPU, and what is a GPU's own.
@Tag("gpu")
@EnabledIf(value = "io.kaon.engine.onnx.CudaMachine#isHere", disabledReason = CudaMachine.NEEDS)
final class OnnxCudaEngineTest extends OnnxEngineContract {
    private static final Device.Cuda GPU = new Device.Cuda(0);
    private static final int RELOADS = 200;

    /// Of which CUDA keeps some for each process, whatever is loaded.
    private static final long NOISE = 64L << 20;

    private final DeviceBudget budget = DeviceBudget.of(1L << 50);
    private final OnnxEngine engine = new OnnxEngine(budget);

    @TempDir
    Path directory;

    @Override
    protected Engine engine() {
        return engine;
    }

    @Override
    protected EngineSettings settings() {
        return EngineSettings.defaults().withDevice(GPU);
    }

    private EngineSettings limited(long bytes) {
        CudaSettings cuda = new CudaSettings(
                OptionalLong.of(bytes), Optional.empty(), Optional.empty(), Optional.of(false), false, Map.of());
        return settings().withProviders(new ProviderSettings(List.of(), cuda, Map.of()));
    }

    private static long used() {
        return Gpus.HERE.memory().getFirst().used();
    }

    private static DenseTensor zeros(int length) {
        return new DenseTensor(DataType.FLOAT, Shape.of(length), MemorySegment.ofArray(new float[length]));
    }

    @Test
    void saysWhereItIs() throws IOException {
        writeHalfPlusTwo(directory);
        try (EngineSession session = load(directory)) {
            assertThat(session.device()).isEqualTo("cuda:0");
            assertThat(session.isOnDevice()).isTrue();
            assertThat(session.isOnCaller()).isFalse();
            assertThat(session.mayRunInPlace()).isFalse();
            assertThat(session.notice()).isNull();
            assertThat(session.fault()).isNull();
            assertThat(budget.reserved(0)).isPositive();
        }
        assertThat(budget.reserved(0)).isZero();
    }

    @Test
    void isChosenByItselfWhereItIsThere() throws IOException {
        writeHalfPlusTwo(directory);
        try (EngineSession session = Sessions.load(engine, directory)) {
            assertThat(session.notice()).isNull();
            assertThat(session.device()).isEqualTo("cuda:0");
        }
    }

    @Test
    void answersAsTheProcessorDoes() throws IOException {
        List<OnnxCases.Light> networks = OnnxCases.light();
        Assumptions.assumeFalse(networks.isEmpty(), "the published networks are not beside the checkout");
        for (OnnxCases.Light network : networks) {
            Path own = Files.createDirectory(directory.resolve(network.name()));
            Files.copy(network.model(), own.resolve(modelFile()));
            // Without TF32, which rounds to ten bits.
            NamedTensors there;
            try (EngineSession session = Sessions.load(engine, own, limited(8L << 30))) {
                there = Sessions.run(session, network.ramps());
            }
            try (EngineSession session =
                    Sessions.load(engine, own, EngineSettings.defaults().withDevice(Device.CPU))) {
                NamedTensors here = Sessions.run(session, network.ramps());
                for (String name : here.names()) {
                    Tensors.assertClose(Tensors.get(there, name), Tensors.get(here, name));
                }
            }
        }
    }

    @Test
    void givesBackTheMemoryOfEachSession() throws IOException {
        writeHalfPlusTwo(directory);
        for (int i = 0; i < 3; i++) {
            reload();
        }
        long before = used();
        for (int i = 0; i < RELOADS; i++) {
            reload();
        }
        assertThat(used() - before).isLessThan(NOISE);
    }

    private void reload() {
        try (EngineSession session = load(directory)) {
            assertThat(Tensors.floatsOf(Sessions.run(session, Tensors.floats(1))))
                    .containsExactly(2.5f);
        }
    }

    @Test
    void refusesTheRunThatFindsNoMemoryAndNoOther() throws IOException {
        writeHalfPlusTwo(directory);
        try (EngineSession session = Sessions.load(engine, directory, limited(16 << 20))) {
            for (int i = 0; i < 3; i++) {
                assertRefused(
                        ErrorKind.ENGINE_FAILED,
                        () -> Sessions.run(session, zeros(16 << 20)),
                        "no memory left for this run",
                        "cuda:0");
                assertThat(Tensors.floatsOf(Sessions.run(session, Tensors.floats(1))))
                        .containsExactly(2.5f);
            }
            assertThat(session.fault()).isNull();
        }
    }

    @Test
    void givesBackWhatALargeRunTook() throws IOException {
        writeHalfPlusTwo(directory);
        try (EngineSession session = load(directory)) {
            Sessions.run(session, Tensors.floats(1));
            long before = used();
            Sessions.run(session, zeros(64 << 20));
            Sessions.run(session, Tensors.floats(1));
            assertThat(used() - before).isLessThan(NOISE);
        }
    }
}
