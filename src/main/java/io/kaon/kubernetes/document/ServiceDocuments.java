package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.ManifestPlan;
import io.kaon.kubernetes.plan.Monitoring;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The Services: how clients, and Prometheus, find the pods.
final class ServiceDocuments {
    /// Where clients that know of no port ask for REST.
    static final int HTTP = 80;

    static final String REST_PORT = "http";
    static final String GRPC_PORT = "grpc";
    static final String METRICS = "metrics";
    static final String MANAGEMENT_PORT = "management";

    /// What says that a port speaks HTTP/2 without TLS.
    private static final String PLAIN_HTTP2 = "kubernetes.io/h2c";

    private static final Map<String, Object> METRICS_COMPONENT = Fields.of("app.kubernetes.io/component", METRICS);

    private static final String NO_ADDRESS = "None";

    private ServiceDocuments() {}

    static List<Document> of(ManifestPlan plan) {
        List<Document> services = new ArrayList<>();
        services.add(new Document(
                "gives clients one address: REST on port " + HTTP + ", gRPC on "
                        + plan.server().grpcPort(),
                document(plan, "", Fields.of("type", plan.exposure().type().toString(), "ports", ports(plan)))));
        if (plan.exposure().headless()) {
            services.add(new Document(
                    "tells gRPC clients the addresses of all pods, so that they balance between them by themselves",
                    document(plan, "headless", Fields.of("clusterIP", NO_ADDRESS, "ports", ports(plan)))));
        }
        if (plan.monitoring().kind() == Monitoring.Kind.SERVICE) {
            Map<String, Object> port = Fields.of(
                    "name",
                    MANAGEMENT_PORT,
                    "port",
                    plan.server().managementPort(),
                    "targetPort",
                    plan.server().managementPort());
            services.add(new Document(
                    "leads Prometheus to the metrics of every pod, without showing them to clients",
                    document(
                            plan,
                            METRICS,
                            Fields.of(
                                    "clusterIP",
                                    NO_ADDRESS,
                                    "publishNotReadyAddresses",
                                    true,
                                    "ports",
                                    List.of(port)))));
        }
        return services;
    }

    private static Map<String, Object> document(ManifestPlan plan, String appended, Map<String, Object> spec) {
        Map<String, Object> metadata = Metadata.of(plan.identity(), appended);
        if (appended.equals(METRICS)) {
            metadata.put("labels", Fields.merged(plan.identity().labels(), METRICS_COMPONENT));
        }
        Map<String, Object> fields = Fields.of("selector", plan.identity().selector());
        fields.putAll(spec);
        return Metadata.document("v1", "Service", metadata, fields);
    }

    /// What a ServiceMonitor finds that one Service by.
    static Map<String, Object> metricsSelector(ManifestPlan plan) {
        return Fields.merged(plan.identity().selector(), METRICS_COMPONENT);
    }

    private static List<Map<String, Object>> ports(ManifestPlan plan) {
        List<Map<String, Object>> ports = new ArrayList<>();
        if (plan.exposure().protocols().rest()) {
            ports.add(Fields.of(
                    "name", REST_PORT, "port", HTTP, "targetPort", plan.server().restPort()));
        }
        if (plan.exposure().protocols().grpc()) {
            int port = plan.server().grpcPort();
            ports.add(Fields.of("name", GRPC_PORT, "port", port, "targetPort", port, "appProtocol", PLAIN_HTTP2));
        }
        return ports;
    }
}
