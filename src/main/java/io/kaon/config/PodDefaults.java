package io.kaon.config;

import java.time.Duration;

/// How Kubernetes asks a server whether it is ready, and in which steps it ends one, unless a user says otherwise. The
/// documents that Kaon prints say this, and `RollingUpdateIT` rehearses it.
///
/// @param readinessPeriod between two questions to [ServerDefaults#readyPath()]
/// @param readinessFailures how many answers in a row must be no before traffic goes elsewhere
/// @param preStop between the decision to end a pod and SIGTERM: proxies on all nodes hear of it meanwhile
/// @param terminationGrace between that decision and SIGKILL
public record PodDefaults(
        Duration readinessPeriod, int readinessFailures, Duration preStop, Duration terminationGrace) {
    public static final PodDefaults STANDARD =
            new PodDefaults(Duration.ofSeconds(2), 2, Duration.ofSeconds(5), Duration.ofSeconds(35));

    public PodDefaults {
        Duration needed =
                preStop.plus(ServerDefaults.STANDARD.shutdownDelay()).plus(ServerDefaults.STANDARD.shutdownTimeout());
        if (terminationGrace.compareTo(needed) <= 0) {
            throw new IllegalArgumentException("expected a grace period of more than the " + needed.toSeconds()
                    + " s that the server's own steps may take, got " + terminationGrace.toSeconds() + " s");
        }
    }
}
