package io.kaon.kubernetes.format;

import io.kaon.kubernetes.document.Document;
import io.kaon.kubernetes.document.Fields;
import io.kaon.kubernetes.plan.ManifestPlan;
import io.kaon.kubernetes.plan.Target;
import io.kaon.kubernetes.yaml.YamlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A base with one file for each document, and two overlays to begin with: `production` is what was asked for,
/// `staging` the same with one small pod.
public final class Kustomization {
    private static final String FILE = "kustomization.yaml";

    private Kustomization() {}

    /// Texts by the paths of their files.
    public static Map<String, String> files(ManifestPlan plan, List<Document> documents) {
        Map<String, String> files = new LinkedHashMap<>();
        Map<String, Document> byFile = DocumentFiles.byFile(documents);
        byFile.forEach((file, document) -> files.put("base/" + file, DocumentFiles.text(document)));
        files.put("base/" + FILE, kustomization(Fields.of("resources", List.copyOf(byFile.keySet()))));
        files.put("overlays/production/" + FILE, kustomization(Fields.of("resources", List.of("../../base"))));
        files.put(
                "overlays/staging/" + FILE,
                kustomization(Fields.of("resources", List.of("../../base"), "patches", small(plan))));
        return files;
    }

    private static String kustomization(Map<String, Object> content) {
        Map<String, Object> whole = Fields.of("apiVersion", "kustomize.config.k8s.io/v1beta1", "kind", "Kustomization");
        whole.putAll(content);
        return YamlText.of(whole);
    }

    private static List<Map<String, Object>> small(ManifestPlan plan) {
        List<Map<String, Object>> patches = new ArrayList<>();
        boolean deployed = plan.target() == Target.KUBERNETES || plan.target() == Target.KEDA;
        if (deployed && !plan.isScaled()) {
            patches.add(patch("Deployment", "/spec/replicas"));
        }
        if (plan.target() == Target.KUBERNETES && plan.isScaled()) {
            patches.add(patch("HorizontalPodAutoscaler", "/spec/minReplicas"));
        }
        return patches;
    }

    private static Map<String, Object> patch(String kind, String path) {
        String operation = "- op: replace\n  path: " + path + "\n  value: 1\n";
        return Fields.of("target", Fields.of("kind", kind), "patch", operation);
    }
}
