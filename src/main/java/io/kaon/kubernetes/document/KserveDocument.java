package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.ManifestPlan;
import io.kaon.kubernetes.plan.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The ClusterServingRuntime: how KServe starts Kaon for an InferenceService whose model has a format that Kaon reads.
///
/// KServe fetches the model to `/mnt/models`, sends clients to port 8080, and puts a name in the place of `{{.Name}}`.
final class KserveDocument {
    private static final int REST = 8080;
    private static final int GRPC = 9000;
    private static final int MANAGEMENT = 9001;

    private KserveDocument() {}

    static Document of(ManifestPlan plan, Base base) {
        Pod pod = plan.pod();
        Map<String, Object> container = Fields.of(
                "name",
                "kserve-container",
                "image",
                pod.image(),
                "args",
                arguments(pod),
                "env",
                pod.environment().entrySet().stream()
                        .map(variable -> Fields.of("name", variable.getKey(), "value", variable.getValue()))
                        .toList(),
                "ports",
                List.of(Fields.of("containerPort", REST, "protocol", "TCP")),
                "securityContext",
                PodParts.containerSecurity(base, pod),
                "resources",
                PodParts.resources(pod),
                "volumeMounts",
                List.of(Fields.of("name", "tmp", "mountPath", "/tmp")));
        Map<String, Object> spec = Fields.of(
                "annotations",
                Fields.of(
                        "prometheus.kserve.io/port",
                        Integer.toString(MANAGEMENT),
                        "prometheus.kserve.io/path",
                        plan.server().metricsPath()),
                "supportedModelFormats",
                List.of(format("tensorflow", "1"), format("tensorflow", "2"), format("onnx", "1")),
                "protocolVersions",
                List.of("v1", "grpc-v1"),
                "multiModel",
                false,
                "containers",
                List.of(container),
                "nodeSelector",
                pod.nodeSelector(),
                "tolerations",
                PodParts.tolerations(pod),
                "volumes",
                List.of(Fields.of("name", "tmp", "emptyDir", Fields.NOTHING)));
        return new Document(
                "lets KServe start Kaon for models of the formats tensorflow and onnx",
                Metadata.document(
                        "serving.kserve.io/v1alpha1",
                        "ClusterServingRuntime",
                        Fields.of(
                                "name",
                                plan.identity().name(),
                                "labels",
                                plan.identity().labels()),
                        spec));
    }

    private static List<String> arguments(Pod pod) {
        List<String> arguments = new ArrayList<>(List.of(
                "serve",
                "--model_name={{.Name}}",
                "--model_base_path=/mnt/models",
                "--rest_api_port=" + REST,
                "--port=" + GRPC,
                "-Dquarkus.management.port=" + MANAGEMENT));
        pod.options().forEach((name, value) -> arguments.add("-D" + name + "=" + value));
        return arguments;
    }

    /// Before KServe's own runtime for TensorFlow, whose priority is 2.
    private static Map<String, Object> format(String name, String version) {
        return Fields.of("name", name, "version", version, "autoSelect", true, "priority", 3);
    }
}
