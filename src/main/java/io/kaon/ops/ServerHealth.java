package io.kaon.ops;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/// The three questions of an orchestrator. *Started*: does every initial model serve, or has it failed once? *Live*: do
/// the threads work on which everything depends? *Ready*: should traffic come here? Loading another version, or failing
/// to, changes none of the answers.
@ApplicationScoped
class ServerHealth {
    private final ServerState state;
    private final InitialModels initial;
    private final Heartbeats heartbeats;

    ServerHealth(ServerState state, InitialModels initial, Heartbeats heartbeats) {
        this.state = state;
        this.initial = initial;
        this.heartbeats = heartbeats;
    }

    @Produces
    @Startup
    HealthCheck started() {
        return () -> answer("started", state.phase() != ServerState.Phase.STARTING);
    }

    @Produces
    @Liveness
    HealthCheck live() {
        return () -> {
            // Threads that end because the server does are no fault.
            List<String> standing = state.isStopping() ? List.of() : heartbeats.standing();
            return standing.isEmpty()
                    ? answer("live", true)
                    : data("live", false)
                            .withData("standing", String.join(", ", standing))
                            .build();
        };
    }

    @Produces
    @Readiness
    HealthCheck ready() {
        return () -> {
            // What is declared may have changed without any version.
            initial.look();
            Set<String> missing = state.phase() == ServerState.Phase.SETTLED ? initial.missing() : Set.of();
            return missing.isEmpty()
                    ? answer("ready", state.phase() == ServerState.Phase.READY)
                    : data("ready", false)
                            .withData("missing", String.join(", ", missing))
                            .build();
        };
    }

    private HealthCheckResponse answer(String question, boolean up) {
        return data(question, up).build();
    }

    private HealthCheckResponseBuilder data(String question, boolean up) {
        return HealthCheckResponse.named(question)
                .status(up)
                .withData("phase", state.phase().name());
    }
}
