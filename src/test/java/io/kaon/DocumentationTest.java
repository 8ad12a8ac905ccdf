package io.kaon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The pages for people: how long they are, how they begin, and whether their links lead anywhere.
final class DocumentationTest {
    private static final Path DOCS = Path.of("docs");
    private static final int MOST_LINES = 150;

    /// Pages that may be longer, each with the reason.
    private static final Map<String, String> LONG_PAGES = Map.of();

    private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern NOT_IN_ANCHORS = Pattern.compile("[^\\p{L}\\p{N} _-]");
    private static final Pattern FENCE = Pattern.compile("^```.*?^```$", Pattern.MULTILINE | Pattern.DOTALL);

    private static final Pattern METRIC = Pattern.compile("\\b(kaon_[a-z_]+?)(?:_bucket)?\\b");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");

    private static List<Path> pages() throws IOException {
        try (Stream<Path> found = Files.walk(DOCS)) {
            return found.filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> allMarkdown() throws IOException {
        List<Path> all = new ArrayList<>(pages());
        for (String other : List.of("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "models/README.md")) {
            all.add(Path.of(other));
        }
        for (String folder : List.of("bench", "native", "src/main")) {
            try (Stream<Path> found = Files.walk(Path.of(folder))) {
                found.filter(path -> path.toString().endsWith(".md")).forEach(all::add);
            }
        }
        return all;
    }

    @Test
    void noPageIsLongerThanIsReadInOneGo() throws IOException {
        Map<String, Integer> tooLong = new TreeMap<>();
        for (Path page : pages()) {
            int lines = Files.readAllLines(page).size();
            if (lines > MOST_LINES && !LONG_PAGES.containsKey(name(page))) {
                tooLong.put(name(page), lines);
            }
        }
        assertThat(tooLong).as("pages of more than %d lines", MOST_LINES).isEmpty();
    }

    @Test
    void everyPageBeginsWithATitleAndWhatItIsFor() throws IOException {
        for (Path page : pages()) {
            List<String> lines = Files.readAllLines(page);
            assertThat(lines.get(0)).as("first line of %s", page).startsWith("# ");
            assertThat(lines.get(1)).as("second line of %s", page).isEmpty();
            assertThat(lines.get(2)).as("first paragraph of %s", page).matches("[A-Z`].*");
        }
    }

    @Test
    void everyPageIsInTheIndex() throws IOException {
        String index = Files.readString(DOCS.resolve("README.md"));
        for (Path page : pages()) {
            if (!name(page).equals("README.md")) {
                assertThat(index).contains("](" + name(page) + ")");
            }
        }
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        Set<String> broken = new TreeSet<>();
        Map<Path, Set<String>> anchors = new HashMap<>();
        for (Path page : allMarkdown()) {
            for (String target : links(page)) {
                int hash = target.indexOf('#');
                String path = hash < 0 ? target : target.substring(0, hash);
                Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
                if (!Files.exists(file)) {
                    broken.add(page + ": " + target);
                } else if (hash >= 0) {
                    if (!anchors.containsKey(file)) {
                        anchors.put(file, anchors(file));
                    }
                    if (!anchors.get(file).contains(target.substring(hash + 1))) {
                        broken.add(page + ": " + target + " has no such heading");
                    }
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    /// The picture and the pages that quote it say what the table of results says.
    @Test
    void thePlotShowsFiguresOfTheResults() throws IOException {
        String results = Files.readString(Path.of("bench/results.md"));
        String picture = Files.readString(DOCS.resolve("request-cost.svg"));
        List<String> rows = Files.readAllLines(Path.of("bench/request-cost.csv"));
        assertThat(rows).hasSizeGreaterThan(2);
        for (String row : rows.subList(1, rows.size())) {
            String figure = row.replaceAll(".*,([0-9.]+),[a-z]*", "$1");
            assertThat(picture).contains(">" + figure + "</text>");
            assertThat(results.lines())
                    .anyMatch(line -> line.startsWith("| REST | mlp x1 | 16 connections |")
                            && line.contains("| " + figure + " |"));
        }
    }

    @Test
    void alertsUseMetricsThatAreDocumented() throws IOException {
        String metrics = Files.readString(DOCS.resolve("metrics.md"));
        String explained = Files.readString(DOCS.resolve("alerts.md"));
        String rules = Files.readString(DOCS.resolve("alerts.yml"));
        assertThat(METRIC.matcher(rules).results().map(found -> found.group(1)).distinct())
                .isNotEmpty()
                .allSatisfy(metric -> assertThat(metrics).contains("`" + metric + "`"));
        assertThat(ALERT.matcher(rules).results().map(found -> found.group(1)))
                .isNotEmpty()
                .allSatisfy(alert -> assertThat(explained).contains("| `" + alert + "` |"));
    }

    /// Relative links outside of fenced blocks.
    private static List<String> links(Path page) throws IOException {
        return LINK.matcher(FENCE.matcher(Files.readString(page)).replaceAll(""))
                .results()
                .map((MatchResult found) -> found.group(1))
                .filter(target -> !target.contains("://") && !target.startsWith("mailto:"))
                .toList();
    }

    /// Of the headings, as GitHub and GitLab make them.
    private static Set<String> anchors(Path page) throws IOException {
        Set<String> found = new TreeSet<>();
        FENCE.matcher(Files.readString(page))
                .replaceAll("")
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "").replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1"))
                .map(line -> NOT_IN_ANCHORS.matcher(line).replaceAll("").toLowerCase(Locale.ROOT))
                .forEach(line -> found.add(line.replace(' ', '-')));
        return found;
    }

    private static String name(Path page) {
        return DOCS.relativize(page).toString().replace('\\', '/');
    }
}
