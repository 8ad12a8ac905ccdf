package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ModelSignature;
import io.kaon.protocol.tfs.Coercion;
import io.kaon.protocol.tfs.TfsJson;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SampleRequestTest {
    private static final Set<DataType> NOT_IN_JSON = Set.of(DataType.FLOAT16, DataType.BFLOAT16, DataType.UINT16);

    @Test
    void asksForSomeNumbersOfAVector() {
        assertThat(SampleRequest.body(signature(input("x", DataType.FLOAT, Shape.UNKNOWN))))
                .contains("{\"instances\": [1.0, 2.0, 5.0]}");
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void isTakenForEveryTypeThatJsonCarries(DataType type) {
        List<ModelSignature> signatures = List.of(
                signature(input("x", type)),
                signature(input("x", type, Shape.UNKNOWN)),
                signature(input("x", type, 2, 3)),
                signature(input("x", type, Shape.UNKNOWN, 2, Shape.UNKNOWN)),
                signature(input("a", type, Shape.UNKNOWN, 2), input("b", type, 1)));
        for (ModelSignature signature : signatures) {
            Optional<String> body = SampleRequest.body(signature);
            assertThat(body.isEmpty()).isEqualTo(NOT_IN_JSON.contains(type));
            body.ifPresent(text -> assertThat(read(text, signature))
                    .isEqualTo(signature.inputs().size()));
        }
    }

    @Test
    void leavesOutWhatIsOptional() {
        ModelSignature signature = signature(
                input("x", DataType.FLOAT, Shape.UNKNOWN),
                new TensorSpec("k", DataType.FLOAT, Shape.of(1), false, List.of()));
        String body = SampleRequest.body(signature).orElseThrow();
        assertThat(body).isEqualTo("{\"inputs\": {\"x\": [1.0]}}");
        assertThat(read(body, signature)).isEqualTo(1);
    }

    @Test
    void showsNothingThatIsLongOrUnknown() {
        assertThat(SampleRequest.body(signature(input("x", DataType.FLOAT, Shape.UNKNOWN, 28, 28))))
                .isEmpty();
        assertThat(SampleRequest.body(signature(input("x", DataType.FLOAT, 2, 2, 2, 2, 2, 2))))
                .isEmpty();
        assertThat(SampleRequest.body(signature(input("x", DataType.FLOAT, Long.MAX_VALUE))))
                .isEmpty();
        assertThat(SampleRequest.body(signature(input("x", DataType.FLOAT, 0)))).isEmpty();
        assertThat(SampleRequest.body(signature())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"it's", "a\"b", "a\\b", "a\nb"})
    void showsNoNamesThatAShellOrJsonWouldChange(String name) {
        assertThat(SampleRequest.body(signature(input(name, DataType.FLOAT, 1))))
                .isEmpty();
    }

    @Test
    void writesNamesAsTheyStandInUrls() {
        assertThat(SampleRequest.pathSegment("my model/é'+")).isEqualTo("my%20model%2F%C3%A9%27%2B");
    }

    private static int read(String body, ModelSignature signature) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return TfsJson.readPredict(bytes, bytes.length, Map.of(signature.name(), signature), Coercion.REFERENCE)
                .inputs()
                .names()
                .size();
    }

    private static ModelSignature signature(TensorSpec... inputs) {
        return ModelSignature.of(ModelSignature.DEFAULT_NAME, List.of(inputs), List.of());
    }

    private static TensorSpec input(String name, DataType type, long... dims) {
        return TensorSpec.of(name, type, Shape.of(dims));
    }
}
