package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.ManifestPlan;
import io.kaon.kubernetes.plan.OptionalKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Says to scanners of documents (checkov) why a document does what they warn of. Only what was asked for, or cannot be
/// known here, is answered so; everything else the documents do as scanners want it.
final class ScannerNotes {
    private static final Set<String> IN_A_NAMESPACE =
            Set.of("Deployment", "Service", "ServiceAccount", "ConfigMap", "Ingress");
    private static final String DEPLOYMENT = "Deployment";

    private ScannerNotes() {}

    static Document annotate(Document document, ManifestPlan plan) {
        Map<String, String> reasons = new LinkedHashMap<>();
        if (plan.identity().namespace().isEmpty() && IN_A_NAMESPACE.contains(document.kind())) {
            reasons.put("CKV_K8S_21", "the namespace is chosen where the documents are applied");
        }
        if (document.kind().equals(DEPLOYMENT)) {
            addOfPods(plan, reasons);
        }
        Map<String, Object> annotations = new LinkedHashMap<>();
        reasons.forEach(
                (check, reason) -> annotations.put("checkov.io/skip" + (annotations.size() + 1), check + "=" + reason));
        return annotations.isEmpty() ? document : document.annotated(annotations);
    }

    private static void addOfPods(ManifestPlan plan, Map<String, String> reasons) {
        if (!plan.pod().isPinned()) {
            reasons.put("CKV_K8S_43", "--image names no digest");
            if (!plan.pod().image().contains(":") || plan.pod().image().endsWith(":latest")) {
                reasons.put("CKV_K8S_14", "--image names no release");
            }
            if (plan.pod()
                    .pullPolicy()
                    .filter(policy -> !policy.equals("Always"))
                    .isPresent()) {
                reasons.put("CKV_K8S_15", "--pull-policy says so");
            }
        }
        if (!plan.pod().secrets().isEmpty()) {
            reasons.put("CKV_K8S_35", "--secret says so: stores find their keys in variables");
        }
        if (plan.pod().user().isEmpty()) {
            reasons.put("CKV_K8S_40", "--user any: the cluster chooses the user");
        }
        if (plan.pod().cpu().limit().isEmpty()) {
            reasons.put("CKV_K8S_11", "--cpu says so: a limit makes inferences wait while processors are idle");
        }
        if (plan.pod().memory().limit().isEmpty()) {
            reasons.put("CKV_K8S_13", "--memory says so");
        }
        if (!plan.writes(OptionalKind.NETWORK_POLICY)) {
            reasons.put("CKV2_K8S_6", "--without NetworkPolicy: the cluster has policies of its own");
        }
    }
}
