package io.kaon.protocol.tfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies that were cut off, damaged or built to hurt: each is read or refused, and nothing else ever happens.
class TfsJsonHostileTest {
    private static final long SEED = 20_260_716;

    private static final Map<String, ModelSignature> SIGNATURES = Map.of(
            "serving_default",
            ModelSignature.of(
                    "serving_default", List.of(TensorSpec.of("x", DataType.FLOAT, Shape.of(-1, 3))), List.of()),
            "many",
            ModelSignature.of(
                    "many",
                    List.of(
                            TensorSpec.of("f", DataType.DOUBLE, null),
                            TensorSpec.of("i", DataType.INT8, null),
                            TensorSpec.of("s", DataType.STRING, null),
                            TensorSpec.of("b", DataType.BOOL, null)),
                    List.of()));

    private static final List<String> VALID = List.of(
            "{\"instances\":[[1.5,2e3,-0.25],[0.333333343,1,3]]}",
            "{ \"inputs\" : [[[1,2],[3,4]],[[5,6],[7,8]]] , \"other\" : {\"a\":[null,true,{}]} }",
            "{\"signature_name\":\"many\",\"instances\":[{\"f\":[1,NaN],\"i\":-3,\"s\":\"a\\u00e9\\n\",\"b\":true},"
                    + "{\"f\":[-Infinity,1e-300],\"i\":4,\"s\":{\"b64\":\"aGk=\"},\"b\":false}]}",
            "{\"inputs\":{\"f\":[1],\"i\":[[1]],\"s\":[\"\\ud83d\\ude00\"],\"b\":[]},\"signature_name\":\"many\"}");

    static Stream<String> valid() {
        return VALID.stream();
    }

    @ParameterizedTest
    @MethodSource("valid")
    void isReadWhole(String body) {
        assertThat(survives(body.getBytes(UTF_8))).isTrue();
    }

    @ParameterizedTest
    @MethodSource("valid")
    void isRefusedWhenCutOffAnywhere(String body) {
        byte[] bytes = body.getBytes(UTF_8);
        for (int length = 0; length < bytes.length; length++) {
            int cut = length;
            assertThatThrownBy(() -> TfsJson.readPredict(bytes, cut, SIGNATURES, Coercion.REFERENCE))
                    .isInstanceOf(ServingException.class)
                    .hasMessageStartingWith("JSON Parse error: ");
            assertThatThrownBy(() -> TfsJson.checkPredict(Arrays.copyOf(bytes, cut), cut))
                    .isInstanceOf(ServingException.class);
        }
    }

    @Test
    void survivesRandomDamage() {
        System.out.println("TfsJsonHostileTest seed " + SEED);
        SplittableRandom random = new SplittableRandom(SEED);
        byte[] alphabet = "{}[]\",:\\0123456789.eE+-NaInfinitytruefalsenullub64xfisb \n\u0000".getBytes(ISO_8859_1);
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] body = VALID.get(random.nextInt(VALID.size())).getBytes(UTF_8);
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                int at = random.nextInt(body.length);
                body = switch (random.nextInt(4)) {
                    case 0 -> replaced(body, at, (byte) random.nextInt(256));
                    case 1 -> replaced(body, at, alphabet[random.nextInt(alphabet.length)]);
                    case 2 -> spliced(body, at, at, alphabet[random.nextInt(alphabet.length)]);
                    default -> spliced(body, at, at + 1, alphabet[random.nextInt(alphabet.length)]);
                };
            }
            read += survives(body) ? 1 : 0;
        }
        assertThat(read).isBetween(1_000, 199_000);
    }

    private static byte[] replaced(byte[] body, int at, byte with) {
        byte[] changed = body.clone();
        changed[at] = with;
        return changed;
    }

    private static byte[] spliced(byte[] body, int from, int to, byte with) {
        byte[] changed = Arrays.copyOf(body, body.length + 1 - (to - from));
        changed[from] = with;
        System.arraycopy(body, to, changed, from + 1, body.length - to);
        return changed;
    }

    /// Whether the body was read; it may also be refused.
    private static boolean survives(byte[] body) {
        try {
            TfsJson.readPredict(body, body.length, SIGNATURES, Coercion.REFERENCE);
            return true;
        } catch (ServingException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"instances\":%s", "{\"inputs\":%s", "{\"other\":%s", "{\"instances\":[{\"x\":%s", "%s"})
    void refusesNestingThatIsTooDeep(String around) {
        for (String nested : new String[] {"[".repeat(100_000), "{\"x\":".repeat(100_000), "[{\"x\":".repeat(50_000)}) {
            byte[] body = around.formatted(nested).getBytes(UTF_8);
            assertThatThrownBy(() -> TfsJson.readPredict(body, body.length, SIGNATURES, Coercion.REFERENCE))
                    .isInstanceOf(ServingException.class)
                    .hasMessageContaining("nested deeper than 32768 levels");
        }
    }

    @Test
    void passesDeepNestingThatIsIgnored() {
        String deep = "[".repeat(30_000) + "]".repeat(30_000);
        assertThat(survives(("{\"other\":" + deep + ",\"inputs\":[1]}").getBytes(UTF_8)))
                .isTrue();
    }

    @Test
    @Timeout(10)
    void takesLinearTimeForHugeValues() {
        String digits = "9".repeat(1_000_000);
        assertThat(survives(("{\"inputs\":[0." + digits + "]}").getBytes(UTF_8)))
                .isTrue();
        assertThat(survives(("{\"inputs\":[" + digits + "]}").getBytes(UTF_8))).isFalse();
        assertThat(survives(("{\"inputs\":[1e-" + digits + "]}").getBytes(UTF_8)))
                .isTrue();
        assertThat(survives(("{\"inputs\":\"" + "\\n".repeat(1_000_000) + "\"}").getBytes(UTF_8)))
                .isFalse();
        assertThat(survives(("{\"" + "k".repeat(1_000_000) + "\":1,\"inputs\":1}").getBytes(UTF_8)))
                .isTrue();
        String uneven = "[[1,2]," + "[1],".repeat(500_000) + "[1]]";
        assertThat(survives(("{\"inputs\":" + uneven + "}").getBytes(UTF_8))).isFalse();
        String deep = "[".repeat(253) + "\"a\"" + ",1".repeat(1_000_000) + "]".repeat(253);
        assertThat(survives(("{\"inputs\":" + deep + "}").getBytes(UTF_8))).isFalse();
        String rows = "{\"instances\":[" + "{\"x\":1,\"x\":2},".repeat(200_000) + "{\"x\":1}]}";
        assertThat(survives(rows.getBytes(UTF_8))).isTrue();
    }
}
