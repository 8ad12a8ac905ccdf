package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.Identity;
import java.util.Map;

/// How every document begins.
final class Metadata {
    private Metadata() {}

    /// The name of a document, which is the server's with something appended.
    static String name(Identity identity, String appended) {
        return appended.isEmpty() ? identity.name() : identity.name() + "-" + appended;
    }

    static Map<String, Object> of(Identity identity, String appended) {
        return Fields.of(
                "name", name(identity, appended), "namespace", identity.namespace(), "labels", identity.labels());
    }

    /// For kinds that belong to no namespace. Their names must differ in all of the cluster, so they carry it.
    static Map<String, Object> ofCluster(Identity identity, String appended) {
        String name = name(identity, appended);
        return Fields.of(
                "name",
                identity.namespace().map(space -> space + "-" + name).orElse(name),
                "labels",
                identity.labels());
    }

    /// A ConfigMap that holds one text.
    static Map<String, Object> configMap(Identity identity, String appended, String file, String text) {
        return Fields.of(
                "apiVersion",
                "v1",
                "kind",
                "ConfigMap",
                "metadata",
                of(identity, appended),
                "data",
                Fields.of(file, text));
    }

    /// The fields of a document.
    static Map<String, Object> document(
            String apiVersion, String kind, Map<String, Object> metadata, Map<String, Object> spec) {
        return Fields.of("apiVersion", apiVersion, "kind", kind, "metadata", metadata, "spec", spec);
    }
}
