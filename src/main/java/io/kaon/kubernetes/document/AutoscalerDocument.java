package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.ManifestPlan;
import io.kaon.kubernetes.yaml.YamlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The HorizontalPodAutoscaler, and the rule by which prometheus-adapter tells it the requests per second.
final class AutoscalerDocument {
    /// What the rule calls the requests per second.
    private static final String METRIC = "kaon_inferences_per_second";

    /// The first in which an autoscaler may be told how small a difference does not matter.
    private static final int TOLERANCE = 35;

    private AutoscalerDocument() {}

    static Document of(ManifestPlan plan) {
        List<Map<String, Object>> metrics = new ArrayList<>();
        plan.scaling()
                .cpu()
                .ifPresent(percent -> metrics.add(Fields.of(
                        "type",
                        "Resource",
                        "resource",
                        Fields.of(
                                "name",
                                "cpu",
                                "target",
                                Fields.of("type", "Utilization", "averageUtilization", percent)))));
        plan.scaling()
                .targetRequests()
                .ifPresent(rate -> metrics.add(Fields.of(
                        "type",
                        "Pods",
                        "pods",
                        Fields.of(
                                "metric",
                                Fields.of("name", METRIC),
                                "target",
                                Fields.of("type", "AverageValue", "averageValue", Integer.toString(rate))))));
        Map<String, Object> spec = Fields.of(
                "scaleTargetRef",
                target(plan),
                "minReplicas",
                plan.scaling().replicas().least(),
                "maxReplicas",
                plan.scaling().replicas().most(),
                "metrics",
                metrics,
                "behavior",
                behavior(plan));
        return new Document(
                "adds pods at once when load comes, and takes them away slowly, so that their number does not flap",
                Metadata.document("autoscaling/v2", "HorizontalPodAutoscaler", Metadata.of(plan.identity(), ""), spec));
    }

    /// For prometheus-adapter's own configuration, which this ConfigMap cannot replace: the rule is there to be merged.
    static Document rule(ManifestPlan plan) {
        Map<String, Object> overrides =
                Fields.of("namespace", Fields.of("resource", "namespace"), "pod", Fields.of("resource", "pod"));
        Map<String, Object> rule = Fields.of(
                "seriesQuery",
                "kaon_inferences_total{namespace!=\"\",pod!=\"\"}",
                "resources",
                Fields.of("overrides", overrides),
                "name",
                Fields.of("as", METRIC),
                "metricsQuery",
                "sum(rate(<<.Series>>{<<.LabelMatchers>>}[1m])) by (<<.GroupBy>>)");
        return new Document(
                "holds the rule by which prometheus-adapter tells the autoscaler the inferences per second: merge it"
                        + " into the adapter's configuration",
                Metadata.configMap(
                        plan.identity(),
                        "prometheus-adapter",
                        "config.yaml",
                        YamlText.of(Fields.of("rules", List.of(rule)))));
    }

    static Map<String, Object> target(ManifestPlan plan) {
        return Fields.of(
                "apiVersion",
                "apps/v1",
                "kind",
                "Deployment",
                "name",
                plan.identity().name());
    }

    static Map<String, Object> behavior(ManifestPlan plan) {
        Map<String, Object> down = Fields.of(
                "stabilizationWindowSeconds",
                300,
                "policies",
                List.of(Fields.of("type", "Percent", "value", 10, "periodSeconds", 60), pods(1, 60)),
                "selectPolicy",
                "Max");
        if (plan.version().isAtLeast(TOLERANCE)) {
            down.put("tolerance", "0.15");
        }
        return Fields.of(
                "scaleUp",
                Fields.of(
                        "stabilizationWindowSeconds",
                        0,
                        "policies",
                        List.of(Fields.of("type", "Percent", "value", 100, "periodSeconds", 15), pods(4, 15)),
                        "selectPolicy",
                        "Max"),
                "scaleDown",
                down);
    }

    private static Map<String, Object> pods(int count, int seconds) {
        return Fields.of("type", "Pods", "value", count, "periodSeconds", seconds);
    }
}
