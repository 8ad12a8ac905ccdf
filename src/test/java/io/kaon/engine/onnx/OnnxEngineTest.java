package io.kaon.engine.onnx;

import static io.kaon.testkit.Sessions.run;
import static io.kaon.testkit.Sessions.signature;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.InspectedModel;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.OnnxType;
import io.kaon.testkit.ResidentMemory;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The contract, and shapes and signatures as ONNX has them.
final class OnnxEngineTest extends OnnxEngineContract {
    private final OnnxEngine engine = new OnnxEngine();

    @TempDir
    Path directory;

    @Override
    protected Engine engine() {
        return engine;
    }

    private EngineSession open(OnnxModel model) throws IOException {
        model.writeTo(directory);
        return load(directory);
    }

    @Test
    void saysWhatIsWrongWithABrokenModel() throws IOException {
        assertRefused(ErrorKind.ENGINE_FAILED, () -> load(directory), "doesn't exist");
        Files.write(directory.resolve(modelFile()), new byte[0]);
        assertRefused(ErrorKind.ENGINE_FAILED, () -> load(directory), "model.onnx is empty: copy it again");
        Files.writeString(directory.resolve(modelFile()), "no model at all");
        assertRefused(ErrorKind.ENGINE_FAILED, () -> load(directory), "model.onnx is no ONNX model, or is damaged");
    }

    @Test
    void doesNotRecogniseADirectoryOfThatName() throws IOException {
        Files.createDirectory(directory.resolve(modelFile()));
        assertThat(engine.recognises(directory)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UINT16", "UINT32", "UINT64"})
    void passesEveryTypeInEveryShape(DataType type) throws IOException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (EngineSession session = open(OnnxModels.identityOfAnyShape(type))) {
            assertThat(signature(session).inputs().values()).containsExactly(TensorSpec.of("x", type, null));
            assertThat(signature(session).outputs().values()).containsExactly(TensorSpec.of("y", type, null));
            for (Shape shape : List.of(
                    Shape.scalar(),
                    Shape.of(0),
                    Shape.of(1),
                    Shape.of(7),
                    Shape.of(2, 3),
                    Shape.of(3, 0, 2),
                    Shape.of(2, 1, 3, 1, 2))) {
                passes(session, Tensors.random(type, shape, random));
            }
        }
    }

    private static void passes(EngineSession session, Tensor x) {
        Tensor y = run(session, x);
        assertThat(y.describe()).isEqualTo(x.describe());
        assertThat(Tensors.bytesOf(y)).isEqualTo(Tensors.bytesOf(x));
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"UINT16", "UINT32", "UINT64"})
    void answersUnsignedTypes(DataType type) throws IOException {
        try (EngineSession session = open(OnnxModels.cast(type))) {
            assertThat(signature(session).outputs().values())
                    .containsExactly(
                            TensorSpec.of("y", type, Shape.of(Shape.UNKNOWN)).withDimensionNames("n"));
            DenseTensor y = (DenseTensor) run(session, Tensors.floats(1, 65535));
            assertThat(y.describe()).isEqualTo(type + "[2]");
            assertThat(y.data().get(DenseTensor.SHORT, 0)).isEqualTo((short) 1);
            assertThat(y.data().get(DenseTensor.SHORT, type.bytes())).isEqualTo((short) 65535);
        }
    }

    @Test
    void tellsSizesSymbolsAndScalarsApart() throws IOException {
        try (EngineSession session = open(new OnnxModel()
                .input("a", OnnxType.tensor(DataType.FLOAT, "n", "", "3", "0"))
                .input("b", OnnxType.tensor(DataType.FLOAT))
                .input("c", OnnxType.anyShape(DataType.FLOAT))
                .node("Identity", List.of("a"), List.of("x"))
                .node("Identity", List.of("b"), List.of("y"))
                .node("Add", List.of("b", "c"), List.of("z"))
                .output("x", OnnxType.tensor(DataType.FLOAT, "n", "", "3", "0"))
                .output("y", OnnxType.anyShape(DataType.FLOAT))
                .output("z", OnnxType.anyShape(DataType.FLOAT)))) {
            Shape open = Shape.of(Shape.UNKNOWN, Shape.UNKNOWN, 3, 0);
            assertThat(signature(session).inputs().values())
                    .containsExactly(
                            TensorSpec.of("a", DataType.FLOAT, open).withDimensionNames("n", "", "", ""),
                            TensorSpec.of("b", DataType.FLOAT, Shape.scalar()),
                            TensorSpec.of("c", DataType.FLOAT, null));
            assertThat(signature(session).outputs().values())
                    .containsExactly(
                            TensorSpec.of("x", DataType.FLOAT, open).withDimensionNames("n", "", "", ""),
                            TensorSpec.of("y", DataType.FLOAT, null),
                            TensorSpec.of("z", DataType.FLOAT, null));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"None", "?", "-1", "unk__12", "x_dynamic_axes_1", "p2o.DynamicDimension.3"})
    void takesWhatExportersMakeUpForNoName(String dimension) throws IOException {
        try (EngineSession session = open(OnnxModels.identity(OnnxType.tensor(DataType.FLOAT, dimension, "4")))) {
            assertThat(signature(session).inputs().values())
                    .containsExactly(TensorSpec.of("x", DataType.FLOAT, Shape.of(Shape.UNKNOWN, 4)));
        }
    }

