package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What images are made of, as far as it can be seen without making one.
final class ImageFilesTest {
    private static final Path ROOT = Path.of("src/main/jib");

    @Test
    void theMachineHasTheOptionsThatItHasInACheckout() throws IOException {
        Stream<String> checkout = found("(?m)^machine=\"(?:\\$machine )?(.*)\"$", Path.of("kaon"))
                .flatMap(line -> Stream.of(line.split(" ")));
        List<String> image = Files.readAllLines(ROOT.resolve("kaon/java.options")).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
        assertThat(checkout).containsExactlyInAnyOrderElementsOf(image);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kaon", "tensorflow_model_server", "tf_serving_entrypoint.sh"})
    void theProgramIsThereUnderTheNamesThatSpecificationsUse(String name) throws IOException {
        Path link = ROOT.resolve("usr/bin").resolve(name);
        assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("../../kaon/kaon"));
        assertThat(Files.isExecutable(link)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native"})
    void theLabelsNameTheVersionThatIsBuilt(String file) throws IOException {
        assertThat(found("(?m)^ARG VERSION=(.*)$", Path.of(file)))
                .containsExactly(found("(?m)^    <version>(.*)</version>$", Path.of("pom.xml"))
                        .findFirst()
                        .orElseThrow());
    }

    private static Stream<String> found(String pattern, Path file) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(file))
                .results()
                .map(found -> found.group(1));
    }
}
