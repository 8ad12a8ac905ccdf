package io.kaon.kubernetes.plan;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What the documents are called.
///
/// @param name of the server, and the beginning of every document's name
/// @param namespace none where the one who applies the documents chooses it
/// @param version of Kaon
public record Identity(String name, Optional<String> namespace, String version) {
    private static final String APPLICATION = "app.kubernetes.io/name";
    private static final String INSTANCE = "app.kubernetes.io/instance";

    /// What finds the pods. It never changes: a Deployment's selector cannot be changed.
    public Map<String, Object> selector() {
        Map<String, Object> labels = new LinkedHashMap<>();
        labels.put(APPLICATION, "kaon");
        labels.put(INSTANCE, name);
        return labels;
    }

    /// What every document carries.
    public Map<String, Object> labels() {
        Map<String, Object> labels = selector();
        labels.put("app.kubernetes.io/version", version);
        labels.put("app.kubernetes.io/component", "model-server");
        return labels;
    }
}
