package io.kaon.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ManifestOptionsTest {
    @Test
    void areAllInTheDocumentationInTheWordsOfTheHelp() throws IOException {
        List<String> rows = ManifestOptions.ALL.stream()
                .map(option -> "| `" + option.name() + "` | " + takes(option) + " | " + option.about()
                        + (option.several() ? " May be repeated." : "") + " |")
                .collect(Collectors.toCollection(ArrayList::new));
        rows.add("| `-D` | `option=value` | Sets an option of the server in the pods. May be repeated. |");
        List<String> page = Files.readAllLines(Path.of("docs/kubernetes-options.md"));
        assertThat(page.stream().filter(line -> line.startsWith("| `-")).toList())
                .containsExactlyElementsOf(rows);
    }

    private static String takes(ManifestOptions option) {
        return option.takes().isEmpty() ? "" : "`" + option.takes().replace("|", "\\|") + "`";
    }
}
