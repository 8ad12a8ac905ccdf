package io.kaon.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.ops.ServerState.Phase;
import io.kaon.serving.InferenceListener;
import io.kaon.serving.ServingModels;
import io.kaon.testkit.ManualClock;
import java.time.Duration;
import java.util.Set;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;

final class ServerHealthTest {
    private final ServerState state = new ServerState();
    private final ManualClock clock = new ManualClock();
    private final Heartbeats heartbeats = new Heartbeats(Duration.ofSeconds(30), clock);
    private final InitialModels initial = new InitialModels(InitialModels.When.ALL, () -> Set.of("m"), Set::of);
    private final ServerHealth health =
            new ServerHealth(state, initial, heartbeats, new ServingModels(InferenceListener.NONE));

    @Test
    void isLiveAloneWhileItStarts() {
        assertAnswers(false, false, Phase.STARTING);
    }

    @Test
    void isReadyOnceTheModelsHaveSettled() {
        state.ready();
        assertAnswers(true, true, Phase.READY);
    }

    @Test
    void isNotReadyWhenItStopsAndStaysSo() {
        state.ready();
        state.stopping();
        state.ready();
        assertThat(state.isStopping()).isTrue();
        assertAnswers(true, false, Phase.STOPPING);
    }

    @Test
    void neverBecomesReadyWhenStoppedWhileItStarts() {
        state.stopping();
        state.ready();
        assertAnswers(true, false, Phase.STOPPING);
    }

    @Test
    void isNotReadyWhileADeclaredModelHasNotServed() {
        state.settled();
        assertAnswers(true, false, Phase.SETTLED);
        assertThat(health.ready().call().getData().orElseThrow()).containsEntry("missing", "m");
    }

    @Test
    void isNotLiveWhileAThreadStandsStill() {
        heartbeats.watch("reconciler", _ -> {});
        assertThat(health.live().call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
        clock.advance(Duration.ofSeconds(31));
        HealthCheckResponse answer = health.live().call();
        assertThat(answer.getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
        assertThat(answer.getData().orElseThrow()).containsEntry("standing", "reconciler");
        state.stopping();
        assertThat(health.live().call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    }

    private void assertAnswers(boolean started, boolean ready, Phase phase) {
        assertThat(state.phase()).isEqualTo(phase);
        assertAnswer(health.started(), "started", started, phase);
        assertAnswer(health.ready(), "ready", ready, phase);
        assertAnswer(health.live(), "live", true, phase);
    }

    private static void assertAnswer(HealthCheck check, String name, boolean up, Phase phase) {
        HealthCheckResponse answer = check.call();
        assertThat(answer.getName()).isEqualTo(name);
        assertThat(answer.getStatus()).isEqualTo(up ? HealthCheckResponse.Status.UP : HealthCheckResponse.Status.DOWN);
        assertThat(answer.getData().orElseThrow()).containsEntry("phase", phase.name());
    }
}
