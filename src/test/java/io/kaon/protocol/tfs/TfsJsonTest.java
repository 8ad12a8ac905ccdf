package io.kaon.protocol.tfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the recorded cases do not say.
class TfsJsonTest {
    private static final TensorSpec X = TensorSpec.of("x", DataType.FLOAT, Shape.of(-1, 2));
    private static final ModelSignature ONE = ModelSignature.of("serving_default", List.of(X), List.of());
    private static final ModelSignature INTS =
            ModelSignature.of("ints", List.of(TensorSpec.of("x", DataType.INT64, Shape.of(-1, 2))), List.of());
    private static final ModelSignature TWO = ModelSignature.of(
            "serving_default",
            List.of(TensorSpec.of("a", DataType.FLOAT, null), TensorSpec.of("b", DataType.STRING, null)),
            List.of());
    private static final ModelSignature OPTIONAL = ModelSignature.of(
            "serving_default", List.of(X, new TensorSpec("o", DataType.INT32, null, false, List.of())), List.of());
    private static final ModelSignature HALF =
            ModelSignature.of("serving_default", List.of(TensorSpec.of("h", DataType.FLOAT16, null)), List.of());

    @Test
    void readsByTheSignatureThatIsNamedBehindTheValues() {
        PredictCall call = read("{\"instances\": [[1, 9007199254740993]], \"signature_name\": \"ints\"}", ONE, INTS);
        assertThat(call.signature()).isSameAs(INTS);
        assertThat(call.form()).isEqualTo(PredictForm.ROW);
        DenseTensor x = (DenseTensor) tensor(call, "x");
        assertThat(x.describe()).isEqualTo("INT64[1,2]");
        assertThat(x.data().get(DenseTensor.LONG, 8)).isEqualTo(9007199254740993L);
    }

    @Test
    void aFaultByTheAssumedSignatureDoesNotCountOnceAnotherIsNamed() {
        ModelSignature strings =
                ModelSignature.of("strings", List.of(TensorSpec.of("x", DataType.STRING, null)), List.of());
        PredictCall call = read("{\"inputs\": [\"a\"], \"signature_name\": \"strings\"}", ONE, strings);
        assertThat(((StringTensor) tensor(call, "x")).values()).containsExactly("a".getBytes(UTF_8));
    }

    @Test
    void readsByANamedSignatureWhenThereIsNoDefaultOne() {
        assertThat(read("{\"inputs\": [1], \"signature_name\": \"ints\"}", INTS).signature())
                .isSameAs(INTS);
        assertThat(read("{\"signature_name\": \"ints\", \"inputs\": [1]}", INTS).signature())
                .isSameAs(INTS);
        assertThat(fault("{\"inputs\": [1]}", INTS).kind()).isEqualTo(ErrorKind.SIGNATURE_NOT_FOUND);
    }

