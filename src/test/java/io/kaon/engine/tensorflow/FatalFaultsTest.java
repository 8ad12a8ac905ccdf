package io.kaon.engine.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.testkit.SavedModels;
import io.kaon.testkit.Sessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TensorProto;

/// What would end the process is refused before TensorFlow sees it. If one of these fails, there is no report of it.
final class FatalFaultsTest {
    private static final Path DIGITS = Path.of("models/mnist_savedmodel/1");

    @TempDir
    private Path folder;

    private void assertRefused(String... words) {
        assertThatThrownBy(() -> Sessions.load(new TensorflowEngine(), folder)).hasMessageContainingAll(words);
    }

    @Test
    void aConstantOfNoType() throws IOException {
        SavedModels.halfPlusTwo()
                .node(NodeDef.newBuilder()
                        .setName("odd")
                        .setOp("Const")
                        .putAttr(
                                "value",
                                AttrValue.newBuilder()
                                        .setTensor(TensorProto.newBuilder().setDtypeValue(-1))
                                        .build()))
                .writeTo(folder);
        assertRefused("element type number -1");
    }

    @Test
    void aConstantOfAnotherTypeThanItIsDeclaredWith() throws IOException {
        SavedModels.halfPlusTwo()
                .node(NodeDef.newBuilder()
                        .setName("odd")
                        .setOp("Const")
                        .putAttr(
                                "dtype",
                                AttrValue.newBuilder()
                                        .setType(DataType.DT_INT32)
                                        .build())
                        .putAttr(
                                "value",
                                AttrValue.newBuilder()
                                        .setTensor(TensorProto.newBuilder().setDtype(DataType.DT_BOOL))
                                        .build()))
                .writeTo(folder);
        assertRefused("constant odd", "number 3 and holds 10");
    }

    @Test
    void aConstantThatNoMemoryHolds() throws IOException {
        SavedModels.halfPlusTwo()
                .node(NodeDef.newBuilder()
                        .setName("odd")
                        .setOp("Const")
                        .putAttr(
                                "value",
                                AttrValue.newBuilder()
                                        .setTensor(TensorProto.newBuilder()
                                                .setDtype(DataType.DT_FLOAT)
                                                .setTensorShape(
                                                        SavedModels.info("", DataType.DT_FLOAT, 1 << 20, 1 << 20)
                                                                .getTensorShape()))
                                        .build()))
                .writeTo(folder);
        assertRefused("more than 2147483648 elements");
    }

    @Test
    void aCallThatAnnouncesFewerResultsThanItsFunctionHas() throws IOException {
        SavedModel.Builder model;
        try (var file = Files.newInputStream(DIGITS.resolve(SavedModels.FILE))) {
            model = SavedModel.parseFrom(file).toBuilder();
        }
        model.getMetaGraphsBuilder(0).getGraphDefBuilder().getNodeBuilderList().stream()
                .filter(node -> node.getOp().equals("StatefulPartitionedCall"))
                .forEach(node -> node.putAttr(
                        "Tout",
                        AttrValue.newBuilder()
                                .setList(AttrValue.ListValue.getDefaultInstance())
                                .build()));
        Files.write(folder.resolve(SavedModels.FILE), model.build().toByteArray());
        assertRefused("StatefulPartitionedCall announces 0 results", "has 1");
    }

    /// It ends nothing, but every request would fail.
    @Test
    void variablesWithoutTheirFiles() throws IOException {
        Files.copy(DIGITS.resolve(SavedModels.FILE), folder.resolve(SavedModels.FILE));
        assertRefused("its variables have no values", "variables.index does not exist");
    }

    @Test
    void anOperatorWithoutItsInput() throws IOException {
        SavedModels.halfPlusTwo()
                .node("odd", "Identity", DataType.DT_FLOAT, "^x")
                .writeTo(folder);
        assertRefused("operator Identity takes 0 tensors, expected 1");
    }

    @ParameterizedTest
    @ValueSource(longs = {-2, Long.MIN_VALUE, 1L << 40})
    void anOperatorOfANumberOfTensorsThatCannotBe(long number) throws IOException {
        SavedModels.halfPlusTwo()
                .node(SavedModels.operation("odd", "Pack", "x")
                        .putAttr("N", AttrValue.newBuilder().setI(number).build()))
                .writeTo(folder);
        assertRefused("operator Pack has the attribute N = " + number);
    }

    /// Only counts are: an axis counts from the end.
    @Test
    void noOtherNumberBelowZero() throws IOException {
        SavedModels.halfPlusTwo()
                .node(SavedModels.operation("odd", "Pack", "x")
                        .putAttr("N", AttrValue.newBuilder().setI(1).build())
                        .putAttr("axis", AttrValue.newBuilder().setI(-1).build())
                        .putAttr(
                                "T",
                                AttrValue.newBuilder()
                                        .setType(DataType.DT_FLOAT)
                                        .build()))
                .writeTo(folder);
        assertThatCode(() -> Sessions.load(new TensorflowEngine(), folder).close())
                .doesNotThrowAnyException();
    }

    @Test
    void anIndexOfVariablesWithAWrongByteAnywhere() throws IOException {
        byte[] index = Files.readAllBytes(DIGITS.resolve("variables/variables.index"));
        assertThatCode(() -> VariablesIndex.check(index)).doesNotThrowAnyException();
        int unnoticed = 0;
        for (int i = 0; i < index.length; i++) {
            byte[] broken = index.clone();
            broken[i] ^= 0x10;
            try {
                VariablesIndex.check(broken);
                unnoticed++;
            } catch (IOException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        }
        // Only the padding of the footer may hold anything.
        assertThat(unnoticed).isLessThan(40);
        Files.createDirectories(folder.resolve("variables"));
        Files.write(folder.resolve("variables/variables.index"), new byte[100]);
        SavedModels.halfPlusTwo().writeTo(folder);
        assertRefused("variables.index is broken");
    }
}
