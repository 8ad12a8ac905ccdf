package io.kaon.protocol.tfs.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.example.Feature.Kind;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.Tensors;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ExampleInputsTest {
    private static final long ROOM = 1 << 16;

    private final Examples examples = new Examples();

    @Test
    void makesARowOfEveryExample() {
        floats(begin(), "x", 1, 2, 3, 4, 5, 6);
        floats(begin(), "x", 7, 8, 9, 10, 11, 12);
        Tensor x = input(DataType.FLOAT, Shape.of(-1, 2, 3));
        assertThat(x.describe()).isEqualTo("FLOAT[2,2,3]");
        assertThat(Tensors.floatsOf(x)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    1 | -1       | [2]
                    1 | -1,1     | [2,1]
                    4 | -1,-1    | [2,4]
                    4 | -1,2,-1  | [2,2,2]
                    4 | 2,4      | [2,4]
                    4 |          | [2,4]
                    """)
    void takesTheDeclaredShape(int values, @Nullable String dims, String shape) {
        floats(begin(), "x", new float[values]);
        floats(begin(), "x", new float[values]);
        assertThat(input(DataType.FLOAT, shape(dims)).shape()).hasToString(shape);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    2 | -1       | expected 1 value per example for FLOAT[-1], got 2 in example 0
                    3 | -1,4     | expected 4 values per example for FLOAT[-1,4], got 3 in example 0
                    3 | -1,2,-1  | expected a multiple of 2 values per example for FLOAT[-1,2,-1], got 3 in example 0
                    3 | -1,-1,-1 | expected at most one unknown dimension behind the first
                    3 | -1,9999999999,9999999999 | expected 2147483648 values per example
                    0 | -1,4     | expected 4 values per example
                    """)
    void refusesRowsThatDoNotFillTheShape(int values, String dims, String phrase) {
        floats(begin(), "x", new float[values]);
        assertRefused(DataType.FLOAT, shape(dims), phrase);
    }

    @Test
    void refusesSignaturesWithoutARowPerExample() {
        floats(begin(), "x", 1);
        assertRefused(DataType.FLOAT, Shape.scalar(), "expected a signature with a row per example, got FLOAT[]");
    }

    @Test
    void refusesRowsOfDifferentLength() {
        floats(begin(), "x", 1, 2);
        floats(begin(), "x", 1, 2, 3);
        assertRefused(
                DataType.FLOAT,
                Shape.of(-1, -1),
                "expected 2 values in every example, as in the first, got 3 in example 1");
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"STRING", "FLOAT16", "BFLOAT16"},
            mode = EnumSource.Mode.EXCLUDE)
    void takesOneAsIntegerAndAsFloatForEveryNumericType(DataType type) {
        integers(begin(), "x", 1);
        floats(begin(), "x", 1);
        byte[] both = Tensors.bytesOf(input(type, Shape.of(-1)));
        assertThat(both).hasSize(2 * type.bytes());
        byte[] first = Arrays.copyOf(both, type.bytes());
        assertThat(Arrays.copyOfRange(both, type.bytes(), both.length)).isEqualTo(first);
        assertThat(first).isNotEqualTo(new byte[type.bytes()]);
    }

    @ParameterizedTest
    @CsvSource({
        "INT8, 128",
        "INT8, -129",
        "UINT8, -1",
        "UINT8, 256",
        "INT16, 32768",
        "UINT16, 65536",
        "INT32, 2147483648",
        "UINT32, -1",
        "UINT32, 4294967296",
        "UINT64, -1",
        "BOOL, 2",
        "FLOAT, 16777217",
        "FLOAT, 9223372036854775807",
        "DOUBLE, 9007199254740993",
        "DOUBLE, 9223372036854775807"
    })
    void refusesIntegersThatTheTypeCannotHold(DataType type, long value) {
        integers(begin(), "x", value);
        assertRefused(type, Shape.of(-1), "expected values of " + type + ", which " + value + " is not");
    }

    @ParameterizedTest
    @CsvSource({"INT64, 0.5", "INT64, NaN", "INT64, Infinity", "INT64, 9.223372E18", "UINT8, 256.0", "BOOL, 0.5"})
    void refusesFloatsThatAreNoIntegerOfTheType(DataType type, float value) {
        floats(begin(), "x", value);
        assertRefused(type, Shape.of(-1), "expected values of " + type + ", which " + value + " is not");
    }

    @Test
    void keepsStringsAndNumbersApart() {
        examples.column("x").begin(begin(), Kind.BYTES);
        examples.column("x").add("a".getBytes(StandardCharsets.UTF_8));
        assertThat(Tensors.stringsOf(input(DataType.STRING, Shape.of(-1, 1)))).containsExactly("a");
        assertRefused(DataType.FLOAT, Shape.of(-1), "expected FLOAT[-1], got a feature with 1 string value");
        integers(begin(), "x", 1);
        assertRefused(DataType.STRING, Shape.of(-1), "expected STRING[-1], got a feature with 1 int64 value");
    }

    @Test
    void namesTheFeatureThatIsMissingAndThoseThatAreThere() {
        floats(begin(), "x", 1);
        floats(begin(), "z", 1);
        assertRefused(
                DataType.FLOAT,
                Shape.of(-1),
                "Feature: x is required but could not be found in example 1: expected values for input `x` (FLOAT[-1]),"
                        + " got features [z]");
    }

    @Test
    void takesAFeatureOfNoKindForMissing() {
        Examples context = new Examples();
        floats(context, context.begin(), "x", 5);
        examples.context(context);
        floats(begin(), "x", 1);
        begin();
        assertThat(Tensors.floatsOf(input(DataType.FLOAT, Shape.of(-1)))).containsExactly(1, 5);
        examples.column("x").begin(begin(), Kind.NONE);
        assertRefused(DataType.FLOAT, Shape.of(-1), "could not be found in example 2");
    }

    @Test
    void lastOfTwoEqualNamesCounts() {
        int example = begin();
        floats(example, "x", 1, 2);
        examples.column("x").begin(example, Kind.BYTES);
        examples.column("x").add(new byte[1]);
        floats(example, "x", 3);
        floats(begin(), "x", 4);
        assertThat(Tensors.floatsOf(input(DataType.FLOAT, Shape.of(-1)))).containsExactly(3, 4);
    }

    @Test
    void leavesOptionalInputsOutOfAllExamplesOrOfNone() {
        TensorSpec optional = new TensorSpec("k", DataType.FLOAT, Shape.of(-1), false, List.of());
        ModelSignature signature =
                ModelSignature.of("s", List.of(TensorSpec.of("x", DataType.FLOAT, Shape.of(-1)), optional), List.of());
        floats(begin(), "x", 1);
        assertThat(ExampleInputs.of(signature, examples, ROOM).names()).containsExactly("x");
        int second = begin();
        floats(second, "x", 1);
        floats(second, "k", 1);
        assertThatThrownBy(() -> ExampleInputs.of(signature, examples, ROOM))
                .hasMessageContaining("Feature: k is required but could not be found in example 0");
    }

    @Test
    void refusesAContextThatGrowsBeyondTheLimitOnceForEveryExample() {
        Examples context = new Examples();
        floats(context, context.begin(), "x", new float[100]);
        examples.context(context);
        for (int i = 0; i < 1_000; i++) {
            begin();
        }
        assertTooLarge(DataType.FLOAT, "input `x` of 1000 examples takes 400000 bytes, and there is room for 65536");
    }

    @Test
    void countsTheStringsOfAContextOnceForEveryExample() {
        Examples context = new Examples();
        context.column("x").begin(context.begin(), Kind.BYTES);
        context.column("x").add(new byte[1_000]);
        examples.context(context);
        for (int i = 0; i < 100; i++) {
            begin();
        }
        assertTooLarge(DataType.STRING, "input `x` of 100 examples takes 1000 bytes");
    }

    @Test
    void boundsTheNumberOfNames() {
        for (int i = 0; i < Examples.MOST_NAMES; i++) {
            examples.column("f" + i);
        }
        assertThat(examples.column("f0").name()).isEqualTo("f0");
        assertThatThrownBy(() -> examples.column("g"))
                .asInstanceOf(type(ServingException.class))
                .extracting(ServingException::kind)
                .isEqualTo(ErrorKind.TOO_LARGE);
    }

    private int begin() {
        return examples.begin();
    }

    private void floats(int example, String name, float... values) {
        floats(examples, example, name, values);
    }

    private static void floats(Examples examples, int example, String name, float... values) {
        examples.column(name).begin(example, Kind.FLOAT);
        for (float value : values) {
            examples.column(name).add(value);
        }
    }

    private void integers(int example, String name, long... values) {
        examples.column(name).begin(example, Kind.INT64);
        for (long value : values) {
            examples.column(name).add(value);
        }
    }

    private Tensor input(DataType type, @Nullable Shape shape) {
        NamedTensors inputs = ExampleInputs.of(signature(type, shape), examples, ROOM);
        assertThat(inputs.names()).containsExactly("x");
        return Tensors.get(inputs, "x");
    }

    private static ModelSignature signature(DataType type, @Nullable Shape shape) {
        return ModelSignature.of("s", List.of(TensorSpec.of("x", type, shape)), List.of());
    }

    private void assertRefused(DataType type, @Nullable Shape shape, String phrase) {
        assertThatThrownBy(() -> input(type, shape))
                .hasMessageContaining(phrase)
                .asInstanceOf(type(ServingException.class))
                .extracting(ServingException::kind)
                .isEqualTo(ErrorKind.INVALID_REQUEST);
    }

    private void assertTooLarge(DataType type, String phrase) {
        assertThatThrownBy(() -> input(type, Shape.of(-1, -1)))
                .hasMessageContaining(phrase)
                .asInstanceOf(type(ServingException.class))
                .extracting(ServingException::kind)
                .isEqualTo(ErrorKind.TOO_LARGE);
    }

    private static @Nullable Shape shape(@Nullable String dims) {
        return dims == null
                ? null
                : Shape.of(Arrays.stream(dims.split(",", -1))
                        .mapToLong(Long::parseLong)
                        .toArray());
    }
}