    @Test
    void theFirstOfTwoEqualKeysCounts() {
        assertThat(values(read("{\"inputs\":[1],\"inputs\":[\"no\"]}", ONE), "x"))
                .containsExactly(1f);
        assertThat(values(read("{\"inputs\":{\"x\":[1],\"x\":[\"no\"]}}", ONE), "x"))
                .containsExactly(1f);
        assertThat(values(read("{\"instances\":[{\"x\":1,\"x\":\"no\"},{\"x\":2}]}", ONE), "x"))
                .containsExactly(1f, 2f);
        String named = "{\"signature_name\":\"ints\",\"signature_name\":7,\"inputs\":[1]}";
        assertThat(read(named, ONE, INTS).signature()).isSameAs(INTS);
        assertThat(fault("{\"signature_name\":7,\"signature_name\":\"ints\",\"inputs\":[1]}", ONE, INTS))
                .hasMessageContaining("'signature_name' key must be a string value");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"instances": ["no"], "inputs": 1, "signature_name": 5, !         | JSON Parse error
            {"instances": ["no"], "inputs": 1, "signature_name": 5}           | 'signature_name' key must be
            {"instances": ["no"], "inputs": 1, "signature_name": "zz"}        | Serving signature name: "zz" not found
            {"instances": ["no"], "inputs": 1}                                | expecting only one of
            {"instances": ["no"]}                                             | is not of expected type: float
            {"instances": ["no", 1e999]}                                      | Number too big
            {"instances": ["no"], "z": [1,]}                                  | JSON Parse error
            [1                                                                | JSON Parse error
            [1]                                                               | Is not object
            """)
    void whatIsWrongIsSaidInTheOrderOfTheReference(String body, String message) {
        assertThat(fault(body, ONE)).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"inputs": [[1,2],["a"]]}         | unexpected size: 1 at level: 1 expected size: 2
            {"inputs": [[1,2],[[3],"a",4]]}   | unexpected size: 3 at level: 1 expected size: 2
            {"inputs": [[1,2],["a",4]]}       | is not of expected type: float
            {"inputs": [[[1],[2]],[["a"]]]}   | unexpected size: 1 at level: 1 expected size: 2
            {"inputs": [[1,2],[3,4,5]]}       | unexpected size: 3 at level: 1 expected size: 2
            {"inputs": [[1],[2],3]}           | found at incorrect level: 2 in the JSON DOM. Expected at level: 2
            {"inputs": [[],1]}                | found at incorrect level
            {"inputs": [[1],[[2]]]}           | Encountered list at unexpected level: 2 expected < 2
            {"inputs": {"b64":"aGk="}}        | expected a multiple of 8 bytes for FLOAT[-1,2], got 2
            {"inputs": null}                  | Type: Null is not of expected type: float
            {"instances": [1,{"x":[2]}]}      | Expecting value/list but got object at item 1
            {"instances": [{"x":1},2]}        | Expecting object but got list at item 1
            {"instances": [[1,2],[3,"a"]]}    | Failed to process element: 1 of 'instances' list. Error: INVALID_ARGUMENT
            {"instances": [{"y":1}]}          | does not have named input: y
            """)
    void faultsInValuesSayWhereAndWhat(String body, String message) {
        assertThat(fault(body, ONE)).hasMessageContaining(message).hasMessageContaining("x");
    }

    @Test
    void messagesNameTheInputAndWhatItTakes() {
        assertThat(fault("{\"inputs\": [\"1\"]}", ONE))
                .hasMessageContaining("JSON Value: \"1\" Type: String")
                .hasMessageContaining("input `x` expects FLOAT[-1,2]");
        assertThat(fault("{\"instances\": [{\"a\":1}]}", TWO))
                .hasMessageContaining("keys must be equal to: a,b")
                .hasMessageContaining("`b` is missing");
        String text = "long".repeat(1000);
        for (String body : List.of(
                "{\"inputs\": \"" + text + "\"}",
                "{\"instances\": [{\"" + text + "\": 1}]}",
                "{\"inputs\": 1, \"signature_name\": \"" + text + "\"}")) {
            assertThat(fault(body, ONE).getMessage()).hasSizeLessThan(400).contains("longlon", "…");
        }
    }

    @Test
    void inputsThatAreNotRequiredMayBeLeftOut() {
        assertThat(read("{\"inputs\": {\"x\":[[1,2]]}}", OPTIONAL).inputs().names())
                .containsExactly("x");
        assertThat(read("{\"instances\": [{\"x\":[1,2]},{\"x\":[3,4]}]}", OPTIONAL)
                        .inputs()
                        .names())
                .containsExactly("x");
        assertThat(read("{\"instances\": [{\"x\":[1,2],\"o\":1},{\"o\":2,\"x\":[3,4]}]}", OPTIONAL)
                        .inputs()
                        .names())
                .containsExactly("x", "o");
    }

    @Test
    void rowsLeaveOutTheSameInputs() {
        assertThat(fault("{\"instances\": [{\"x\":1},{\"x\":2,\"o\":1}]}", OPTIONAL))
                .hasMessageContaining("keys must be equal to: o,x")
                .hasMessageContaining("`o` is not in the rows before");
        assertThat(fault("{\"instances\": [{\"x\":1,\"o\":1},{\"x\":2}]}", OPTIONAL))
                .hasMessageContaining("`o` is missing");
        assertThat(fault("{\"instances\": [{\"o\":1}]}", OPTIONAL)).hasMessageContaining("`x` is missing");
    }

    @Test
    void aBase64ObjectIsNoRowOfSeveralInputs() {
        assertThat(fault("{\"instances\": [{\"b64\":\"aGk=\"}]}", TWO))
                .hasMessageContaining("keys must be equal to: a,b");
        assertThat(fault("{\"inputs\": {\"b64\":\"aGk=\"}}", TWO)).hasMessageContaining("inputs is a plain value/list");
    }

    @Test
    void anInputCalledB64TakesNamedValuesThatAreNoStrings() {
        ModelSignature b64 =
                ModelSignature.of("serving_default", List.of(TensorSpec.of("b64", DataType.FLOAT, null)), List.of());
        assertThat(values(read("{\"instances\":[{\"b64\":5}]}", b64), "b64")).containsExactly(5f);
        assertThat(values(read("{\"inputs\":{\"b64\":[5]}}", b64), "b64")).containsExactly(5f);
        assertThat(fault("{\"instances\":[{\"b64\":\"aGk=\"}]}", b64)).hasMessageContaining("not of expected type");
    }

    @Test
    void base64MayBeEscapedSpacedAndUnpadded() {
        ModelSignature string =
                ModelSignature.of("serving_default", List.of(TensorSpec.of("s", DataType.STRING, null)), List.of());
        String body = "{\"inputs\":[{\"b64\":\"\\/\\/\\/\\/\"},{\"\\u006264\":\" aG\\nk \"}]}";
        assertThat(((StringTensor) tensor(read(body, string), "s")).values())
                .containsExactly(new byte[] {-1, -1, -1}, "hi".getBytes(UTF_8));
    }

    @Test
    void typesThatJsonCannotCarryAreUnsupportedInColumnsAndInvalidInRows() {
        assertThat(fault("{\"inputs\":[1]}", HALF).kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(fault("{\"instances\":[1]}", HALF).kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(fault("{\"instances\":[1]}", HALF)).hasMessageContaining("UNIMPLEMENTED");
        assertThat(tensor(read("{\"inputs\":[[],[]]}", HALF), "h").describe()).isEqualTo("FLOAT16[2,0]");
    }

    @Test
    void ranksEndAtTheLimitOfTheReference() {
        String deep = "[".repeat(254) + "1" + "]".repeat(254);
        assertThat(tensor(read("{\"inputs\":" + deep + "}", ONE), "x").shape().rank())
                .isEqualTo(254);
        assertThat(tensor(read("{\"instances\":" + deep + "}", ONE), "x")
                        .shape()
                        .rank())
                .isEqualTo(254);
        assertThat(fault("{\"inputs\":[" + deep + "]}", ONE)).hasMessageContaining("tensor parsing error");
        assertThat(fault("{\"instances\":[" + deep + "]}", ONE)).hasMessageContaining("tensor parsing error");
    }

    @Test
    void takesLittleMoreMemoryThanTheValues() {
        String numbers = IntStream.range(0, 100_000).mapToObj(i -> "0.12345").collect(Collectors.joining(","));
        PredictCall call = read("{\"inputs\":[" + numbers + "]}", ONE);
        DenseTensor x = (DenseTensor) tensor(call, "x");
        assertThat(x.byteSize()).isEqualTo(400_000);
        assertThat(((byte[]) x.data().heapBase().orElseThrow()).length).isLessThan(900_000);
    }

    @Test
    void manyInputsShareTheBodyAmongThem() {
        List<TensorSpec> specs = IntStream.range(0, 500)
                .mapToObj(i -> TensorSpec.of("i" + i, DataType.DOUBLE, Shape.of(-1, 1_000_000)))
                .toList();
        String members = IntStream.range(0, 500)
                .mapToObj(i -> "\"i" + (499 - i) + "\":[" + i + "]")
                .collect(Collectors.joining(","));
        String body = "{\"inputs\":{" + members + "}}";
        long held = 0;
        for (Tensor tensor : read(body, ModelSignature.of("serving_default", specs, List.of()))
                .inputs()
                .asMap()
                .values()) {
            held += ((byte[]) ((DenseTensor) tensor).data().heapBase().orElseThrow()).length;
        }
        assertThat(held).isLessThan(5L * body.length());
    }

    @Test
    void checksWithoutAModelWhatTheReferenceChecks() {
        for (String fine :
                new String[] {"{}", "{\"instances\":[\"a\",{}],\"inputs\":1}", "{\"signature_name\":\"zz\"} !"}) {
            byte[] body = fine.getBytes(UTF_8);
            TfsJson.checkPredict(body, body.length);
        }
        for (String bad : new String[] {"", "{", "[]", "{\"signature_name\":null}", "{\"a\":1e999}"}) {
            byte[] body = bad.getBytes(UTF_8);
            assertThatThrownBy(() -> TfsJson.checkPredict(body, body.length)).isInstanceOf(ServingException.class);
        }
    }

    @Test
    void laysRowsOutAsTheReferenceDoes() {
        NamedTensors scalars = NamedTensors.of("y", floats(Shape.of(3), 2.5f, 3f, 4.5f));
        assertThat(TfsJson.writePredict(PredictForm.ROW, scalars))
                .hasToString("{\n    \"predictions\": [2.5, 3.0, 4.5\n    ]\n}");
        NamedTensors lists = NamedTensors.of("y", floats(Shape.of(2, 2), 1, 2, 3, 4));
        assertThat(TfsJson.writePredict(PredictForm.ROW, lists))
                .hasToString("{\n    \"predictions\": [[1.0, 2.0], [3.0, 4.0]\n    ]\n}");
        NamedTensors none = NamedTensors.of("y", floats(Shape.of(0, 2)));
        assertThat(TfsJson.writePredict(PredictForm.ROW, none)).hasToString("{\n    \"predictions\": []\n}");
        Map<String, Tensor> two = new LinkedHashMap<>();
        two.put("p", floats(Shape.of(2), 1, 2));
        two.put("q", floats(Shape.of(2, 2), 1, 2, 3, 4));
        assertThat(TfsJson.writePredict(PredictForm.ROW, NamedTensors.of(two))).hasToString("""
                {
                    "predictions": [
                        {
                            "p": 1.0,
                            "q": [1.0, 2.0]
                        },
                        {
                            "p": 2.0,
                            "q": [3.0, 4.0]
                        }
                    ]
                }""");
    }

    @Test
    void laysColumnsOutAsTheReferenceDoes() {
        assertThat(TfsJson.writePredict(PredictForm.COLUMN, NamedTensors.of("y", floats(Shape.of(1, 2), 1, 2))))
                .hasToString("""
                {
                    "outputs": [
                        [
                            1.0,
                            2.0
                        ]
                    ]
                }""");
    }

    @Test
    void writesUnsignedAndBooleanElements() {
        MemorySegment max = MemorySegment.ofArray(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
        assertThat(compact(new DenseTensor(DataType.UINT64, Shape.of(1), max)))
                .isEqualTo("{\"outputs\":[18446744073709551615]}");
        assertThat(compact(new DenseTensor(DataType.UINT32, Shape.of(2), max)))
                .isEqualTo("{\"outputs\":[4294967295,4294967295]}");
        assertThat(compact(new DenseTensor(DataType.INT16, Shape.of(4), max))).isEqualTo("{\"outputs\":[-1,-1,-1,-1]}");
        MemorySegment bools = MemorySegment.ofArray(new byte[] {1, 0});
        assertThat(compact(new DenseTensor(DataType.BOOL, Shape.of(2), bools))).isEqualTo("{\"outputs\":[true,false]}");
    }

    @Test
    void typesThatJsonCannotCarryAreRefusedOnlyIfThereAreElements() {
        DenseTensor none = new DenseTensor(DataType.FLOAT16, Shape.of(0), MemorySegment.ofArray(new byte[0]));
        assertThat(compact(none)).isEqualTo("{\"outputs\":[]}");
    }

    @Test
    void errorsAreAnObjectWithOneMember() {
        assertThat(TfsJson.error(new ServingException(ErrorKind.INTERNAL, "no \"x\"\n")))
                .hasToString("{\n    \"error\": \"no \\\"x\\\"\\n\"\n}");
    }

    private static String compact(Tensor output) {
        return TfsJson.writePredict(PredictForm.COLUMN, NamedTensors.of("y", output))
                .toString()
                .replaceAll("\\s", "");
    }

    private static DenseTensor floats(Shape shape, float... values) {
        MemorySegment data = MemorySegment.ofArray(new byte[values.length * 4]);
        for (int i = 0; i < values.length; i++) {
            data.set(DenseTensor.FLOAT, i * 4L, values[i]);
        }
        return new DenseTensor(DataType.FLOAT, shape, data);
    }

    private static float[] values(PredictCall call, String name) {
        DenseTensor tensor = (DenseTensor) tensor(call, name);
        float[] values = new float[(int) tensor.shape().elements()];
        MemorySegment.ofArray(values)
                .copyFrom(MemorySegment.ofArray(tensor.data().toArray(ValueLayout.JAVA_BYTE)));
        return values;
    }

    private static Tensor tensor(PredictCall call, String name) {
        return requireNonNull(call.inputs().get(name));
    }

    private static PredictCall read(String body, ModelSignature... signatures) {
        byte[] bytes = body.getBytes(UTF_8);
        return TfsJson.readPredict(bytes, bytes.length, byName(signatures), Coercion.REFERENCE);
    }

    private static ServingException fault(String body, ModelSignature... signatures) {
        ServingException fault = catchThrowableOfType(ServingException.class, () -> read(body, signatures));
        assertThat(fault).as(body).isNotNull();
        return fault;
    }

    private static Map<String, ModelSignature> byName(ModelSignature... signatures) {
        Map<String, ModelSignature> byName = new LinkedHashMap<>();
        for (ModelSignature signature : signatures) {
            byName.put(signature.name(), signature);
        }
        return byName;
    }
}
