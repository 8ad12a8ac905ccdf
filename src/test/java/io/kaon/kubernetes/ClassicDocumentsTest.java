package io.kaon.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/// The documents that people start from, which were written for TensorFlow Serving's image, against those that
/// `kaon manifests` prints for the same models: every difference is listed in a file, which docs/tensorflow-serving.md
/// explains.
@EnabledIf("io.kaon.kubernetes.ApiSchemas#present")
final class ClassicDocumentsTest {
    private static final Path CLASSIC = Path.of("../shared/data/kubernetes/classic/tensorflow-serving.yaml");
    private static final Path FOLDER = Path.of("src/test/resources/kubernetes");

    @Test
    void differInWhatIsListed() throws IOException {
        List<String> found = new ArrayList<>();
        Map<String, Map<String, String>> before = byKind(CLASSIC);
        Map<String, Map<String, String>> after = byKind(FOLDER.resolve("classic.yaml"));
        before.forEach((kind, fields) -> assertThat(after).containsKey(kind));
        after.forEach((kind, fields) -> {
            Map<String, String> old = before.get(kind);
            if (old == null) {
                found.add("+ " + kind);
                return;
            }
            old.forEach((path, value) -> {
                String now = fields.get(path);
                if (now == null) {
                    found.add("- " + kind + " " + path + ": " + value);
                } else if (!now.equals(value)) {
                    found.add("! " + kind + " " + path + ": " + value + " -> " + now);
                }
            });
            fields.forEach((path, value) -> {
                if (!old.containsKey(path)) {
                    found.add("+ " + kind + " " + path + ": " + value);
                }
            });
        });
        Path list = FOLDER.resolve("classic-differences.txt");
        if ("write".equals(System.getProperty("golden"))) {
            Files.write(list, found);
        }
        assertThat(found).isEqualTo(Files.readAllLines(list));
        assertThat(found).contains("! Service spec.ports[0].targetPort: 8500 -> 8501");
    }

    /// By kind, of which there is one each: the value of every field that holds no others.
    private static Map<String, Map<String, String>> byKind(Path file) {
        Map<String, Map<String, String>> kinds = new TreeMap<>();
        for (Map<String, Object> document : YamlDocuments.read(file)) {
            Map<String, String> fields = new TreeMap<>();
            flatten("", document, fields);
            assertThat(kinds.put(String.valueOf(document.get("kind")), fields)).isNull();
        }
        return kinds;
    }

    private static void flatten(String path, Object value, Map<String, String> fields) {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            map.forEach((name, child) -> flatten(path.isEmpty() ? "" + name : path + "." + name, child, fields));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                flatten(path + "[" + i + "]", list.get(i), fields);
            }
        } else {
            fields.put(path, String.valueOf(value));
        }
    }
}
