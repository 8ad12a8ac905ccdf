package io.kaon.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DirectoryAdviceTest {
    @Test
    void aNameThatWasMeantForAVersionIsToBeRenamed() {
        assertThat(DirectoryAdvice.about(List.of("assets", "v1"))).contains("rename `v1` to 1");
        assertThat(DirectoryAdvice.about(List.of("version-12.0"))).contains("rename `version-12.0` to 12");
        assertThat(DirectoryAdvice.about(List.of("assets"))).isEmpty();
    }
}
