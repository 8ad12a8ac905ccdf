package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.ManifestPlan;
import io.kaon.kubernetes.plan.Scaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The ScaledObject, by which KEDA sets the number of pods.
final class KedaDocument {
    /// Inferences per second and pod that more pods are made for, unless told otherwise.
    private static final int STANDARD_RATE = 100;

    private KedaDocument() {}

    static Document of(ManifestPlan plan) {
        Scaling scaling = plan.scaling();
        List<Map<String, Object>> triggers = new ArrayList<>();
        triggers.add(Fields.of(
                "type",
                "prometheus",
                "metadata",
                Fields.of(
                        "serverAddress",
                        scaling.prometheus(),
                        "query",
                        scaling.query().orElseGet(() -> inferences(plan)),
                        "threshold",
                        Integer.toString(scaling.targetRequests().orElse(STANDARD_RATE)))));
        scaling.targetCpu()
                .ifPresent(percent -> triggers.add(Fields.of(
                        "type",
                        "cpu",
                        "metricType",
                        "Utilization",
                        "metadata",
                        Fields.of("value", Integer.toString(percent)))));
        Map<String, Object> spec = Fields.of(
                "scaleTargetRef",
                AutoscalerDocument.target(plan),
                "minReplicaCount",
                scaling.replicas().least(),
                "maxReplicaCount",
                scaling.replicas().most(),
                "cooldownPeriod",
                300,
                "advanced",
                Fields.of("horizontalPodAutoscalerConfig", Fields.of("behavior", AutoscalerDocument.behavior(plan))),
                "triggers",
                triggers);
        return new Document(
                "lets KEDA set the number of pods by what Prometheus has counted",
                Metadata.document("keda.sh/v1alpha1", "ScaledObject", Metadata.of(plan.identity(), ""), spec));
    }

    private static String inferences(ManifestPlan plan) {
        String namespace = plan.identity()
                .namespace()
                .map(name -> "namespace=\"" + name + "\",")
                .orElse("");
        return "sum(rate(kaon_inferences_total{" + namespace + "pod=~\""
                + plan.identity().name() + "-.*\"}[1m]))";
    }
}
