package io.kaon.engine.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.InspectedModel;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.EngineContract;
import io.kaon.testkit.SavedModels;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

final class TensorflowEngineTest extends EngineContract {
    private static final org.tensorflow.proto.DataType FLOAT = org.tensorflow.proto.DataType.DT_FLOAT;

    private final TensorflowEngine engine = new TensorflowEngine();

    @TempDir
    private Path folder;

    @Override
    protected Engine engine() {
        return engine;
    }

    @Override
    protected String modelFile() {
        return SavedModels.FILE;
    }

    @Override
    protected void writeHalfPlusTwo(Path into) throws IOException {
        SavedModels.halfPlusTwo().writeTo(into);
    }

    @Override
    protected void writeEndlessBelowZero(Path into) throws IOException {
        SavedModels.endlessBelowZero().writeTo(into);
    }

    @Override
    protected boolean copesWithOtherShapes() {
        return true;
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void passesEveryElementType(DataType type) throws IOException {
        SavedModels.identity(org.tensorflow.proto.DataType.forNumber(TensorflowTypes.toNumber(type)))
                .writeTo(folder);
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (EngineSession session = load(folder)) {
            for (Shape shape : new Shape[] {Shape.scalar(), Shape.of(3), Shape.of(2, 0, 3), Shape.of(2, 3)}) {
                Tensor sent = Tensors.random(type, shape, random);
                Tensor got = Sessions.run(session, sent);
                Tensors.assertEqual(got, sent);
            }
        }
    }

    @Test
    void passesStringsOfAnyLengthAndContent() throws IOException {
        SavedModels.identity(org.tensorflow.proto.DataType.DT_STRING).writeTo(folder);
        try (EngineSession session = load(folder)) {
            byte[] large = new byte[100_000];
            large[5] = (byte) 0xFF;
            StringTensor sent = new StringTensor(
                    Shape.of(4), List.of(new byte[0], new byte[] {0, (byte) 0xFE}, new byte[22], large));
            assertThat(((StringTensor) Sessions.run(session, sent)).values()).containsExactlyElementsOf(sent.values());
        }
    }

    @Test
    void takesMoreRowsThanItsModelDeclares() throws IOException {
        SavedModels.halfPlusTwoDeclaredForOne().writeTo(folder);
        try (EngineSession session = load(folder)) {
            assertThat(Tensors.floatsOf(Sessions.run(session, Tensors.floats(1, 2, 5))))
                    .containsExactly(2.5f, 3, 4.5f);
        }
    }

    @Test
    void saysWhatIsDeclaredWhenAKernelRefusesAShape() throws IOException {
        SavedModels.product().writeTo(folder);
        try (EngineSession session = load(folder)) {
            for (Shape shape : List.of(Shape.scalar(), Shape.of(2), Shape.of(1, 3), Shape.of(1, 1, 2))) {
                Tensor sent = Tensors.random(DataType.FLOAT, shape, new Random(1));
                assertRefused(
                        ErrorKind.INVALID_REQUEST,
                        () -> Sessions.run(session, sent),
                        "TensorFlow: ",
                        "input `x` is declared as FLOAT[-1,2], got FLOAT" + shape);
            }
        }
    }

    @Test
    void readsTheTextForm() throws IOException {
        SavedModels.halfPlusTwo().writeTextTo(folder);
        assertThat(engine.recognises(folder)).isTrue();
        try (EngineSession session = load(folder)) {
            assertThat(Tensors.floatsOf(Sessions.run(session, Tensors.floats(2))))
                    .containsExactly(3);
        }
    }

    @Test
    void loadsTheGraphWithTheTagsThatAreAskedFor() throws IOException {
        SavedModels.halfPlusTwo().tags("serve", "gpu").writeTo(folder);
        assertRefused(ErrorKind.ENGINE_FAILED, () -> load(folder), "[serve]", "gpu");
        try (EngineSession session =
                Sessions.load(engine, folder, EngineSettings.defaults().withSavedModelTags(Set.of("gpu", "serve")))) {
            assertThat(session.signatures()).hasSize(1);
        }
    }

    /// Signatures are known from the file alone. So those of one that took its place would show that it was read again.
    @Test
    void readsTheGraphsOnce() throws IOException {
        SavedModels.halfPlusTwo().writeTo(folder);
        InspectedModel inspected = engine.inspect(folder);
        SavedModels.halfPlusTwo().signature("later", SignatureDef.newBuilder()).writeTo(folder);
        for (int i = 0; i < 2; i++) {
            try (EngineSession session = inspected.load(folder, EngineSettings.defaults())) {
                assertThat(session.signatures()).containsOnlyKeys(ModelSignature.DEFAULT_NAME);
            }
        }
    }

    @Test
    void countsVariablesAsMemory() throws IOException {
        SavedModels.halfPlusTwo().writeTo(folder);
        Path variables = Files.createDirectory(folder.resolve("variables"));
        Files.write(variables.resolve("variables.data-00000-of-00002"), new byte[1000]);
        Files.write(variables.resolve("variables.data-00001-of-00002"), new byte[100]);
        assertThat(engine.inspect(folder).memoryBytes()).isEqualTo(1100 + Files.size(folder.resolve(SavedModels.FILE)));
    }

    @Test
    void keepsSignaturesThatNoClientCanCallWithTheReason() throws IOException {
        SavedModels.halfPlusTwo()
                .signature(
                        "init",
                        SignatureDef.newBuilder()
                                .putOutputs(
                                        "op",
                                        TensorInfo.newBuilder().setName("NoOp").build()))
                .signature(
                        "gone",
                        SignatureDef.newBuilder()
                                .putInputs("x", SavedModels.info("z:0", FLOAT))
                                .putOutputs("y", SavedModels.info("y:7", FLOAT)))
                .writeTo(folder);
        try (EngineSession session = load(folder)) {
            assertThat(refusal(session, "init")).contains("no tensor \"NoOp\"");
            assertThat(refusal(session, "gone")).contains("\"z:0\"", "\"y:7\"");
            assertThat(refusal(session, ModelSignature.DEFAULT_NAME)).isEmpty();
        }
    }

    private static String refusal(EngineSession session, String signature) {
        ModelSignature found = session.signatures().get(signature);
        String refusal = found == null ? "not there" : found.traits().refusal();
        return refusal == null ? "" : refusal;
    }

    @Test
    void refusesAModelThatHasNothingToCall() throws IOException {
        new SavedModels().placeholder("x", FLOAT).writeTo(folder);
        assertRefused(ErrorKind.UNSUPPORTED, () -> load(folder), "no signatures");
    }

    /// Some files that are in use declare a type that the graph does not have.
    @Test
    void believesTheGraphAboutTypesAndAnEmptyShapeAboutNothing() throws IOException {
        SavedModels.identity(org.tensorflow.proto.DataType.DT_STRING)
                .signature(
                        ModelSignature.DEFAULT_NAME,
                        SignatureDef.newBuilder()
                                .putInputs("x", SavedModels.info("x:0", FLOAT))
                                .putOutputs("y", SavedModels.info("y:0", FLOAT)))
                .writeTo(folder);
        try (EngineSession session = load(folder)) {
            assertThat(Sessions.signature(session).inputs())
                    .hasEntrySatisfying("x", spec -> assertThat(spec.describe()).isEqualTo("STRING of any shape"));
        }
    }

    @Test
    void fillsInDefaults() throws IOException {
        SignatureDef.Builder definition =
                SavedModels.halfPlusTwo()
                        .build()
                        .getMetaGraphs(0)
                        .getSignatureDefOrThrow(ModelSignature.DEFAULT_NAME)
                        .toBuilder();
        definition.putDefaults(
                "x",
                org.tensorflow.proto.TensorProto.newBuilder()
                        .setDtype(FLOAT)
                        .setTensorShape(SavedModels.info("", FLOAT, 3).getTensorShape())
                        .addFloatVal(1)
                        .addFloatVal(4)
                        .build());
        SavedModels.halfPlusTwo()
                .signature(ModelSignature.DEFAULT_NAME, definition)
                .writeTo(folder);
        try (EngineSession session = load(folder)) {
            ModelSignature signature = Sessions.signature(session);
            assertThat(signature.inputs())
                    .hasEntrySatisfying("x", spec -> assertThat(spec.required()).isFalse());
            assertThat(Tensors.floatsOf(Tensors.get(signature.traits().defaults(), "x")))
                    .containsExactly(1, 4, 4);
        }
    }

    /// Warm-up must leave these alone.
    @Test
    void tellsWhichSignaturesChangeTheState() throws IOException {
        NodeDef.Builder write = NodeDef.newBuilder()
                .setName("write")
                .setOp("PrintV2")
                .addInput("text")
                .putAttr(
                        "output_stream",
                        AttrValue.newBuilder()
                                .setS(ByteString.copyFromUtf8("stderr"))
                                .build());
        SavedModels.halfPlusTwo()
                .placeholder("text", org.tensorflow.proto.DataType.DT_STRING)
                .node(write)
                .node("after", "Identity", FLOAT, "x", "^write")
                .signature(
                        "writes",
                        SignatureDef.newBuilder()
                                .putInputs("x", SavedModels.info("x:0", FLOAT))
                                .putInputs("text", SavedModels.info("text:0", org.tensorflow.proto.DataType.DT_STRING))
                                .putOutputs("y", SavedModels.info("after:0", FLOAT)))
                .writeTo(folder);
        try (EngineSession session = load(folder)) {
            session.signatures()
                    .forEach((name, signature) ->
                            assertThat(signature.traits().changesState()).isEqualTo(name.equals("writes")));
        }
    }

    /// A signature that cannot loop is run by the thread that asks for it, as are all runs without a limit.
    @Test
    void tellsWhichSignaturesMayNotEnd() throws IOException {
        SavedModels.endlessBelowZero()
                .signature(
                        "straight",
                        SignatureDef.newBuilder()
                                .putInputs("x", SavedModels.info("x:0", FLOAT, -1))
                                .putOutputs("y", SavedModels.info("straight:0", FLOAT, -1)))
                .node("straight", "Neg", FLOAT, "x")
                .writeTo(folder);
        try (EngineSession session = load(folder)) {
            session.signatures()
                    .forEach((name, signature) -> assertThat(signature.traits().durationVaries())
                            .isEqualTo(name.equals(ModelSignature.DEFAULT_NAME)));
            assertThat(session.isOnCaller()).isFalse();
        }
        SavedModels.halfPlusTwo().writeTo(folder);
        try (EngineSession session = load(folder)) {
            assertThat(session.isOnCaller()).isTrue();
        }
    }

    /// As an export of `tf.random.uniform` has it. Whether its answers differ is for others to find out.
    @Test
    void takesARandomOperatorForNoState() throws IOException {
        new SavedModels()
                .placeholder("x", FLOAT)
                .node(SavedModels.operation("shape", "Shape", "x")
                        .putAttr("T", AttrValue.newBuilder().setType(FLOAT).build()))
                .node(SavedModels.operation("random", "RandomUniform", "shape")
                        .putAttr(
                                "T",
                                AttrValue.newBuilder()
                                        .setType(org.tensorflow.proto.DataType.DT_INT32)
                                        .build())
                        .putAttr("dtype", AttrValue.newBuilder().setType(FLOAT).build()))
                .node("y", "AddV2", FLOAT, "x", "random")
                .fromXToY()
                .writeTo(folder);
        try (EngineSession session = load(folder)) {
            assertThat(Sessions.signature(session).traits().changesState()).isFalse();
            assertThat(Sessions.run(session, Tensors.floats(1, 2)).shape()).isEqualTo(Shape.of(2));
        }
    }

    @Test
    void saysWhatTensorflowSaysAboutAShapeThatItCannotTake() throws IOException {
        new SavedModels()
                .placeholder("a", FLOAT)
                .placeholder("b", FLOAT)
                .node("y", "AddV2", FLOAT, "a", "b")
                .signature(
                        ModelSignature.DEFAULT_NAME,
                        SignatureDef.newBuilder()
                                .putInputs("a", SavedModels.info("a:0", FLOAT))
                                .putInputs("b", SavedModels.info("b:0", FLOAT))
                                .putOutputs("y", SavedModels.info("y:0", FLOAT)))
                .writeTo(folder);
        try (EngineSession session = load(folder)) {
            assertRefused(
                    ErrorKind.INVALID_REQUEST,
                    () -> Sessions.run(
                            session, NamedTensors.of(Map.of("a", Tensors.floats(1, 2), "b", Tensors.floats(1, 2, 3)))),
                    "Incompatible shapes");
        }
    }
}
