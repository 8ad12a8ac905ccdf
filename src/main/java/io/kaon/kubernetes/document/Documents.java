package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.ManifestPlan;
import io.kaon.kubernetes.plan.OptionalKind;
import io.kaon.kubernetes.plan.Pod;
import java.util.ArrayList;
import java.util.List;

/// From a plan to documents, in the order in which a cluster wants them: what others need comes first.
public final class Documents {
    private Documents() {}

    /// @param base what the build generated
    public static List<Document> of(ManifestPlan plan, Base base) {
        List<Document> documents = new ArrayList<>();
        switch (plan.target()) {
            case KUBERNETES -> {
                addPods(plan, base, documents);
                if (plan.isScaled()) {
                    documents.add(AutoscalerDocument.of(plan));
                    if (plan.scaling().targetRequests().isPresent() && plan.writes(OptionalKind.ADAPTER_RULE)) {
                        documents.add(AutoscalerDocument.rule(plan));
                    }
                }
            }
            case KEDA -> {
                addPods(plan, base, documents);
                documents.add(KedaDocument.of(plan));
            }
            case KNATIVE -> {
                addForPods(plan, documents);
                documents.add(KnativeDocument.of(plan, base));
            }
            case KSERVE -> documents.add(KserveDocument.of(plan, base));
        }
        return documents.stream()
                .map(document -> ScannerNotes.annotate(document, plan))
                .toList();
    }

    /// What pods need, whatever runs them.
    private static void addForPods(ManifestPlan plan, List<Document> documents) {
        if (plan.writes(OptionalKind.SERVICE_ACCOUNT)) {
            documents.add(GuardDocuments.account(plan));
        }
        if (plan.models().isListed()) {
            documents.add(ModelListDocument.of(plan));
        }
        if (plan.writes(OptionalKind.PERSISTENT_VOLUME)) {
            documents.addAll(ModelVolumes.documents(plan));
        }
    }

    private static void addPods(ManifestPlan plan, Base base, List<Document> documents) {
        addForPods(plan, documents);
        plan.pod()
                .gpu()
                .flatMap(Pod.Gpu::deviceClass)
                .ifPresent(deviceClass -> documents.add(
                        DeviceClaimDocument.of(plan, plan.pod().gpu().orElseThrow(), deviceClass)));
        documents.add(DeploymentDocument.of(plan, base));
        documents.addAll(ServiceDocuments.of(plan));
        if (plan.writes(OptionalKind.POD_DISRUPTION_BUDGET)
                && plan.scaling().replicas().most() > 1) {
            documents.add(GuardDocuments.disruptions(plan));
        }
        if (plan.writes(OptionalKind.NETWORK_POLICY)) {
            documents.add(GuardDocuments.network(plan));
        }
        documents.addAll(RouteDocuments.of(plan));
        documents.addAll(MonitorDocuments.of(plan));
    }
}
