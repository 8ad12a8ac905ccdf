package io.kaon.engine.djl.declaration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.engine.djl.declaration.TextForm.Message;
import io.kaon.engine.djl.declaration.TextForm.Scalar;
import io.kaon.model.ServingException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TextFormTest {
    private static Message read(String text) {
        return TextForm.read(text, "config.pbtxt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a { b: 1 } a { b: 2 }",
                "a: { b: 1 }, a: { b: 2 };",
                "a [ { b: 1 }, { b: 2 } ]",
                "a: [ < b: 1 >, < b: 2 > ]",
                "# first\na { # second\n b: 1\n}\na\n{b:2}"
            })
    void readsEachWayToWriteTheSame(String text) {
        assertThat(read(text).all("a"))
                .hasSize(2)
                .allSatisfy(each -> assertThat(((Message) each).all("b")).hasSize(1));
    }

    @Test
    void readsTextsInAnyQuotesAndInParts() {
        assertThat(read("a: 'one \"two\"' b: \"x\" 'y' c: \"\\\"\" d: -1 e: TYPE_FP32 f: \"\"")
                        .fields())
                .extracting(field -> ((Scalar) field.value()).text())
                .containsExactly("one \"two\"", "xy", "\"", "-1", "TYPE_FP32", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a { b: 1 | line 1: expected the name of a field, got the end",
                "a b | line 1: expected `:` or `{`, got `b`",
                "a: } | line 1: expected a value, got `}`",
                "a: [ 1 2 ] | line 1: expected `,` or `]`, got `2`",
                "} | line 1: expected the name of a field, got `}`",
            })
    void saysWhereItIsBroken(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(ServingException.class)
                .hasMessage("config.pbtxt, " + message);
    }

    @Test
    void refusesDepthAndLengthThatNoSoundFileHas() {
        assertThatThrownBy(() -> read("a{".repeat(100_000))).isInstanceOf(ServingException.class);
        assertThatThrownBy(() -> read("a:[".repeat(100_000))).isInstanceOf(ServingException.class);
        assertThatThrownBy(() -> read(" ".repeat(TextForm.MOST_CHARACTERS + 1))).isInstanceOf(ServingException.class);
    }

    @Test
    void refusesOrReadsWhateverComes() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        String signs = "ab:{}<>[],;\"'\\#\n 1-\0ü";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                text.append(signs.charAt(random.nextInt(signs.length())));
            }
            try {
                assertThat(read(text.toString())).isNotNull();
            } catch (ServingException refused) {
                assertThat(refused.getMessage()).startsWith("config.pbtxt, line ");
            }
        }
    }
}
