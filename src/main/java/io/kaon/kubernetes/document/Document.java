package io.kaon.kubernetes.document;

import java.util.Map;

/// One document of Kubernetes'.
///
/// @param why it is there, in one line
/// @param body its fields, `apiVersion` and `kind` first
public record Document(String why, Map<String, Object> body) {
    public String kind() {
        return String.valueOf(body.get("kind"));
    }

    public String name() {
        return String.valueOf(Fields.child(body, "metadata").get("name"));
    }

    /// With more annotations.
    Document annotated(Map<String, Object> annotations) {
        return new Document(why, Fields.merged(body, Fields.of("metadata", Fields.of("annotations", annotations))));
    }
}
