package io.kaon.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The pages for people against the options that the program knows.
final class OptionsDocTest {
    private static final List<String> PAGES = List.of("options.md", "options-engines.md", "options-stores.md");
    private static final Pattern ROW = Pattern.compile("\\| `(kaon\\.[a-zA-Z0-9.-]+)` \\|.*");

    @Test
    void thePagesHaveEveryOptionOnceAndNoOther() throws IOException {
        Set<String> documented = new TreeSet<>();
        for (String page : PAGES) {
            for (String line : Files.readAllLines(Path.of("docs", page))) {
                Matcher row = ROW.matcher(line);
                if (row.matches()) {
                    assertThat(documented.add(row.group(1))).as(line).isTrue();
                }
            }
        }
        Set<String> known = new TreeSet<>();
        ConfigProblems.options()
                .forEach(name -> known.add(name.replace("[*]", "").replace(".*", ".NAME")));
        assertThat(documented).isEqualTo(known);
    }
}
