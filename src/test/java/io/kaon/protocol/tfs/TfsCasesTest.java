package io.kaon.protocol.tfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.VersionSelector;
import io.kaon.model.VersionSelector.Exact;
import io.kaon.model.VersionSelector.Labelled;
import io.kaon.model.VersionSelector.Latest;
import io.kaon.protocol.json.JsonText;
import io.kaon.protocol.tfs.example.ExampleResult;
import io.kaon.protocol.tfs.example.Examples;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.foreign.ValueLayout;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every recorded case of bodies and routes, one test each.
class TfsCasesTest {
    /// What cannot be said in our types: there is no complex and no quantised one.
    private static final List<String> OTHER_TYPES = List.of("out.type_unsupported.complex64");

    /// The address that Kaon answers on purpose where TensorFlow Serving finds a fault: it lists the models.
    private static final String LISTS_MODELS = "GET /v1/models";

    private static final Pattern SIGNATURE_NAME = Pattern.compile("\"signature_name\":\"(\\w+)\"");

    @Test
    void namesTheCasesThatItLeavesOut() {
        List<String> left = Stream.of("predict_request", "predict_response")
                .flatMap(TfsCases::all)
                .filter(each -> !TfsCases.knowsAllTypes(each))
                .map(each -> each.getString("id"))
                .toList();
        System.out.println("cases left out for their element types: " + left);
        assertThat(left).isEqualTo(OTHER_TYPES);
    }

    @ParameterizedTest
    @MethodSource
    void readsPredictBodies(JsonObject each) {
        JsonObject expect = each.getJsonObject("expect");
        byte[] body = each.containsKey("body")
                ? each.getString("body").getBytes(UTF_8)
                : Base64.getDecoder().decode(each.getString("body_b64"));
        // TensorFlow Serving was run with a model that has whatever signature is asked for.
        Matcher named = SIGNATURE_NAME.matcher(new String(body, ISO_8859_1));
        String signature = named.find() ? named.group(1) : ModelSignature.DEFAULT_NAME;
        Map<String, ModelSignature> signatures =
                Map.of(signature, TfsCases.signature(signature, each.getJsonObject("signature_inputs")));
        if (expect.containsKey("error_kind")) {
            fails(expect, () -> TfsJson.readPredict(body, body.length, signatures, Coercion.REFERENCE));
            return;
        }
        PredictCall call = TfsJson.readPredict(body, body.length, signatures, Coercion.REFERENCE);
        assertThat(call.form()).isEqualTo(form(expect));
        assertThat(call.signature().name()).isEqualTo(signature);
        same(call.inputs(), TfsCases.tensors(expect.getJsonObject("tensors")));
    }

    static Stream<Named<JsonObject>> readsPredictBodies() {
        return named("predict_request");
    }

    @ParameterizedTest
    @MethodSource
    void writesPredictAnswers(JsonObject each) {
        JsonObject expect = each.getJsonObject("expect");
        NamedTensors outputs = TfsCases.tensors(each.getJsonObject("tensors"));
        if (expect.containsKey("error_kind")) {
            fails(expect, () -> TfsJson.writePredict(form(each), outputs));
            return;
        }
        JsonText answer = TfsJson.writePredict(form(each), outputs);
        String compact = compact(new String(answer.bytes(), 0, answer.length(), ISO_8859_1));
        String expected = expect.containsKey("json_text_compact")
                ? new String(expect.getString("json_text_compact").getBytes(UTF_8), ISO_8859_1)
                : new String(Base64.getDecoder().decode(expect.getString("json_bytes_compact_b64")), ISO_8859_1);
        if ("any".equals(expect.getString("object_member_order"))) {
            assertThat(new JsonObject(compact)).isEqualTo(new JsonObject(expected));
        } else {
            assertThat(compact).isEqualTo(expected);
        }
    }

    static Stream<Named<JsonObject>> writesPredictAnswers() {
        return named("predict_response");
    }

    @ParameterizedTest
    @MethodSource
    void readsExampleBodies(JsonObject each) {
        JsonObject expect = each.getJsonObject("expect");
        byte[] body = each.getString("body").getBytes(UTF_8);
        if (expect.containsKey("error_kind")) {
            fails(expect, () -> TfsJson.readExamples(body, body.length));
            return;
        }
        ExampleCall call = TfsJson.readExamples(body, body.length);
        assertThat(call.signatureName()).isEqualTo(expect.getString("signature_name"));
        assertThat(TfsCases.examples(call.examples())).isEqualTo(expect.getJsonArray("examples"));
        Examples context = call.examples().context();
        if (expect.getString("kind").equals("example_list_with_context")) {
            assertThat(TfsCases.examples(requireNonNull(context)))
                    .isEqualTo(new JsonArray().add(expect.getJsonObject("context")));
        } else {
            assertThat(context).isNull();
        }
    }

