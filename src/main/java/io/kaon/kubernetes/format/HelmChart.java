package io.kaon.kubernetes.format;

import io.kaon.kubernetes.document.Base;
import io.kaon.kubernetes.document.Document;
import io.kaon.kubernetes.document.Documents;
import io.kaon.kubernetes.document.Fields;
import io.kaon.kubernetes.plan.Identity;
import io.kaon.kubernetes.plan.ManifestPlan;
import io.kaon.kubernetes.plan.Pod;
import io.kaon.kubernetes.yaml.YamlText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A chart for Helm, from the same function as all other documents.
///
/// The plan that they are made from has marks for names: a mark appears wherever the name does, also within
/// other text, and becomes `{{ .Values.name }}`. Other values stand in one field each, which gets a mark
/// afterwards; what stood there becomes the value's default. So a chart with the values that it comes with is
/// the documents that would be printed.
public final class HelmChart {
    private static final String SPEC = "spec";
    private static final String NAME_MARK = "markname";
    private static final String NAMESPACE_MARK = "marknamespace";
    private static final String IMAGE_MARK = "markimage";

    /// What ends the image's mark, which is pinned by a digest or not, as the image is.
    private static final String LAST = "markend";

    private final ManifestPlan plan;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<String, String> expressions = new LinkedHashMap<>();

    private HelmChart(ManifestPlan plan) {
        this.plan = plan;
    }

    /// Texts by the paths of their files.
    public static Map<String, String> files(ManifestPlan plan, Base base) {
        return new HelmChart(plan).files(base);
    }

    private Map<String, String> files(Base base) {
        values.put("name", plan.identity().name());
        values.put("image", plan.pod().image());
        List<Document> documents = Documents.of(marked(), base);
        Map<String, String> files = new LinkedHashMap<>();
        Map<String, String> templates = new LinkedHashMap<>();
        DocumentFiles.byFile(documents)
                .forEach((file, document) ->
                        templates.put("templates/" + file.replace("-" + NAME_MARK, ""), template(document)));
        files.put("Chart.yaml", YamlText.of(chart()));
        files.put("values.yaml", YamlText.of(values));
        files.put("values.schema.json", YamlText.json(HelmSchema.of(values)));
        files.putAll(templates);
        return files;
    }

    private Map<String, Object> chart() {
        return Fields.of(
                "apiVersion",
                "v2",
                "name",
                plan.identity().name(),
                "description",
                "Kaon, a model server, for the models of " + plan.identity().name(),
                "type",
                "application",
                "version",
                plan.identity().version(),
                "appVersion",
                plan.identity().version(),
                "kubeVersion",
                ">=" + plan.version() + ".0-0");
    }

    private ManifestPlan marked() {
        Pod pod = plan.pod();
        return new ManifestPlan(
                plan.target(),
                plan.version(),
                new Identity(
                        NAME_MARK, Optional.of(NAMESPACE_MARK), plan.identity().version()),
                plan.models(),
                plan.scaling(),
                new Pod(
                        IMAGE_MARK + (pod.isPinned() ? Pod.DIGEST + LAST : ":" + LAST),
                        pod.pullPolicy(),
                        pod.pullSecrets(),
                        pod.cpu(),
                        pod.memory(),
                        pod.gpu(),
                        pod.user(),
                        pod.environment(),
                        pod.secrets(),
                        pod.secretFiles(),
                        pod.options(),
                        pod.startup(),
                        pod.nodeSelector(),
                        pod.tolerations(),
                        pod.priorityClass(),
                        pod.accountAnnotations()),
                plan.exposure(),
                plan.monitoring(),
                plan.without(),
                plan.shutdownDelay(),
                plan.shutdownTimeout(),
                plan.server());
    }

    private String template(Document document) {
        expressions.clear();
        Map<String, Object> body = valued(document);
        // What stands there already in Helm's own brackets is none of Helm's.
        String text = YamlText.of(body).replace("{{", "{{ \"{{\" }}");
        for (Map.Entry<String, String> expression : expressions.entrySet()) {
            text = text.replace(expression.getKey(), expression.getValue());
        }
        text = text.replaceAll(IMAGE_MARK + ".*" + LAST, "{{ .Values.image | quote }}")
                .replace("namespace: " + NAMESPACE_MARK, "namespace: {{ .Release.Namespace | quote }}")
                .replace(NAMESPACE_MARK, "{{ .Release.Namespace }}")
                .replace(NAME_MARK, "{{ .Values.name }}");
        return "# " + document.why() + "\n" + text;
    }

    private Map<String, Object> valued(Document document) {
        Map<String, Object> body = document.body();
        return switch (document.kind()) {
            case "Deployment" -> resources(number(body, "replicas", "replicas"));
            case "Service" -> document.name().equals(NAME_MARK) ? text(body, "serviceType", "type") : body;
            case "HorizontalPodAutoscaler" ->
                number(number(body, "minReplicas", "minReplicas"), "maxReplicas", "maxReplicas");
            case "ScaledObject" ->
                number(number(body, "minReplicas", "minReplicaCount"), "maxReplicas", "maxReplicaCount");
            default -> body;
        };
    }

    private Map<String, Object> resources(Map<String, Object> deployment) {
        Map<String, Object> pod = Fields.child(deployment, SPEC, "template", SPEC);
        Map<String, Object> container =
                new LinkedHashMap<>(Fields.list(pod, "containers").getFirst());
        values.put("resources", Fields.child(container, "resources"));
        container.put("resources", mark("resources", "{{ toJson .Values.resources }}"));
        return Fields.merged(
                deployment,
                Fields.of(SPEC, Fields.of("template", Fields.of(SPEC, Fields.of("containers", List.of(container))))));
    }

    private Map<String, Object> number(Map<String, Object> body, String value, String field) {
        return replaced(body, value, "{{ int .Values." + value + " }}", field);
    }

    private Map<String, Object> text(Map<String, Object> body, String value, String field) {
        return replaced(body, value, "{{ .Values." + value + " }}", field);
    }

    /// Leaves out what is not there: a Deployment has no number of pods where an autoscaler sets it.
    ///
    /// @param field of the document's `spec`
    private Map<String, Object> replaced(Map<String, Object> body, String value, String expression, String field) {
        Object old = Fields.child(body, SPEC).get(field);
        if (old == null) {
            return body;
        }
        values.put(value, old);
        return Fields.merged(body, Fields.of(SPEC, Fields.of(field, mark(value, expression))));
    }

    private String mark(String value, String expression) {
        String mark = "markvalue" + value;
        expressions.put(mark, expression);
        return mark;
    }
}
