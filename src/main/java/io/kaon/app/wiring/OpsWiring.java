package io.kaon.app.wiring;

import io.kaon.app.config.ServerConfig;
import io.kaon.app.config.Version;
import io.kaon.app.port.Ports;
import io.kaon.config.ServerDefaults;
import io.kaon.engine.cuda.Gpus;
import io.kaon.ops.BatchMetrics;
import io.kaon.ops.DeviceMemory;
import io.kaon.ops.FailureLog;
import io.kaon.ops.Heartbeats;
import io.kaon.ops.InferenceMetrics;
import io.kaon.ops.InitialModels;
import io.kaon.ops.LoadMetrics;
import io.kaon.ops.Metrics;
import io.kaon.ops.MetricsRoute;
import io.kaon.ops.ReadyRoute;
import io.kaon.ops.RequestMetrics;
import io.kaon.ops.ServerState;
import io.kaon.ops.StatusPage;
import io.kaon.ops.UnknownPath;
import io.kaon.serving.InFlightBytes;
import io.kaon.serving.ServingModels;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/// Joins what serves with what counts, logs and tells how the server is, and puts that on the management port.
@Singleton
final class OpsWiring {
    private static final Logger LOG = Logger.getLogger(OpsWiring.class);

    /// Behind the framework's own routes, and before its last one, which answers with a page of HTML.
    private static final int BEHIND_ALL = Integer.MAX_VALUE - 1;

    private final ServerConfig config;

    OpsWiring(ServerConfig config) {
        this.config = config;
    }

    @Produces
    @Singleton
    ServerState state() {
        return new ServerState();
    }

    @Produces
    @Singleton
    PrometheusRegistry registry() {
        return new PrometheusRegistry();
    }

    @Produces
    @Singleton
    InferenceMetrics inferenceMetrics(PrometheusRegistry registry) {
        return new InferenceMetrics(registry);
    }

    @Produces
    @Singleton
    BatchMetrics batchMetrics(PrometheusRegistry registry) {
        return new BatchMetrics(registry);
    }

    @Produces
    @Singleton
    RequestMetrics requestMetrics(PrometheusRegistry registry) {
        return new RequestMetrics(registry);
    }

    @Produces
    @Singleton
    ServingModels servingModels(InferenceMetrics inferences) {
        FailureLog failures = new FailureLog(System::nanoTime, (line, trace) -> LOG.warn(line, trace));
        return new ServingModels(inference -> {
            inferences.ended(inference);
            failures.ended(inference);
        });
    }

    @Produces
    @Singleton
    Metrics metrics(
            PrometheusRegistry registry,
            InferenceMetrics inferences,
            BatchMetrics batches,
            ServingModels models,
            InFlightBytes inFlight,
            DeviceMemory devices) {
        return new Metrics(registry, inferences, batches, models, inFlight, devices, Version.number());
    }

    @Produces
    @Singleton
    DeviceMemory deviceMemory(ServingModels models) {
        return new DeviceMemory(
                models,
                () -> Gpus.HERE.memory().stream()
                        .map(of -> new DeviceMemory.Use(of.device(), of.name(), of.total(), of.free(), of.used()))
                        .toList());
    }

    @Produces
    @Singleton
    Heartbeats heartbeats() {
        return new Heartbeats(config.health().liveBound(), System::nanoTime);
    }

    @Produces
    @Singleton
    LoadMetrics loadMetrics(PrometheusRegistry registry) {
        return new LoadMetrics(registry);
    }

    /// @param ports here, because this happens before the first of them is opened
    void managementRoutes(
            @Observes ManagementInterface management,
            Metrics metrics,
            ServingModels models,
            DeviceMemory devices,
            Ports ports) {
        management.router().get(ServerDefaults.STANDARD.metricsPath()).handler(new MetricsRoute(metrics));
        management.router().get("/q/models").handler(new StatusPage(models, devices));
        management.router().route().order(BEHIND_ALL).handler(UnknownPath.onManagement(ports.rest()));
    }

    /// For those that know the serving port only, such as Knative and most load balancers. Behind TensorFlow Serving's
    /// routes, which pass on what they do not know, so that predictions pay nothing for it.
    ///
    /// @param initial made with the first question: what is wrong with its options is told when all others are
    void readinessOnTheServingPort(@Observes Router router, ServerState state, Instance<InitialModels> initial) {
        router.get(ServerDefaults.STANDARD.readyPath())
                .order(TfsWiring.LAST_ROUTE + 1)
                .handler(new ReadyRoute(state, initial::get));
    }

    void unknownPaths(@Observes Router router, Ports ports) {
        router.route().order(BEHIND_ALL).handler(UnknownPath.onRest(ports.management()));
    }
}
