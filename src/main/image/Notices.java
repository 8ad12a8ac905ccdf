import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;

/// Writes what the licences of the bundled libraries want to be passed on: the list of the libraries with their
/// licences, and every text about licences that their jars bring, native libraries' among them, each text once.
///
/// Run by the Dockerfiles after a build with the profile `image`, as a source file:
///
///     java Notices.java FOLDER
///
/// where FOLDER has what that profile writes, `licences.txt` and `classpath`, and gets `NOTICES`.
public final class Notices {
    private static final Pattern ABOUT_LICENCES =
            Pattern.compile("(.*/)?(licen[cs]e|notice|copying|(\\w+-)?third-?party)[^/]*", Pattern.CASE_INSENSITIVE);

    private static final Pattern CODE = Pattern.compile(".*\\.(class|java)(\\..*)?");
    private static final String RULE = "=".repeat(80);

    private Notices() {}

    public static void main(String... arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Map<String, Text> texts = new LinkedHashMap<>();
        for (String jar : Files.readString(folder.resolve("classpath")).strip().split(File.pathSeparator)) {
            read(Path.of(jar), texts);
        }
        if (texts.isEmpty()) {
            throw new IllegalStateException(
                    folder + "/classpath: expected jars that bring texts about licences, found none");
        }
        try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("NOTICES"))) {
            out.write(Files.readString(folder.resolve("licences.txt")).strip());
            for (Text text : texts.values()) {
                out.write("\n\n" + RULE + "\n" + String.join("\n", text.origins) + "\n" + RULE + "\n\n" + text.words.strip());
            }
            out.write("\n");
        }
    }

    /// @param words the text
    /// @param origins the files that hold it, in words for people
    private record Text(String words, List<String> origins) {}

    private static void read(Path file, Map<String, Text> texts) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            jar.stream()
                    .filter(entry -> ABOUT_LICENCES.matcher(entry.getName()).matches())
                    .filter(entry -> !entry.isDirectory() && !CODE.matcher(entry.getName()).matches())
                    .forEach(entry -> {
                        String words = words(jar, entry);
                        // Texts that differ in their line breaks alone are one.
                        texts.computeIfAbsent(words.replaceAll("\\s+", ""), _ -> new Text(words, new ArrayList<>()))
                                .origins()
                                .add(file.getFileName() + ": " + entry.getName());
                    });
        }
    }

    private static String words(JarFile jar, ZipEntry entry) {
        try (InputStream content = jar.getInputStream(entry)) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
