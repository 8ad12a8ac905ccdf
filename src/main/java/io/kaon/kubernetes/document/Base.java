package io.kaon.kubernetes.document;

import io.kaon.kubernetes.yaml.YamlText;
import java.util.List;
import java.util.Map;

/// What the build generates for this server, whatever models it serves: the documents below `kubernetes/base`, by kind.
///
/// @param documents as they were read
public record Base(List<Map<String, Object>> documents) {
    /// The documents that this build carries.
    public static Base read() {
        return new Base(YamlText.resource("/io/kaon/kubernetes/base/kubernetes.yml"));
    }

    /// @throws IllegalStateException when there is none: the build is broken
    Map<String, Object> of(String kind) {
        return documents.stream()
                .filter(document -> kind.equals(document.get("kind")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("kubernetes/base holds no " + kind));
    }

    /// The server's container, with its ports, its probes and what it may not do.
    Map<String, Object> container() {
        return Fields.list(Fields.child(of("Deployment"), "spec", "template", "spec"), "containers")
                .getFirst();
    }
}
