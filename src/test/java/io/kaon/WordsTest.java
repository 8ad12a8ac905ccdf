package io.kaon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Code, comments, scripts and documents name who acts, and no comment is torn.
final class WordsTest {
    /// A word, or a part of a name of a method or test. The user `nobody` of Linux is one that acts.
    private static final Pattern WORDS = Pattern.compile(
            "\\b([Ww]hoever|(?<!`)[Nn]obody(?!`)|[Ss]omebody|[Ss]omeone|[Hh]e|[Hh]is|[Tt]he reference)\\b"
                    + "|[a-z](Whoever|Nobody|Somebody|Someone)");

    private static final Set<String> ROOTS =
            Set.of("src", "bench", "docs", ".ci", "native", "builder", "models", "kubernetes", "config");

    private static final Set<String> ENDINGS =
            Set.of("java", "md", "py", "yaml", "yml", "properties", "xml", "sh", "kts");

    private static final Pattern COMMENT = Pattern.compile("\\s*///?\\s?(.*)");

    @Test
    void namesWhoActs() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : texts()) {
            List<String> lines = lines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (WORDS.matcher(lines.get(i)).find()) {
                    found.add(file + ":" + (i + 1) + ": " + lines.get(i).strip());
                }
            }
        }
        assertThat(found)
                .as("name who acts (client, lane, reconciler), and say TensorFlow Serving")
                .isEmpty();
    }

    /// As a formatter leaves it that moves one word to a line of its own.
    @Test
    void tearsNoComment() throws IOException {
        List<String> torn = new ArrayList<>();
        for (Path file : texts()) {
            if (file.toString().endsWith(".java")) {
                List<String> lines = lines(file);
                for (int i = 1; i < lines.size() - 1; i++) {
                    if (isTorn(comment(lines.get(i - 1)), comment(lines.get(i)), comment(lines.get(i + 1)))) {
                        torn.add(file + ":" + (i + 1) + ": " + lines.get(i).strip());
                    }
                }
            }
        }
        assertThat(torn).as("lines of one word inside a paragraph").isEmpty();
    }

    private static boolean isTorn(String before, String line, String after) {
        return !before.isEmpty()
                && !after.isEmpty()
                && line.matches("\\p{Alpha}[\\p{Alnum},.;'-]*")
                && !after.matches("[-*@|`#].*");
    }

    private static String comment(String line) {
        Matcher comment = COMMENT.matcher(line);
        return comment.matches() ? comment.group(1).strip() : "";
    }

    private static List<String> lines(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    /// Every text that people write, from the repository's root. What is built lies elsewhere.
    private static List<Path> texts() throws IOException {
        List<Path> texts = new ArrayList<>();
        Files.walkFileTree(Path.of(""), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                boolean isRoot = directory.toString().isEmpty();
                return isRoot
                                || (ROOTS.contains(directory.getName(0).toString())
                                        && !directory.endsWith("node_modules"))
                        ? FileVisitResult.CONTINUE
                        : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                String ending = name.substring(name.lastIndexOf('.') + 1);
                boolean isScript = !name.contains(".") && !file.startsWith("models");
                if (!name.equals("WordsTest.java") && (isScript || ENDINGS.contains(ending))) {
                    texts.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        assertThat(texts).hasSizeGreaterThan(500);
        return texts;
    }
}
