package io.kaon.protocol.tfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ServingException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the recorded cases leave open.
final class ExampleReaderTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    []                                                | Is not object
                    {"examples":5}                                    | is not an array
                    {"examples":{}}                                   | is not an array
                    {"examples":[]}                                   | value is an empty array
                    {"examples":null}                                 | is not an array
                    {"signature_name":null,"examples":[{}]}           | must be a string value
                    {"context":null,"examples":[{}]}                  | Example must be JSON object but got JSON Null
                    {"examples":[{"f":null}]}                         | has element with unexpected JSON type: Null
                    {"examples":[{"f":9223372036854775808}]}          | Only int64_t is supported
                    {"examples":[{"f":[1.5,9223372036854775808]}]}    | Only int64_t is supported
                    {"examples":[{"f":{"b64":"*"}}]}                  | Unable to base64 decode
                    {"examples":[{"f":["a",true]}]}                   | expected string as its first value is, got int64
                    {"examples":[1],"context":[],"signature_name":5}  | must be a string value
                    {"examples":[1],"context":[]}                     | but got JSON Array
                    {"examples":[1],"context":[]                      | JSON Parse error
                    {"examples":[{"f":[1,"a"]}],"z":01}               | JSON Parse error
                    """)
    void reportsTheFaultThatComesFirstInTheReferencesOrder(String body, String phrase) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining(phrase);
    }

    @Test
    void takesTheFirstOfTwoEqualKeysAndTheLastOfTwoEqualFeatures() {
        ExampleCall call = read("""
                {"examples":[{"f":1,"f":["a"],"f":2.5}],"examples":5,"signature_name":"a","signature_name":7}
                """);
        assertThat(call.signatureName()).isEqualTo("a");
        assertThat(TfsCases.examples(call.examples()).encode()).isEqualTo("[{\"f\":{\"float_list\":[2.5]}}]");
    }

    @Test
    void readsFeaturesThatComeAndGoAndChangePlaces() {
        ExampleCall call = read("""
                {"examples":[{"a":1,"b":2},{"b":3,"a":4},{},{"b":[]},{"c":NaN,"\\u0061":5}]}
                """);
        assertThat(TfsCases.examples(call.examples()).encode())
                .startsWith("[{\"a\":{\"int64_list\":[1]},\"b\":{\"int64_list\":[2]}},"
                        + "{\"a\":{\"int64_list\":[4]},\"b\":{\"int64_list\":[3]}},{},{\"b\":{}},"
                        + "{\"a\":{\"int64_list\":[5]},\"c\":{\"float_list\":[");
    }

    @Test
    void refusesDeepNestingWithoutRecursion() {
        assertThatThrownBy(() -> read("{\"examples\":[{\"f\":" + "[".repeat(100_000)))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("nested deeper than");
    }

    @Test
    void answersDamagedBodiesWithAClearErrorOrExamples() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        byte[] sound =
                "{\"signature_name\":\"s\",\"context\":{\"u\":[\"v\",{\"b64\":\"AP8=\"}]},\"examples\":[{\"n\":1},{\"w\":[1.5,-2e3]}]}"
                        .getBytes(UTF_8);
        for (int i = 0; i < 100_000; i++) {
            byte[] body = sound.clone();
            for (int damage = random.nextInt(3); damage >= 0; damage--) {
                body[random.nextInt(body.length)] = sound[random.nextInt(sound.length)];
            }
            try {
                assertThat(TfsJson.readExamples(body, body.length).examples().count())
                        .isPositive();
            } catch (ServingException fault) {
                assertThat(fault.getMessage()).isNotEmpty();
            }
        }
    }

    private static ExampleCall read(String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return TfsJson.readExamples(bytes, bytes.length);
    }
}
