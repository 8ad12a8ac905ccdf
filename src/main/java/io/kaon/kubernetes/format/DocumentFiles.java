package io.kaon.kubernetes.format;

import io.kaon.kubernetes.document.Document;
import io.kaon.kubernetes.yaml.YamlText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Documents as text: all in one, or each in a file of its own.
public final class DocumentFiles {
    private DocumentFiles() {}

    /// One text, as `kubectl apply -f -` takes it.
    public static String stream(List<Document> documents) {
        StringBuilder text = new StringBuilder();
        documents.forEach(document -> text.append("---\n").append(text(document)));
        return text.toString();
    }

    static String text(Document document) {
        return "# " + document.why() + "\n" + YamlText.of(document.body());
    }

    /// By the names of files, such as `deployment.yaml`; of a kind that there are several of, by their names too.
    static Map<String, Document> byFile(List<Document> documents) {
        Map<String, Document> files = new LinkedHashMap<>();
        for (Document document : documents) {
            long alike = documents.stream()
                    .filter(other -> other.kind().equals(document.kind()))
                    .count();
            String kind = document.kind().toLowerCase(Locale.ROOT);
            files.put(alike == 1 ? kind + ".yaml" : kind + "-" + document.name() + ".yaml", document);
        }
        return files;
    }
}
