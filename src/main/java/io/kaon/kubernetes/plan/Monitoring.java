package io.kaon.kubernetes.plan;

import java.util.Map;

/// How Prometheus finds the metrics.
///
/// @param labels that an operator selects monitors by
public record Monitoring(Kind kind, Map<String, String> labels) {
    public enum Kind {
        /// The pods say it by annotations.
        ANNOTATIONS,
        /// A ServiceMonitor, and a Service for it.
        SERVICE,
        /// A PodMonitor.
        POD,
        NONE
    }
}
