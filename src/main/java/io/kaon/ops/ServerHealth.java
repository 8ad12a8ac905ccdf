package io.kaon.ops;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/// The three questions of an orchestrator. *Started*: are the initial models up? *Live*: does the process answer?
/// *Ready*: should traffic come here? Loading another version, or failing to, changes none of the answers.
@ApplicationScoped
class ServerHealth {
    private final ServerState state;

    ServerHealth(ServerState state) {
        this.state = state;
    }

    @Produces
    @Startup
    HealthCheck started() {
        return () -> answer("started", state.phase() != ServerState.Phase.STARTING);
    }

    @Produces
    @Liveness
    HealthCheck live() {
        return () -> answer("live", true);
    }

    @Produces
    @Readiness
    HealthCheck ready() {
        return () -> answer("ready", state.phase() == ServerState.Phase.READY);
    }

    private HealthCheckResponse answer(String question, boolean up) {
        return HealthCheckResponse.named(question)
                .status(up)
                .withData("phase", state.phase().name())
                .build();
    }
}
