package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.Exposure;
import io.kaon.kubernetes.plan.Exposure.GatewayName;
import io.kaon.kubernetes.plan.ManifestPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How clients outside the cluster find the Service: an Ingress, or a Gateway's routes.
final class RouteDocuments {
    /// A Gateway refuses REST and gRPC for the same host, so gRPC has one of its own below it.
    private static final String GRPC_HOST = "grpc.";

    private RouteDocuments() {}

    static List<Document> of(ManifestPlan plan) {
        Exposure exposure = plan.exposure();
        List<Document> routes = new ArrayList<>();
        exposure.host().ifPresent(host -> {
            if (exposure.ingress()) {
                routes.add(ingress(plan, host));
            }
            exposure.gateway().ifPresent(gateway -> {
                if (exposure.protocols().rest()) {
                    routes.add(route(plan, gateway, "HTTPRoute", host, ServiceDocuments.HTTP));
                }
                if (exposure.protocols().grpc()) {
                    routes.add(route(
                            plan,
                            gateway,
                            "GRPCRoute",
                            exposure.protocols().rest() ? GRPC_HOST + host : host,
                            plan.server().grpcPort()));
                }
            });
        });
        return routes;
    }

    private static Document ingress(ManifestPlan plan, String host) {
        Exposure exposure = plan.exposure();
        Map<String, Object> backend = Fields.of(
                "service",
                Fields.of("name", plan.identity().name(), "port", Fields.of("name", ServiceDocuments.REST_PORT)));
        Map<String, Object> path = Fields.of("path", "/", "pathType", "Prefix", "backend", backend);
        Map<String, Object> spec = Fields.of(
                "ingressClassName",
                exposure.ingressClass(),
                "tls",
                exposure.tlsSecret()
                        .map(secret -> List.of(Fields.of("hosts", List.of(host), "secretName", secret)))
                        .orElse(List.of()),
                "rules",
                List.of(Fields.of("host", host, "http", Fields.of("paths", List.of(path)))));
        return new Document(
                "lets clients outside the cluster ask " + host + " for REST",
                Metadata.document("networking.k8s.io/v1", "Ingress", Metadata.of(plan.identity(), ""), spec));
    }

    private static Document route(ManifestPlan plan, GatewayName gateway, String kind, String host, int port) {
        Exposure exposure = plan.exposure();
        List<Map<String, Object>> backends = new ArrayList<>();
        backends.add(backend(
                plan.identity().name(),
                port,
                exposure.split().isEmpty() ? Optional.empty() : Optional.of(exposure.share())));
        exposure.split().forEach((service, share) -> backends.add(backend(service, port, Optional.of(share))));
        List<Map<String, Object>> filters = exposure.mirror()
                .map(service -> List.of(Fields.of(
                        "type",
                        "RequestMirror",
                        "requestMirror",
                        Fields.of("backendRef", backend(service, port, Optional.empty())))))
                .orElse(List.of());
        Map<String, Object> spec = Fields.of(
                "parentRefs",
                List.of(Fields.of("name", gateway.name(), "namespace", gateway.namespace())),
                "hostnames",
                List.of(host),
                "rules",
                List.of(Fields.of("filters", filters, "backendRefs", backends)));
        return new Document(
                "leads requests for " + host + " from the Gateway " + gateway.name() + " to the Service",
                Metadata.document("gateway.networking.k8s.io/v1", kind, Metadata.of(plan.identity(), ""), spec));
    }

    private static Map<String, Object> backend(String service, int port, Optional<Integer> weight) {
        return Fields.of("name", service, "port", port, "weight", weight);
    }
}
