package io.kaon.ops;

import io.kaon.serving.LoadedModel;
import io.kaon.serving.ServingModels;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/// The three questions of an orchestrator. *Started*: does every initial model serve, or has it failed once? *Live*: do
/// the threads work on which everything depends, and the devices? *Ready*: should traffic come here? Loading another
/// version, or failing
/// to, changes none of the answers.
@ApplicationScoped
class ServerHealth {
    private final ServerState state;
    private final InitialModels initial;
    private final Heartbeats heartbeats;
    private final ServingModels models;

    ServerHealth(ServerState state, InitialModels initial, Heartbeats heartbeats, ServingModels models) {
        this.state = state;
        this.initial = initial;
        this.heartbeats = heartbeats;
        this.models = models;
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
            List<String> faults = state.isStopping() ? List.of() : faults();
            HealthCheckResponseBuilder answer = data("live", standing.isEmpty() && faults.isEmpty());
            if (!standing.isEmpty()) {
                answer.withData("standing", String.join(", ", standing));
            }
            if (!faults.isEmpty()) {
                answer.withData("faults", String.join("; ", faults));
            }
            return answer.build();
        };
    }

    /// Of devices that no run of this process can use any more, so that a new process takes its place.
    private List<String> faults() {
        return models.models().values().stream()
                .flatMap(model -> model.versions().values().stream())
                .map(LoadedModel::fault)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
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
