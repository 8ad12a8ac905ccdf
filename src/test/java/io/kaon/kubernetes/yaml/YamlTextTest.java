package io.kaon.kubernetes.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class YamlTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "y",
                "N",
                "yes",
                "No",
                "on",
                "OFF",
                "true",
                "null",
                "~",
                "1",
                "0x1f",
                "1e3",
                "1_000",
                "-1",
                "+.5",
                ".5",
                "12:30:45",
                "2026-11-30",
                "0755",
                ".inf",
                "-.NaN",
                "1.34",
                "2Gi"
            })
    void quotesTextThatCouldBeSomethingElse(String text) {
        assertThat(YamlText.of(Map.of("field", text))).isEqualTo("field: \"" + text + "\"\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"kaon", "--port=0", "-Dkaon.batch.lanes=4", "s3://bucket/models", "/tmp", "yesterday", "e3"})
    void writesOtherTextAsItIs(String text) {
        assertThat(YamlText.of(Map.of("field", text))).isEqualTo("field: " + text + "\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: b",
                "# no comment",
                "{{.Name}}",
                "[list]",
                "'",
                "\"",
                "back\\slash",
                "two\nlines\n",
                "two\nlines",
                "  indented\nlines",
                "tab\there",
                "*alias",
                "&anchor",
                "!tag",
                "%",
                "@at",
                "`",
                "line\r\nfeed",
                "\u0007",
                "Grüße",
                "trailing ",
                " leading",
                "- a\n- b\n",
                "a\n\n\nb\n\n"
            })
    void readsBackWhatItWrote(String text) {
        assertThat(YamlText.read(YamlText.of(Map.of(text, List.of(text)))))
                .containsExactly(Map.of(text, List.of(text)));
    }

    @Test
    void writesTheSameFieldsTwiceInsteadOfAReference() {
        Map<String, Object> labels = Map.of("app", "kaon");
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("one", labels);
        fields.put("two", labels);
        assertThat(YamlText.of(fields)).isEqualTo("one:\n  app: kaon\ntwo:\n  app: kaon\n");
    }

    @Test
    void keepsNumbersBooleansAndWhatIsEmpty() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("number", 80);
        fields.put("truth", true);
        fields.put("nothing", Map.of());
        assertThat(YamlText.of(fields)).isEqualTo("number: 80\ntruth: true\nnothing: {}\n");
    }
}
