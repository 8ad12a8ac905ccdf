package io.kaon.kubernetes.plan;

import java.util.Optional;

/// How the number of pods follows the load.
///
/// @param targetCpu percent of what a pod asks for, on the average of all pods
/// @param targetRequests inferences per second and pod
/// @param concurrency requests that a pod has under way, which only Knative counts
/// @param prometheus where KEDA asks, such as `http://prometheus.monitoring:9090`
/// @param query what KEDA asks there, instead of the inferences per second
public record Scaling(
        Replicas replicas,
        Optional<Integer> targetCpu,
        Optional<Integer> targetRequests,
        Optional<Integer> concurrency,
        Optional<String> prometheus,
        Optional<String> query) {
    /// Percent.
    public static final int STANDARD_CPU = 70;

    /// What holds for the processors: where nothing is chosen, they decide.
    public Optional<Integer> cpu() {
        return targetCpu.isPresent() || targetRequests.isPresent() ? targetCpu : Optional.of(STANDARD_CPU);
    }
}
