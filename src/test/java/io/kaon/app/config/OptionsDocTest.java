package io.kaon.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The page for people against the options that the program knows.
final class OptionsDocTest {
    private static final Pattern ROW = Pattern.compile("\\| `(kaon\\.[a-zA-Z0-9.-]+)` \\|.*");

    @Test
    void thePageHasEveryOptionAndNoOther() throws IOException {
        Set<String> documented = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("docs/options.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                documented.add(row.group(1));
            }
        }
        Set<String> known = new TreeSet<>();
        ConfigProblems.options()
                .forEach(name -> known.add(name.replace("[*]", "").replace(".*", ".NAME")));
        assertThat(documented).isEqualTo(known);
    }
}
