package io.kaon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ModelIdTest {
    @Test
    void takesAnyNameAndEveryVersionFromZeroOn() {
        assertThat(new ModelId("mnist", 3)).hasToString("mnist/3");
        assertThat(new ModelId("a b/ü", 0)).hasToString("a b/ü/0");
        assertThat(new ModelId("m", Long.MAX_VALUE).version()).isEqualTo(9_223_372_036_854_775_807L);
    }

    @Test
    void refusesAnEmptyNameAndNegativeVersions() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelId("", 1))
                .withMessage("a model has a name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelId("mnist", -3))
                .withMessage("version -3 is negative");
    }
}
