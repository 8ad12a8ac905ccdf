package io.kaon.engine.onnx;

import static io.kaon.testkit.OnnxType.map;
import static io.kaon.testkit.OnnxType.optional;
import static io.kaon.testkit.OnnxType.sequence;
import static io.kaon.testkit.OnnxType.sparse;
import static io.kaon.testkit.OnnxType.tensor;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.testkit.OnnxAttribute;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.OnnxType;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Sound models that cannot be served are refused when they are loaded, with the value, its type and the reason.
final class OnnxRefusalsTest {
    private static final OnnxType FLOATS = tensor(DataType.FLOAT, "n");

    @TempDir
    Path directory;

    private void assertUnsupported(OnnxModel model, String... words) throws IOException {
        model.writeTo(directory);
        assertThatThrownBy(() -> Sessions.load(new OnnxEngine(), directory))
                .hasMessageContainingAll(words)
                .asInstanceOf(InstanceOfAssertFactories.type(ServingException.class))
                .extracting(ServingException::kind)
                .isEqualTo(ErrorKind.UNSUPPORTED);
    }

    @Test
    void labelsThatTheJavaApiChanges() throws IOException {
        assertUnsupported(OnnxModels.labels("cat", "😀"), "output `y`", "😀", "U+FFFF");
        assertUnsupported(OnnxModels.constant(Tensors.strings(Shape.of(1), "😀")), "output `y`", "😀");
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"UINT16", "UINT32", "UINT64"})
    void unsignedInputs(DataType type) throws IOException {
        assertUnsupported(OnnxModels.identity(tensor(type, "n")), "input `x`", type.name(), "creates no tensors");
    }

    @Test
    void modelsThatAnswerNothing() throws IOException {
        assertUnsupported(new OnnxModel().input("x", FLOATS).node("Neg", List.of("x"), List.of("y")), "no outputs");
    }

    @Test
    void elementTypesThatNoOtherEngineHas() throws IOException {
        assertUnsupported(OnnxModels.identity(tensor(OnnxType.COMPLEX64, "n")), "input `x`", "COMPLEX64");
        assertUnsupported(OnnxModels.identity(tensor(OnnxType.FLOAT8E4M3FN, "n")), "input `x`", "FLOAT8E4M3FN");
        assertUnsupported(
                new OnnxModel()
                        .input("x", FLOATS)
                        .node("Cast", List.of("x"), List.of("y"), OnnxAttribute.of("to", OnnxType.FLOAT8E4M3FN))
                        .output("y", tensor(OnnxType.FLOAT8E4M3FN, "n")),
                "output `y`",
                "FLOAT8E4M3FN");
    }

    @Test
    void inputsThatAreNoTensors() throws IOException {
        assertUnsupported(consumer("SequenceLength", sequence(FLOATS)), "input `x`", "sequence(FLOAT)");
        assertUnsupported(consumer("OptionalHasElement", optional(FLOATS)), "input `x`", "optional(FLOAT)");
        assertUnsupported(consumer("Identity", sparse(DataType.FLOAT)), "input `x`", "sparse_tensor(FLOAT)");
        assertUnsupported(consumer("DictVectorizer", map(DataType.STRING, FLOATS)), "input `x`", "map(STRING,FLOAT)");
        assertUnsupported(
                consumer("Identity", sequence(map(DataType.INT64, FLOATS))), "input `x`", "sequence(map(INT64,FLOAT))");
    }

    private static OnnxModel consumer(String operator, OnnxType type) {
        return new OnnxModel()
                .input("x", type)
                .node(operator, List.of("x"), List.of("y"))
                .output("y", tensor(DataType.INT64));
    }

    @Test
    void outputsThatAreNoTensors() throws IOException {
        assertUnsupported(producer("SequenceConstruct", sequence(FLOATS)), "output `y`", "sequence(FLOAT)");
        assertUnsupported(producer("Optional", optional(FLOATS)), "output `y`", "optional(FLOAT)");
        assertUnsupported(
                OnnxModels.classifier(3, 5)
                        .node("Identity", List.of("output_probability"), List.of("copy"))
                        .output("copy", sequence(map(DataType.INT64, tensor(DataType.FLOAT)))),
                "output `copy`",
                "sequence(map(INT64,FLOAT))");
    }

    private static OnnxModel producer(String operator, OnnxType type) {
        return new OnnxModel()
                .input("x", FLOATS)
                .node(operator, List.of("x"), List.of("y"))
                .output("y", type);
    }

    @Test
    void classLabelsThatCannotBeToldApart() throws IOException {
        assertUnsupported(OnnxModels.classifier("a", "b", "a"), "output `output_probability`", "same label");
        assertUnsupported(OnnxModels.classifier("😀", "b"), "output `output_probability`", "😀", "U+FFFF");
    }
}
