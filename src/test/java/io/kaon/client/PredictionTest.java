package io.kaon.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PredictionTest {
    @Test
    void showsOneOutputRowByRow() {
        Prediction prediction = read("{\"predictions\": [2.5, NaN, -Infinity]}");
        assertThat(prediction.columns()).containsExactly("predictions");
        assertThat(prediction.rows()).containsExactly(List.of("2.5"), List.of("NaN"), List.of("-Infinity"));
    }

    @Test
    void showsAColumnForEachOutput() {
        Prediction prediction = read("{\"predictions\": [{\"a\": 1, \"b\": [1,2]}, {\"a\": 3, \"b\": [4,5]}]}");
        assertThat(prediction.columns()).containsExactly("a", "b");
        assertThat(prediction.rows()).containsExactly(List.of("1", "[1, 2]"), List.of("3", "[4, 5]"));
    }

    @Test
    void showsWholeTensorsRowByRow() {
        Prediction prediction = read("{\"outputs\": {\"a\": [[1],[2]], \"n\": 7}}");
        assertThat(prediction.rows()).containsExactly(List.of("[1]", "7"), List.of("[2]", ""));
        assertThat(read("{\"outputs\": [1, 2]}").columns()).containsExactly("outputs");
    }

    @Test
    void shortensLongTensorsToTheirFirstValuesAndTheirShape() {
        String row = "[" + "0.5, ".repeat(27) + "0.5]";
        String picture = "[" + (row + ", ").repeat(27) + row + "]";
        assertThat(read("{\"predictions\": [" + picture + "]}").rows())
                .containsExactly(List.of("[0.5, 0.5, 0.5, …] (28×28)"));
        assertThat(read("{\"predictions\": [[1,2,3,4,5,6,7,8,9,10]]}").rows())
                .containsExactly(List.of("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"));
        assertThat(read("{\"predictions\": [[1,2,3,4,5,6,7,8,9,10,11], [], [[]]]}")
                        .rows())
                .containsExactly(List.of("[1, 2, 3, …] (11)"), List.of("[]"), List.of("[] (1×0)"));
    }

    @Test
    void keepsTheFirstRowsAndCountsTheOthers() {
        Prediction prediction = read("{\"predictions\": [1" + ", 1".repeat(99_999) + "]}");
        assertThat(prediction.total()).isEqualTo(100_000);
        assertThat(prediction.rows()).hasSize(5);
    }

    @Test
    void letsNoTextSteerTheTerminal() {
        Prediction prediction = read("{\"predictions\": [{\"a\\u001b[2J\": \"b\\u001b]0;x\\u0007\"}]}");
        assertThat(prediction.columns()).containsExactly("a\\x1b[2J");
        assertThat(prediction.rows()).containsExactly(List.of("\"b\\x1b]0;x\\x07\""));
        assertThat(read("{\"predictions\": [{\"b64\": \"AAAA\"}]}").rows())
                .containsExactly(List.of("{\"b64\": \"AAAA\"}"));
    }

    @Test
    void takesBytesThatAreNoUtf8() {
        byte[] body = "{\"predictions\": [\"xyz\"]}".getBytes(UTF_8);
        body[18] = (byte) 0xff;
        Prediction prediction = Prediction.of(answer(200, body), 5);
        assertThat(prediction.rows()).containsExactly(List.of("\"\ufffdyz\""));
    }

    @Test
    void tellsTheServersWordsAndItsHint() {
        assertThatThrownBy(() ->
                        Prediction.of(answer(404, "{\"error\": \"no such\", \"hint\": \"a\"}".getBytes(UTF_8)), 5))
                .isInstanceOfSatisfying(ClientFailure.class, failure -> {
                    assertThat(failure).hasMessage("no such");
                    assertThat(failure.hint()).isEqualTo("a");
                    assertThat(failure.outcome()).isEqualTo("404");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>\u001b[2J",
                "[]",
                "{}",
                "{\"predictions\": [1",
                "{\"predictions\": 1x}",
                "{\"a\": 1}",
                "nope",
                "{\"predictions\": tru"
            })
    void refusesWhatIsNoAnswer(String body) {
        assertThatThrownBy(() -> Prediction.of(answer(200, body.getBytes(UTF_8)), 5))
                .isInstanceOf(ClientFailure.class)
                .hasMessageStartingWith("http://here")
                .hasMessageNotContaining("\u001b");
    }

    @Test
    void refusesNestingWithoutEnd() {
        assertThatThrownBy(() -> read("{\"predictions\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}"))
                .isInstanceOf(ClientFailure.class)
                .hasMessageContaining("nested deeper than");
    }

    private static Prediction read(String body) {
        return Prediction.of(answer(200, body.getBytes(UTF_8)), 5);
    }

    private static RestAnswer answer(int status, byte[] body) {
        return new RestAnswer("http://here", status, Optional.empty(), body);
    }
}
