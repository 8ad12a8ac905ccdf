package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.ManifestPlan;
import io.kaon.kubernetes.plan.OptionalKind;
import io.kaon.kubernetes.plan.Pod;
import io.kaon.kubernetes.plan.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the pods of a Deployment and those of a Knative Service have in common.
final class PodParts {
    private static final String GPU = "gpu";
    private static final List<String> USER = List.of("runAsUser", "runAsGroup");

    private PodParts() {}

    /// The server's container without its ports, its probes and its end, in which targets differ.
    static Map<String, Object> container(ManifestPlan plan, String name) {
        Pod pod = plan.pod();
        return Fields.of(
                "name",
                name,
                "image",
                pod.image(),
                "imagePullPolicy",
                pullPolicy(pod),
                "args",
                ServerArguments.of(plan),
                "env",
                pod.environment().entrySet().stream()
                        .map(variable -> Fields.of("name", variable.getKey(), "value", variable.getValue()))
                        .toList(),
                "envFrom",
                pod.secrets().stream()
                        .map(secret -> Fields.of("secretRef", Fields.of("name", secret)))
                        .toList(),
                "resources",
                resources(pod),
                "volumeMounts",
                ModelVolumes.mounts(plan));
    }

    /// What only the pod has, for Deployments and Knative alike.
    static Map<String, Object> pod(ManifestPlan plan) {
        Pod pod = plan.pod();
        return Fields.of(
                "serviceAccountName",
                plan.writes(OptionalKind.SERVICE_ACCOUNT) ? plan.identity().name() : Optional.empty(),
                "automountServiceAccountToken",
                false,
                "enableServiceLinks",
                false,
                "imagePullSecrets",
                pod.pullSecrets().stream()
                        .map(secret -> Fields.of("name", secret))
                        .toList(),
                "nodeSelector",
                pod.nodeSelector(),
                "tolerations",
                tolerations(pod),
                "priorityClassName",
                pod.priorityClass(),
                "volumes",
                ModelVolumes.volumes(plan));
    }

    /// What the server may not do: the base's for pods, with the user that is asked for.
    static Map<String, Object> security(Base base, Pod pod) {
        Map<String, Object> security =
                new LinkedHashMap<>(Fields.child(base.of("Deployment"), "spec", "template", "spec", "securityContext"));
        for (String field : USER) {
            security.remove(field);
            pod.user().ifPresent(user -> security.put(field, user));
        }
        return security;
    }

    /// The same in one place, for targets that look at the container only.
    static Map<String, Object> containerSecurity(Base base, Pod pod) {
        return Fields.merged(security(base, pod), containerSecurity(base));
    }

    /// The base's for the container.
    static Map<String, Object> containerSecurity(Base base) {
        return Fields.child(base.container(), "securityContext");
    }

    /// How claims of devices are called within a pod, where there are any.
    static List<Map<String, Object>> claims(ManifestPlan plan) {
        return plan.pod()
                .gpu()
                .flatMap(Pod.Gpu::deviceClass)
                .map(_ -> List.of(
                        Fields.of("name", GPU, "resourceClaimTemplateName", Metadata.name(plan.identity(), GPU))))
                .orElse(List.of());
    }

    /// An image by its digest is the same wherever it is found; of a tag, the registry is asked, because another image
    /// may have it by now.
    private static String pullPolicy(Pod pod) {
        return pod.pullPolicy().orElse(pod.isPinned() ? "IfNotPresent" : "Always");
    }

    static Map<String, Object> resources(Pod pod) {
        Map<String, Object> requests = Fields.of(
                "cpu",
                pod.cpu().request().text(),
                "memory",
                pod.memory().request().text());
        Map<String, Object> limits = Fields.of("cpu", limit(pod.cpu()), "memory", limit(pod.memory()));
        Optional<Pod.Gpu> gpu = pod.gpu();
        boolean claimed = gpu.flatMap(Pod.Gpu::deviceClass).isPresent();
        if (gpu.isPresent() && !claimed) {
            // Kubernetes takes the limit for the request, and refuses any other.
            limits.put(gpu.get().resource(), Integer.toString(gpu.get().count()));
        }
        return Fields.of(
                "requests",
                requests,
                "limits",
                limits,
                "claims",
                claimed ? List.of(Fields.of("name", GPU)) : List.of());
    }

    private static Optional<String> limit(Span span) {
        return span.limit().map(limit -> limit.text());
    }

    static List<Map<String, Object>> tolerations(Pod pod) {
        List<Map<String, Object>> tolerations = new ArrayList<>();
        pod.gpu()
                .filter(gpu -> gpu.deviceClass().isEmpty())
                .ifPresent(gpu -> tolerations.add(
                        Fields.of("key", gpu.resource(), "operator", "Exists", "effect", "NoSchedule")));
        pod.tolerations()
                .forEach(told -> tolerations.add(Fields.of(
                        "key",
                        told.key(),
                        "operator",
                        told.value().isPresent() ? "Equal" : "Exists",
                        "value",
                        told.value(),
                        "effect",
                        told.effect())));
        return tolerations;
    }
}
