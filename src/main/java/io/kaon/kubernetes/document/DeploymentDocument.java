package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.ManifestPlan;
import io.kaon.kubernetes.plan.Monitoring;
import io.kaon.kubernetes.plan.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The Deployment: what the build generated, for these models.
///
/// A pod that is to end stays as it is for some seconds (`preStop`): meanwhile every node learns to send it
/// nothing new. Then the server gets SIGTERM, and has its own time to answer what is under way; SIGKILL comes
/// later than all of that. A new pod is there, and ready, before an old one goes.
final class DeploymentDocument {
    /// The first with `preStop: sleep` in its final form.
    private static final int PRE_STOP_SLEEP = 34;

    /// The first that changes a container's resources without another pod unless told to.
    private static final int RESIZE = 33;

    private static final int STARTUP_PERIOD_SECONDS = 1;

    private DeploymentDocument() {}

    static Document of(ManifestPlan plan, Base base) {
        Map<String, Object> labels = plan.identity().labels();
        Map<String, Object> template = Fields.of(
                "metadata", Fields.of("labels", labels, "annotations", scraped(plan)), "spec", pod(plan, base));
        Map<String, Object> spec = Fields.of(
                "replicas",
                plan.isScaled() ? Optional.empty() : plan.scaling().replicas().most(),
                "revisionHistoryLimit",
                3,
                "selector",
                Fields.of("matchLabels", plan.identity().selector()),
                "strategy",
                Fields.of("type", "RollingUpdate", "rollingUpdate", Fields.of("maxUnavailable", 0, "maxSurge", 1)),
                "template",
                template);
        return new Document(
                "runs the server, and replaces its pods one by one without a request lost",
                Metadata.document("apps/v1", "Deployment", Metadata.of(plan.identity(), ""), spec));
    }

    private static Map<String, Object> pod(ManifestPlan plan, Base base) {
        Map<String, Object> pod = Fields.of(
                "securityContext",
                PodParts.security(base, plan.pod()),
                "terminationGracePeriodSeconds",
                plan.graceSeconds(),
                "topologySpreadConstraints",
                List.of(spread(plan, "kubernetes.io/hostname"), spread(plan, "topology.kubernetes.io/zone")));
        pod.putAll(PodParts.pod(plan));
        pod.putAll(Fields.of("resourceClaims", PodParts.claims(plan)));
        pod.put("containers", List.of(container(plan, base)));
        return pod;
    }

    private static Map<String, Object> container(ManifestPlan plan, Base base) {
        Map<String, Object> built = base.container();
        Map<String, Object> container = PodParts.container(plan, String.valueOf(built.get("name")));
        container.put(
                "ports",
                Fields.list(built, "ports").stream()
                        .filter(port -> isOpen(plan, port))
                        .toList());
        container.put("startupProbe", startup(plan.pod(), Fields.child(built, "startupProbe")));
        container.put("readinessProbe", Fields.child(built, "readinessProbe"));
        container.put("livenessProbe", Fields.child(built, "livenessProbe"));
        container.put("lifecycle", Fields.of("preStop", preStop(plan)));
        container.put("securityContext", PodParts.containerSecurity(base));
        if (plan.version().isAtLeast(RESIZE)) {
            // The server sizes its heap and its threads when it starts; more processors help it later too.
            container.put(
                    "resizePolicy",
                    List.of(
                            Fields.of("resourceName", "cpu", "restartPolicy", "NotRequired"),
                            Fields.of("resourceName", "memory", "restartPolicy", "RestartContainer")));
        }
        return container;
    }

    private static boolean isOpen(ManifestPlan plan, Map<String, Object> port) {
        Object number = port.get("containerPort");
        return !(number instanceof Integer rest
                        && rest == plan.server().restPort()
                        && !plan.exposure().protocols().rest())
                && !(number instanceof Integer grpc
                        && grpc == plan.server().grpcPort()
                        && !plan.exposure().protocols().grpc());
    }

    /// Asked every second, because a server that starts in milliseconds should not wait for a probe, and for as long as
    /// the first models may take.
    private static Map<String, Object> startup(Pod pod, Map<String, Object> built) {
        return Fields.merged(
                built,
                Fields.of(
                        "periodSeconds",
                        STARTUP_PERIOD_SECONDS,
                        "failureThreshold",
                        Math.toIntExact(pod.startup().toSeconds() / STARTUP_PERIOD_SECONDS)));
    }

    private static Map<String, Object> preStop(ManifestPlan plan) {
        int seconds = ManifestPlan.PRE_STOP_SECONDS;
        return plan.version().isAtLeast(PRE_STOP_SLEEP)
                ? Fields.of("sleep", Fields.of("seconds", seconds))
                : Fields.of("exec", Fields.of("command", List.of("/usr/bin/kaon", "pause", seconds + "s")));
    }

    private static Map<String, Object> spread(ManifestPlan plan, String topology) {
        return Fields.of(
                "maxSkew",
                1,
                "topologyKey",
                topology,
                "whenUnsatisfiable",
                "ScheduleAnyway",
                "labelSelector",
                Fields.of("matchLabels", plan.identity().selector()));
    }

    private static Map<String, Object> scraped(ManifestPlan plan) {
        return plan.monitoring().kind() == Monitoring.Kind.ANNOTATIONS
                ? Fields.of(
                        "prometheus.io/scrape",
                        "true",
                        "prometheus.io/port",
                        Integer.toString(plan.server().managementPort()),
                        "prometheus.io/path",
                        plan.server().metricsPath())
                : Map.of();
    }
}
