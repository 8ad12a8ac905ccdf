package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.Exposure.Protocols;
import io.kaon.kubernetes.plan.ManifestPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What protects the pods, and others from them: who they are, how many may go at once, who reaches them.
final class GuardDocuments {
    private GuardDocuments() {}

    static Document account(ManifestPlan plan) {
        Map<String, Object> metadata = Metadata.of(plan.identity(), "");
        metadata.putAll(Fields.of("annotations", plan.pod().accountAnnotations()));
        Map<String, Object> body = Fields.of("apiVersion", "v1", "kind", "ServiceAccount", "metadata", metadata);
        body.put("automountServiceAccountToken", false);
        return new Document(
                "is who the pods are; the server asks the cluster nothing, so it gets no token of the cluster's", body);
    }

    static Document disruptions(ManifestPlan plan) {
        Map<String, Object> spec = Fields.of(
                "maxUnavailable",
                1,
                "selector",
                Fields.of("matchLabels", plan.identity().selector()),
                // A pod that is not ready must not keep a node from being drained.
                "unhealthyPodEvictionPolicy",
                plan.version().isAtLeast(27) ? "AlwaysAllow" : List.of());
        return new Document(
                "lets nodes be drained one pod at a time",
                Metadata.document("policy/v1", "PodDisruptionBudget", Metadata.of(plan.identity(), ""), spec));
    }

    /// Only what comes in: what the server asks for is its stores, which no rule of the cluster can name.
    static Document network(ManifestPlan plan) {
        List<Map<String, Object>> ports = new ArrayList<>();
        Protocols protocols = plan.exposure().protocols();
        if (protocols.rest()) {
            ports.add(tcp(plan.server().restPort()));
        }
        if (protocols.grpc()) {
            ports.add(tcp(plan.server().grpcPort()));
        }
        Map<String, Object> inside = Fields.of(
                "from",
                List.of(Map.of("namespaceSelector", Fields.NOTHING)),
                "ports",
                List.of(tcp(plan.server().managementPort())));
        Map<String, Object> spec = Fields.of(
                "podSelector",
                Fields.of("matchLabels", plan.identity().selector()),
                "policyTypes",
                List.of("Ingress"),
                "ingress",
                List.of(Fields.of("ports", ports), inside));
        return new Document(
                "lets clients reach the ports that serve, and only the cluster's own pods the one with health and"
                        + " metrics",
                Metadata.document("networking.k8s.io/v1", "NetworkPolicy", Metadata.of(plan.identity(), ""), spec));
    }

    private static Map<String, Object> tcp(int port) {
        return Fields.of("protocol", "TCP", "port", port);
    }
}