    @Test
    void computesOnlyWhatIsWantedInTheSignaturesOrder() throws IOException {
        try (EngineSession session = open(OnnxModels.sumAndDifference())) {
            NamedTensors inputs = NamedTensors.of(
                    Map.of("a", Tensors.floats(Shape.of(1, 2), 5, 7), "b", Tensors.floats(Shape.of(1, 2), 1, 2)));
            NamedTensors both = run(session, inputs, "difference", "sum");
            assertThat(both.names()).containsExactly("sum", "difference");
            assertThat(Tensors.floatsOf(Tensors.get(both, "sum"))).containsExactly(6, 9);
            assertThat(Tensors.floatsOf(Tensors.get(both, "difference"))).containsExactly(4, 5);
            assertThat(run(session, inputs, "difference").names()).containsExactly("difference");
            assertRefused(
                    ErrorKind.INVALID_REQUEST,
                    () -> run(session, NamedTensors.of("a", Tensors.floats(Shape.of(1, 2), 5, 7))),
                    "`b`",
                    "missing");
        }
    }

    @Test
    void runsWithoutInputs() throws IOException {
        try (EngineSession session = open(OnnxModels.constant(Tensors.longs(Shape.of(2), 3, 4)))) {
            assertThat(signature(session).inputs()).isEmpty();
            assertThat(Tensors.longsOf(Tensors.get(run(session, NamedTensors.of(Map.of())), "y")))
                    .containsExactly(3, 4);
        }
    }

    /// What the Java API cannot pass is no part of the signature; the default applies.
    @Test
    void leavesInputsWithADefaultOut() throws IOException {
        try (EngineSession session = open(OnnxModels.optionalFactor())) {
            assertThat(signature(session).inputs()).containsOnlyKeys("x");
            assertThat(signature(session).traits().fixedInputs()).containsExactly("k");
            assertThat(Tensors.floatsOf(run(session, Tensors.floats(3, 4)))).containsExactly(6, 8);
            assertRefused(
                    ErrorKind.INVALID_REQUEST,
                    () -> run(session, NamedTensors.of(Map.of("x", Tensors.floats(3), "k", Tensors.floats(5)))),
                    "`k`",
                    "unknown");
        }
    }

    @Test
    void readsWeightsBesideTheModel() throws IOException {
        OnnxModels.writeWithExternalWeights(directory, Tensors.floats(10, 20));
        try (EngineSession session = load(directory)) {
            assertThat(Tensors.floatsOf(run(session, Tensors.floats(1, 2)))).containsExactly(11, 22);
        }
        InspectedModel inspected = new OnnxEngine().inspect(directory);
        assertThat(inspected.keepsReading()).isTrue();
        assertThat(inspected.memoryBytes())
                .isEqualTo(Files.size(directory.resolve("model.onnx")) + Files.size(directory.resolve("weights.bin")));
        Files.delete(directory.resolve("weights.bin"));
        assertRefused(
                ErrorKind.ENGINE_FAILED,
                () -> load(directory),
                directory + " lacks `weights.bin` (with tensor `w`): copy them there too, beside model.onnx");
    }

    @Test
    void answersAnInputThatIsAnOutput() throws IOException {
        OnnxType vector = OnnxType.tensor(DataType.FLOAT, "n");
        try (EngineSession session = open(OnnxModels.halfPlusTwo().output("x", vector))) {
            NamedTensors outputs = run(session, NamedTensors.of("x", Tensors.floats(4)));
            assertThat(Tensors.floatsOf(Tensors.get(outputs, "x"))).containsExactly(4);
            assertThat(Tensors.floatsOf(Tensors.get(outputs, "y"))).containsExactly(4);
        }
    }

    @Test
    void reportsAFailedRunAndServesOn() throws IOException {
        try (EngineSession session = open(OnnxModels.reshape(DataType.FLOAT))) {
            assertThatThrownBy(() -> reshape(session, 2, 2))
                    .hasMessageContainingAll("Reshape", "{3}", "{2,2}")
                    .hasMessageNotContainingAny("reshape_helper.h", "TensorShapeVector")
                    .asInstanceOf(InstanceOfAssertFactories.type(ServingException.class))
                    .extracting(ServingException::kind)
                    .isEqualTo(ErrorKind.INVALID_REQUEST);
            assertThat(reshape(session, 3, 1).describe()).isEqualTo("FLOAT[3,1]");
        }
    }

    private static Tensor reshape(EngineSession session, long rows, long columns) {
        NamedTensors inputs = NamedTensors.of(
                Map.of("x", Tensors.floats(1, 2, 3), "shape", Tensors.longs(Shape.of(2), rows, columns)));
        return Tensors.get(run(session, inputs), "y");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void runsLoopsWithAnyNumberOfThreads(int threads) throws IOException {
        OnnxModels.slow(20).writeTo(directory);
        try (EngineSession session = Sessions.load(
                engine,
                directory,
                EngineSettings.defaults().withIntraOpThreads(threads).withInterOpThreads(threads))) {
            float[] row = new float[256];
            row[17] = 5;
            Tensor y = run(session, Tensors.floats(Shape.of(1, 256), row));
            assertThat(Tensors.floatsOf(y)).containsExactly(row);
        }
    }

    /// 100 sessions with 12 MB of weights are twice what the measure may be wrong by.
    @Test
    void leaksNothingByLoading() throws IOException {
        // In the model: weights in files of their own are only mapped.
        OnnxModels.addition(Tensors.floats(new float[3_000_000])).writeTo(directory);
        load(directory).close();
        long before = ResidentMemory.bytesBesideHeap();
        for (int i = 0; i < 100; i++) {
            load(directory).close();
        }
        assertThat(ResidentMemory.bytesBesideHeap() - before).isLessThan(ResidentMemory.NOISE_BYTES);
    }
}
