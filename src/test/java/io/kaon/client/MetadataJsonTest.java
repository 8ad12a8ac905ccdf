package io.kaon.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ModelSignature;
import io.kaon.tensor.TensorSpec;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MetadataJsonTest {
    private static final String TENSOR = "{\"dtype\": \"%s\", \"tensor_shape\": {\"dim\": [{\"size\": \"-1\", \"name\":"
            + " \"\"}, {\"size\": \"4\", \"name\": \"\"}], \"unknown_rank\": %s}, \"name\": \"t\"}";

    @Test
    void readsTypesAndShapes() {
        Map<String, ModelSignature> signatures = read(
                "\"a\": " + TENSOR.formatted("DT_HALF", false) + ", \"b\": " + TENSOR.formatted("DT_STRING", true));
        assertThat(signatures.values())
                .flatExtracting(signature -> signature.inputs().values())
                .extracting(TensorSpec::describe)
                .containsExactly("FLOAT16[-1,4]", "STRING of any shape");
    }

    @Test
    void leavesOutSignaturesWithTypesThatNoRequestCanHold() {
        assertThat(read("\"a\": " + TENSOR.formatted("DT_COMPLEX64", false))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"metadata\": {}}",
                "{\"metadata\": {\"signature_def\": {\"signature_def\": {}}}}",
                "{\"metadata\": []}"
            })
    void findsNoneWhereNoneAre(String body) {
        assertThat(MetadataJson.signatures(answer(body))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"metadata\"",
                "{\"metadata\": {\"signature_def\": {\"signature_def\": {\"s\": []}}}}",
                "{\"metadata\": {\"signature_def\": {\"signature_def\": {\"s\": {\"inputs\": {\"x\": {\"dtype\": 1}}}}}}}",
                "{\"metadata\": {\"signature_def\": {\"signature_def\": {\"s\": {\"inputs\": {\"x\": {\"tensor_shape\":"
                        + " {\"dim\": [{\"size\": \"many\"}]}}}}}}}}"
            })
    void refusesWhatIsNoMetadata(String body) {
        assertThatThrownBy(() -> MetadataJson.signatures(answer(body)))
                .isInstanceOf(ClientFailure.class)
                .hasMessageContaining("no answer of Kaon or TensorFlow Serving");
    }

    private static Map<String, ModelSignature> read(String inputs) {
        return MetadataJson.signatures(answer("{\"model_spec\": {\"name\": \"m\"}, \"metadata\": {\"signature_def\":"
                + " {\"signature_def\": {\"serving_default\": {\"inputs\": {" + inputs
                + "}, \"outputs\": {}, \"method_name\": \"\"}}}}}"));
    }

    private static RestAnswer answer(String body) {
        return new RestAnswer("http://here", 200, Optional.empty(), body.getBytes(UTF_8));
    }
}
