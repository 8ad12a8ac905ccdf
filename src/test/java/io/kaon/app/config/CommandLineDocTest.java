package io.kaon.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.app.config.TensorflowServingFlag.Fate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The page for people against the table that the program reads.
final class CommandLineDocTest {
    @Test
    void thePageHasEveryFlagWithItsFate() throws IOException {
        List<String> page = Files.readAllLines(Path.of("docs/flags.md"));
        List<String> rows = TensorflowServingFlag.ALL.stream()
                .map(flag -> "| `--" + flag.name() + "` | " + code(flag.standard()) + " | " + fate(flag.fate()) + " |")
                .toList();
        assertThat(page.stream().filter(line -> line.startsWith("| `--")).toList())
                .as("paste this into docs/flags.md:\n%s", String.join("\n", rows))
                .isEqualTo(rows);
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    private static String fate(Fate fate) {
        return switch (fate) {
            case Fate.Read(String _) -> "honoured";
            case Fate.Sets(String property, String _) -> "honoured: sets `" + property + "`";
            case Fate.NoEffect(String why) -> "no effect: " + why;
            case Fate.Refused(String why) -> "refused: " + why;
        };
    }
}
