package io.kaon.kubernetes.plan;

import java.util.Arrays;
import java.util.stream.Collectors;

/// Documents that a cluster may have already, or not want.
public enum OptionalKind {
    SERVICE_ACCOUNT("ServiceAccount"),
    POD_DISRUPTION_BUDGET("PodDisruptionBudget"),
    NETWORK_POLICY("NetworkPolicy"),
    PERSISTENT_VOLUME("PersistentVolume"),
    ADAPTER_RULE("ConfigMap");

    private final String text;

    OptionalKind(String text) {
        this.text = text;
    }

    /// @throws IllegalArgumentException when it is none
    public static OptionalKind parse(String text) {
        return Arrays.stream(values())
                .filter(kind -> kind.text.equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected one of "
                        + Arrays.stream(values()).map(kind -> kind.text).collect(Collectors.joining(", ")) + ", got \""
                        + text + "\""));
    }

    @Override
    public String toString() {
        return text;
    }
}
