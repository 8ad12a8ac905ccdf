package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.Exposure.Protocols;
import io.kaon.kubernetes.plan.ManifestPlan;
import io.kaon.kubernetes.plan.Scaling;
import java.util.List;
import java.util.Map;

/// The Knative Service, which is Deployment, Service, route and autoscaler in one, and goes to zero.
///
/// Only one port is open to clients, and probes without a port ask that one: Knative sends them through its own proxy.
/// What Knative does itself, and therefore refuses to be told, is left out: the end of pods and where they run.
final class KnativeDocument {
    private static final String SCALING = "autoscaling.knative.dev/";
    private static final int MOST_SECONDS = 300;

    private KnativeDocument() {}

    static Document of(ManifestPlan plan, Base base) {
        Map<String, Object> template = Fields.of(
                "metadata",
                Fields.of("labels", plan.identity().labels(), "annotations", scaling(plan.scaling())),
                "spec",
                pod(plan, base));
        return new Document(
                "runs the server while there are requests, and no pod while there are none",
                Metadata.document(
                        "serving.knative.dev/v1",
                        "Service",
                        Metadata.of(plan.identity(), ""),
                        Fields.of("template", template)));
    }

    private static Map<String, Object> pod(ManifestPlan plan, Base base) {
        Map<String, Object> built = base.container();
        Map<String, Object> container = PodParts.container(plan, String.valueOf(built.get("name")));
        boolean rest = plan.exposure().protocols() == Protocols.REST;
        container.put(
                "ports",
                List.of(Fields.of(
                        // By these names Knative knows the protocol.
                        "name",
                        rest ? "http1" : "h2c",
                        "containerPort",
                        rest ? plan.server().restPort() : plan.server().grpcPort())));
        Map<String, Object> ready = rest
                ? Fields.of("httpGet", Fields.of("path", plan.server().readyPath()))
                : Map.of("grpc", Fields.NOTHING);
        container.put("readinessProbe", Fields.merged(ready, Fields.of("periodSeconds", 1, "timeoutSeconds", 2)));
        container.put("securityContext", PodParts.containerSecurity(base, plan.pod()));
        Map<String, Object> pod = Fields.of("containerConcurrency", 0, "timeoutSeconds", MOST_SECONDS);
        pod.putAll(PodParts.pod(plan));
        pod.put("containers", List.of(container));
        return pod;
    }

    private static Map<String, Object> scaling(Scaling scaling) {
        Map<String, Object> annotations = Fields.of(
                SCALING + "min-scale",
                Integer.toString(scaling.replicas().least()),
                SCALING + "max-scale",
                Integer.toString(scaling.replicas().most()));
        scaling.concurrency().ifPresent(requests -> {
            annotations.put(SCALING + "metric", "concurrency");
            annotations.put(SCALING + "target", Integer.toString(requests));
        });
        scaling.targetRequests().ifPresent(rate -> {
            annotations.put(SCALING + "metric", "rps");
            annotations.put(SCALING + "target", Integer.toString(rate));
        });
        return annotations;
    }
}
