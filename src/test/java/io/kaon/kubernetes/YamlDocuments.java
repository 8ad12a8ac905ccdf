package io.kaon.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Reads files of YAML that hold one document or several.
final class YamlDocuments {
    /// Definitions of resources are long.
    private static final int MOST_CHARACTERS = 64 * 1024 * 1024;

    private YamlDocuments() {}

    static List<Map<String, Object>> read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (IOException failure) {
            throw new AssertionError("expected to read " + file, failure);
        }
    }

    /// The documents of a text; empty ones are left out.
    ///
    /// @param label what a message calls the text
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> parse(String label, String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(label)
                .setCodePointLimit(MOST_CHARACTERS)
                .build();
        List<Map<String, Object>> documents = new ArrayList<>();
        for (Object document : new Load(settings).loadAllFromString(text)) {
            if (document instanceof Map<?, ?> map) {
                documents.add((Map<String, Object>) map);
            } else if (document != null) {
                throw new AssertionError(label + ": expected a map as document, got " + document);
            }
        }
        return documents;
    }
}
