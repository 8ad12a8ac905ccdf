package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.ManifestPlan;
import java.util.List;
import java.util.Map;

/// What Prometheus' operator is told. A selector that selects nothing in particular would select every Service there
/// is.
final class MonitorDocuments {
    private MonitorDocuments() {}

    static List<Document> of(ManifestPlan plan) {
        return switch (plan.monitoring().kind()) {
            case SERVICE ->
                List.of(monitor(
                        plan,
                        "ServiceMonitor",
                        Fields.of(
                                "selector",
                                Fields.of("matchLabels", ServiceDocuments.metricsSelector(plan)),
                                "endpoints",
                                List.of(endpoint(plan)))));
            case POD ->
                List.of(monitor(
                        plan,
                        "PodMonitor",
                        Fields.of(
                                "selector",
                                Fields.of("matchLabels", plan.identity().selector()),
                                "podMetricsEndpoints",
                                List.of(endpoint(plan)))));
            case ANNOTATIONS, NONE -> List.of();
        };
    }

    private static Map<String, Object> endpoint(ManifestPlan plan) {
        return Fields.of(
                "port", ServiceDocuments.MANAGEMENT_PORT, "path", plan.server().metricsPath(), "interval", "15s");
    }

    private static Document monitor(ManifestPlan plan, String kind, Map<String, Object> spec) {
        Map<String, Object> metadata = Fields.merged(
                Metadata.of(plan.identity(), ""),
                Fields.of("labels", plan.monitoring().labels()));
        return new Document(
                "tells Prometheus' operator where the metrics are",
                Metadata.document("monitoring.coreos.com/v1", kind, metadata, spec));
    }
}
