package io.kaon.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.kaon.engine.EngineSession;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.testkit.OnnxCases;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The ONNX project's own cases: each either gives what it must, or is on the list of those that are refused. Numbers
/// may differ as much as they may in that project's own test.
@EnabledIf("io.kaon.testkit.OnnxCases#present")
final class OnnxCasesTest {
    private final OnnxEngine engine = new OnnxEngine();
    private final Map<String, String> refused = OnnxCases.refused();

    @TempDir
    Path directory;

    static List<OnnxCases.Case> cases() throws IOException {
        return OnnxCases.cases();
    }

    static List<OnnxCases.Light> light() throws IOException {
        return OnnxCases.light();
    }

    @Test
    void areAllThere() throws IOException {
        assertThat(cases()).hasSize(61);
        assertThat(light()).hasSize(9);
        assertThat(cases()).extracting(OnnxCases.Case::name).containsAll(refused.keySet());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void giveTheirOutputs(OnnxCases.Case published) {
        EngineSession loaded;
        try {
            loaded = load(published.directory());
        } catch (ServingException e) {
            skipWithoutItsLocale(published, e);
            assertThat(refused).as(e.getMessage()).containsKey(published.name());
            assertThat(e.getMessage()).contains(refused.get(published.name()));
            return;
        }
        try (EngineSession session = loaded) {
            assertThat(refused).as("loads, but is listed as refused").doesNotContainKey(published.name());
            NamedTensors outputs = Sessions.run(session, published.inputs());
            assertThat(outputs.names()).isEqualTo(published.outputs().names());
            for (String name : outputs.names()) {
                Tensors.assertClose(Tensors.get(outputs, name), Tensors.get(published.outputs(), name));
            }
        }
    }

    /// One model upper-cases by the rules of en_US, which not every machine has installed.
    private static void skipWithoutItsLocale(OnnxCases.Case published, ServingException e) {
        if (published.name().equals("test_strnorm_model_monday_empty_output")
                && e.getMessage().contains("Failed to construct locale with name:en_US.UTF-8")) {
            System.out.println("skipped: " + published + " needs the locale en_US.UTF-8");
            abort("no locale en_US.UTF-8");
        }
    }

    /// One at a time: with their weights computed, some of these networks take half a gigabyte.
    @ParameterizedTest
    @MethodSource("light")
    void realNetworksGiveTheirOutputs(OnnxCases.Light network) throws IOException {
        Files.copy(network.model(), directory.resolve(OnnxEngine.MODEL_FILE));
        try (EngineSession session = load(directory)) {
            NamedTensors outputs = Sessions.run(session, network.ramps());
            assertThat(outputs.size()).isEqualTo(1);
            Tensors.assertClose(outputs.asMap().values().iterator().next(), network.output());
        }
    }

    private EngineSession load(Path from) {
        return Sessions.load(engine, from);
    }
}
