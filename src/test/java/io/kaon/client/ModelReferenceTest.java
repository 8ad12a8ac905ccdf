package io.kaon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelReferenceTest {
    @ParameterizedTest
    @CsvSource({
        "iris, /v1/models/iris",
        "iris/2, /v1/models/iris/versions/2",
        "iris:stable, /v1/models/iris/labels/stable",
        "a/b, /v1/models/a%2Fb",
        "a/b/7, /v1/models/a%2Fb/versions/7",
        "100%, /v1/models/100%25",
        "é x, /v1/models/%C3%A9%20x"
    })
    void namesTheResource(String text, String path) {
        assertThat(ModelReference.of(text, Optional.empty(), Optional.empty()).path())
                .isEqualTo(path);
    }

    @Test
    void keepsLineFeedsAndDotsOfNamesInsideTheirSegment() {
        assertThat(ModelReference.of("a\nb/../c?d#e", Optional.empty(), Optional.empty())
                        .path())
                .isEqualTo("/v1/models/a%0Ab%2F..%2Fc%3Fd%23e");
    }

    @Test
    void takesTheWholeTextAsTheNameWhereOptionsSayTheRest() {
        assertThat(ModelReference.of("a/2", Optional.of(3L), Optional.empty()).path())
                .isEqualTo("/v1/models/a%2F2/versions/3");
        assertThat(ModelReference.of("a:b", Optional.empty(), Optional.of("c/d"))
                        .path())
                .isEqualTo("/v1/models/a%3Ab/labels/c%2Fd");
    }

    @Test
    void refusesBothAVersionAndALabel() {
        assertThatThrownBy(() -> ModelReference.of("a", Optional.of(1L), Optional.of("b")))
                .hasMessage("expected a version or a label, got both: 1 and b");
        assertThatThrownBy(() -> ModelReference.of("", Optional.empty(), Optional.empty()))
                .hasMessage("expected a model's name, got nothing");
    }
}
