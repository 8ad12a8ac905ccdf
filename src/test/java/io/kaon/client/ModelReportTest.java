package io.kaon.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelReportTest {
    private static final String VERSION =
            "{\"version\": \"%d\", \"state\": \"%s\", \"status\": {\"error_code\": \"%s\","
                    + " \"error_message\": \"%s\"}}";

    @Test
    void readsKaonsList() {
        List<ModelReport> models = ModelReport.list(answer("{\"models\": [{\"name\": \"m\", \"labels\": {\"b\": \"2\","
                + " \"a\": \"2\"}, \"model_version_status\": [" + VERSION.formatted(2, "AVAILABLE", "OK", "") + ", "
                + VERSION.formatted(1, "END", "INTERNAL", "broken") + "], \"problem\": \"slow\"}]}"));
        assertThat(models).hasSize(1);
        ModelReport model = models.getFirst();
        assertThat(model.isAvailable()).isTrue();
        assertThat(model.labelsOf(2)).containsExactly("a", "b");
        assertThat(model.problem()).isEqualTo("slow");
        assertThat(model.versions())
                .containsExactly(
                        new ModelReport.Version(2, "AVAILABLE", "", false),
                        new ModelReport.Version(1, "END", "broken", true));
    }

    @Test
    void readsTensorflowServingsStatus() {
        ModelReport model = ModelReport.status(
                "m", answer("{\"model_version_status\": [" + VERSION.formatted(1, "LOADING", "OK", "") + "]}"));
        assertThat(model.name()).isEqualTo("m");
        assertThat(model.isAvailable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"models\": [{\"name\": 1}]}",
                "{\"models\": 7}",
                "{\"models\": [{\"labels\": {\"a\": \"x\"}}]}",
                "{\"models\": [",
                "<html>"
            })
    void refusesWhatIsNoList(String body) {
        assertThatThrownBy(() -> ModelReport.list(answer(body)))
                .isInstanceOf(ClientFailure.class)
                .hasMessageContaining("no answer of Kaon or TensorFlow Serving");
    }

    private static RestAnswer answer(String body) {
        return new RestAnswer("http://here", 200, Optional.empty(), body.getBytes(UTF_8));
    }
}
