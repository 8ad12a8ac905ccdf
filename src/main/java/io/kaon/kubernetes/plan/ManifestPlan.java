package io.kaon.kubernetes.plan;

import io.kaon.config.PodDefaults;
import io.kaon.config.ServerDefaults;
import java.time.Duration;
import java.util.Set;

/// All that decides what the documents say.
///
/// @param without kinds of documents that are wanted left out
/// @param shutdownDelay of the server, as its options say
/// @param shutdownTimeout of the server, as its options say
/// @param server where it listens and what it is asked
public record ManifestPlan(
        Target target,
        KubeVersion version,
        Identity identity,
        Models models,
        Scaling scaling,
        Pod pod,
        Exposure exposure,
        Monitoring monitoring,
        Set<OptionalKind> without,
        Duration shutdownDelay,
        Duration shutdownTimeout,
        ServerDefaults server) {
    /// How long a pod that is to end goes on as if nothing were, in seconds: by then, nothing sends it new connections.
    public static final int PRE_STOP_SECONDS =
            Math.toIntExact(PodDefaults.STANDARD.preStop().toSeconds());

    private static final int SPARE_SECONDS = 4;

    /// What the kubelet waits from its first notice to SIGKILL, in seconds: longer than everything that it waits for.
    public int graceSeconds() {
        Duration server = shutdownDelay.plus(shutdownTimeout);
        return PRE_STOP_SECONDS + Math.toIntExact(server.plusMillis(999).toSeconds()) + SPARE_SECONDS;
    }

    public boolean writes(OptionalKind kind) {
        return !without.contains(kind);
    }

    /// Whether an autoscaler other than Knative's sets the number of pods.
    public boolean isScaled() {
        return !scaling.replicas().isFixed();
    }
}
