package io.kaon.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// That the repository holds what this build has generated for Kubernetes.
@Tag("in-process")
final class BaseDocumentsIT {
    @ParameterizedTest
    @ValueSource(strings = {"kubernetes.yml", "knative.yml"})
    void areTheGeneratedOnes(String file) throws IOException {
        assertThat(Files.readString(Path.of("kubernetes/base", file)))
                .as(
                        "expected what the build generates; after a change of it: cp target/kubernetes/*.yml kubernetes/base/")
                .isEqualTo(Files.readString(Path.of("target/kubernetes", file)));
    }
}