    static Stream<Named<JsonObject>> readsExampleBodies() {
        return Stream.concat(named("classify_request"), named("regress_request"));
    }

    @ParameterizedTest
    @MethodSource
    void writesResults(JsonObject each) {
        JsonObject expect = each.getJsonObject("expect");
        ExampleResult result = TfsCases.result(each);
        if (expect.containsKey("error_kind")) {
            fails(expect, () -> TfsJson.writeResult(result));
        } else {
            assertThat(compact(TfsJson.writeResult(result).toString()))
                    .isEqualTo(expect.getString("json_text_compact"));
        }
    }

    static Stream<Named<JsonObject>> writesResults() {
        return Stream.concat(named("classify_response"), named("regress_response"));
    }

    @ParameterizedTest
    @MethodSource
    void findsRoutes(JsonObject each) {
        JsonObject expect = each.getJsonObject("expect");
        TfsRoute route = TfsRoutes.of(each.getString("method"), each.getString("target"));
        VersionSelector version = expect.containsKey("version")
                ? new Exact(expect.getLong("version"))
                : expect.containsKey("label") ? new Labelled(expect.getString("label")) : new Latest();
        String model = expect.getString("model", "");
        if (LISTS_MODELS.equalsIgnoreCase(each.getString("method") + " " + each.getString("target"))) {
            System.out.println("deviates on purpose: " + each.getString("id") + " lists the models");
            assertThat(route).isEqualTo(new TfsRoute.Models());
            return;
        }
        switch (expect.getString("route")) {
            case "predict" -> assertThat(route).isEqualTo(new TfsRoute.Predict(model, version));
            case "classify" -> assertThat(route).isEqualTo(new TfsRoute.Classify(model, version));
            case "regress" -> assertThat(route).isEqualTo(new TfsRoute.Regress(model, version));
            case "status" -> assertThat(route).isEqualTo(new TfsRoute.Status(model, version));
            case "metadata" -> assertThat(route).isEqualTo(new TfsRoute.Metadata(model, version));
            case "bad_version" -> assertThat(route).isEqualTo(new TfsRoute.VersionTooLarge());
            case "none" -> assertThat(route).isEqualTo(new TfsRoute.NotApi());
            case "malformed" ->
                assertThat(((TfsRoute.Malformed) route).message()).contains(expect.getString("message_contains"));
            default -> throw new AssertionError("a new kind of route: " + expect);
        }
    }

    static Stream<Named<JsonObject>> findsRoutes() {
        return named("route");
    }

    private static Stream<Named<JsonObject>> named(String op) {
        return TfsCases.all(op).filter(TfsCases::knowsAllTypes).map(each -> Named.of(each.getString("id"), each));
    }

    private static void fails(JsonObject expect, Runnable call) {
        ServingException error = catchThrowableOfType(ServingException.class, call::run);
        assertThat(error).isNotNull().hasMessageContaining(expect.getString("message_contains"));
        assertThat(error.kind() == ErrorKind.UNSUPPORTED ? 501 : 400).isEqualTo(expect.getInteger("http"));
    }

    private static PredictForm form(JsonObject json) {
        return json.getString("format").equals("row") ? PredictForm.ROW : PredictForm.COLUMN;
    }

    private static void same(NamedTensors actual, NamedTensors expected) {
        assertThat(actual.names()).isEqualTo(expected.names());
        for (String name : expected.names()) {
            Tensor got = requireNonNull(actual.get(name));
            Tensor wanted = requireNonNull(expected.get(name));
            assertThat(got.describe()).isEqualTo(wanted.describe());
            if (got instanceof StringTensor(var _, List<byte[]> strings)) {
                assertThat(strings).containsExactlyElementsOf(((StringTensor) wanted).values());
            } else {
                assertThat(bytes(got)).as(name).isEqualTo(bytes(wanted));
            }
        }
    }

    private static byte[] bytes(Tensor tensor) {
        assertThat(tensor.type()).isNotEqualTo(DataType.STRING);
        return ((DenseTensor) tensor).data().toArray(ValueLayout.JAVA_BYTE);
    }

    /// The text without the white space outside of strings.
    private static String compact(String json) {
        StringBuilder compact = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (quoted || (c != ' ' && c != '\n')) {
                compact.append(c);
            }
            if (c == '\\') {
                compact.append(json.charAt(++i));
            } else if (c == '"') {
                quoted = !quoted;
            }
        }
        return compact.toString();
    }
}
