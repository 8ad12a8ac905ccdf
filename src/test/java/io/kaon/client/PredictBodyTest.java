package io.kaon.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PredictBodyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1.0, 2.0] | {\"instances\": [1.0, 2.0]}",
                "{\"instances\": [1]} | {\"instances\": [1]}",
                " {\"inputs\": {\"x\": [1]}} | {\"inputs\": {\"x\": [1]}}",
                "{\"x\": [1]} | {\"instances\": [{\"x\": [1]}]}",
                "{\"b64\": \"AAAA\"} | {\"instances\": [{\"b64\": \"AAAA\"}]}",
                "1 2 5 | {\"instances\": [1, 2, 5]}",
                "1,-2.5 , 3e-1 | {\"instances\": [1, -2.5, 3e-1]}",
                "[NaN] | {\"instances\": [NaN]}"
            })
    void makesABodyOf(String values, String body) {
        assertThat(body(values)).isEqualTo(body);
    }

    @Test
    void putsTheSignatureInFront() {
        assertThat(new String(PredictBody.of("[1]".getBytes(UTF_8), Optional.of("a\"b")), UTF_8))
                .isEqualTo("{\"signature_name\": \"a\\\"b\", \"instances\": [1]}");
        assertThatThrownBy(() ->
                        PredictBody.of("{\"signature_name\": \"x\", \"inputs\": 1}".getBytes(UTF_8), Optional.of("y")))
                .hasMessageContaining("a \"signature_name\" of its own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "text", "[1", "[1] [2]", "{\"instances\": }", "{", "1 2 x", "[1,]", "1-2"})
    void refusesWhatIsNone(String values) {
        assertThatThrownBy(() -> body(values)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void knowsValuesFromNamesOfFiles() {
        assertThat(PredictBody.isValues("[1]")).isTrue();
        assertThat(PredictBody.isValues("1,2")).isTrue();
        assertThat(PredictBody.isValues("-3.5")).isTrue();
        assertThat(PredictBody.isValues("rows.json")).isFalse();
        assertThat(PredictBody.isValues("./1")).isFalse();
    }

    private static String body(String values) {
        return new String(PredictBody.of(values.getBytes(UTF_8), Optional.empty()), UTF_8);
    }
}
