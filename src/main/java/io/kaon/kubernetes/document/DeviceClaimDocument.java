package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.KubeVersion;
import io.kaon.kubernetes.plan.ManifestPlan;
import io.kaon.kubernetes.plan.Pod;
import java.util.List;
import java.util.Map;

/// The ResourceClaimTemplate: accelerators by what they are, instead of by how many a node has.
final class DeviceClaimDocument {
    /// The first with the final form, and the first of the two before it.
    private static final int FINAL = 34;

    private static final int SECOND_BETA = 33;

    private DeviceClaimDocument() {}

    static Document of(ManifestPlan plan, Pod.Gpu gpu, String deviceClass) {
        Map<String, Object> exactly =
                Fields.of("deviceClassName", deviceClass, "allocationMode", "ExactCount", "count", gpu.count());
        Map<String, Object> request = Fields.of("name", "gpu");
        if (plan.version().isAtLeast(SECOND_BETA)) {
            request.put("exactly", exactly);
        } else {
            request.putAll(exactly);
        }
        return new Document(
                "claims devices of the class " + deviceClass + " for each pod",
                Metadata.document(
                        "resource.k8s.io/" + form(plan.version()),
                        "ResourceClaimTemplate",
                        Metadata.of(plan.identity(), "gpu"),
                        Fields.of("spec", Fields.of("devices", Fields.of("requests", List.of(request))))));
    }

    private static String form(KubeVersion version) {
        if (version.isAtLeast(FINAL)) {
            return "v1";
        }
        return version.isAtLeast(SECOND_BETA) ? "v1beta2" : "v1beta1";
    }
}
