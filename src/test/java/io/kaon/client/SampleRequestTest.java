package io.kaon.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ModelSignature;
import io.kaon.protocol.tfs.Coercion;
import io.kaon.protocol.tfs.TfsJson;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SampleRequestTest {
    /// What the shell runs in curl's place: it prints the body that curl would send.
    private static final String CURL =
            "curl() { if [ \"$2\" = @- ]; then tr -d '\\r\\n'; else printf %s \"$2\"; fi; }; ";

    @Test
    void asksForSomeNumbersOfAVector() {
        assertThat(SampleRequest.command(signature(input("x", DataType.FLOAT, Shape.UNKNOWN)), "http://here"))
                .contains("curl -d '{\"instances\": [1.0, 2.0, 5.0]}' http://here");
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void isTakenForEveryType(DataType type) {
        List<ModelSignature> signatures = List.of(
                signature(input("x", type, Shape.UNKNOWN)),
                signature(input("x", type, 2, 3)),
                signature(input("x", type, Shape.UNKNOWN, 2, Shape.UNKNOWN)),
                signature(input("a", type, Shape.UNKNOWN, 2), input("b", type, 1)));
        for (ModelSignature signature : signatures) {
            assertThat(pasted(signature).names()).isEqualTo(signature.inputs().keySet());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"STRING"})
    void sendsTheBytesOfWhatIsTooLongToWrite(DataType type) {
        assertThat(pasted(signature(input("x", type, Shape.UNKNOWN, 280, 280)))
                        .asMap()
                        .get("x"))
                .isNotNull()
                .extracting(Tensor::shape)
                .isEqualTo(Shape.of(1, 280, 280));
        NamedTensors both = pasted(signature(input("a", type, 70, 80), input("b", type, 1, Shape.UNKNOWN)));
        assertThat(both.asMap().values()).extracting(Tensor::shape).containsExactly(Shape.of(70, 80), Shape.of(1, 1));
    }

    @Test
    void leavesOutWhatIsOptional() {
        ModelSignature signature = signature(
                input("x", DataType.FLOAT, Shape.UNKNOWN),
                new TensorSpec("k", DataType.FLOAT, Shape.of(1), false, List.of()));
        assertThat(pasted(signature).names()).containsExactly("x");
    }

    @Test
    void takesAnyShapeForAList() {
        TensorSpec any = new TensorSpec("x", DataType.FLOAT, null, true, List.of());
        assertThat(pasted(signature(any)).asMap().get("x")).isNotNull();
    }

    @Test
    void showsNothingThatIsLongerThanAnybodyWouldSend() {
        assertThat(SampleRequest.command(signature(input("x", DataType.FLOAT, Long.MAX_VALUE)), ""))
                .isEmpty();
        assertThat(SampleRequest.command(
                        signature(input("x", DataType.FLOAT, Shape.UNKNOWN, Shape.UNKNOWN, 1 << 20, Shape.UNKNOWN)),
                        ""))
                .isEmpty();
        assertThat(SampleRequest.command(signature(input("x", DataType.FLOAT, 0)), ""))
                .isEmpty();
        assertThat(SampleRequest.command(signature(), "")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"it's", "a\"b", "a\\b", "a\nb", "$HOME `x` %s"})
    void keepsNamesThatAShellOrJsonWouldChange(String name) {
        assertThat(pasted(signature(input(name, DataType.FLOAT, 1))).names()).containsExactly(name);
        assertThat(pasted(signature(input(name, DataType.FLOAT, 5000))).names()).containsExactly(name);
    }

    @Test
    void writesNamesAsTheyStandInUrls() {
        assertThat(SampleRequest.pathSegment("my model/é'+")).isEqualTo("my%20model%2F%C3%A9%27%2B");
    }

    /// What the server reads when the line is pasted into a terminal.
    private static NamedTensors pasted(ModelSignature signature) {
        String line = SampleRequest.command(signature, "http://here").orElseThrow();
        try {
            Process shell = new ProcessBuilder("sh", "-c", CURL + line).start();
            byte[] body = shell.getInputStream().readAllBytes();
            return TfsJson.readPredict(body, body.length, Map.of(signature.name(), signature), Coercion.REFERENCE)
                    .inputs();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static ModelSignature signature(TensorSpec... inputs) {
        return ModelSignature.of(ModelSignature.DEFAULT_NAME, List.of(inputs), List.of());
    }

    private static TensorSpec input(String name, DataType type, long... dims) {
        return TensorSpec.of(name, type, Shape.of(dims));
    }
}
