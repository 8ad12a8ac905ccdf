package io.kaon.app.wiring;

import io.kaon.app.config.ModelSource;
import io.kaon.app.config.ServerConfig;
import io.kaon.app.port.EventLoops;
import io.kaon.app.port.GrpcEndings;
import io.kaon.app.port.GrpcFailures;
import io.kaon.app.port.GrpcInFlight;
import io.kaon.app.port.GrpcPort;
import io.kaon.app.port.GrpcStreams;
import io.kaon.app.port.GrpcTls;
import io.kaon.app.port.HttpPort;
import io.kaon.engine.Engine;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.OptionsByModel;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.ops.Metrics;
import io.kaon.ops.RequestMetrics;
import io.kaon.protocol.http.BodyWatch;
import io.kaon.protocol.http.HttpLimits;
import io.kaon.protocol.tfs.TfsConfigFile;
import io.kaon.protocol.tfs.TfsGrpcOptions;
import io.kaon.protocol.tfs.TfsMetrics;
import io.kaon.protocol.tfs.TfsMetricsRest;
import io.kaon.protocol.tfs.TfsModelConfig;
import io.kaon.protocol.tfs.TfsModelGrpc;
import io.kaon.protocol.tfs.TfsMonitoringConfig;
import io.kaon.protocol.tfs.TfsPredictionGrpc;
import io.kaon.protocol.tfs.TfsReload;
import io.kaon.protocol.tfs.TfsReloadGuard;
import io.kaon.protocol.tfs.TfsRest;
import io.kaon.protocol.tfs.TfsRestOptions;
import io.kaon.serving.InFlightBytes;
import io.kaon.serving.ServingModels;
import io.kaon.serving.WorkingMemory;
import io.kaon.transport.UnreadAnswers;
import io.netty.channel.EventLoopGroup;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Joins TensorFlow Serving's API with what serves and what loads, and puts it on the REST and gRPC ports.
@Singleton
final class TfsWiring {
    private static final int FIRST_ROUTE = Integer.MIN_VALUE;
    /// Other routes of Kaon's stand behind it.
    static final int LAST_ROUTE = FIRST_ROUTE + 2;

    private final ServerConfig config;

    TfsWiring(ServerConfig config) {
        this.config = config;
    }

    @Produces
    @Singleton
    TfsModelConfig modelConfig(OptionsByModel options) {
        return new TfsModelConfig(
                Wiring.engines().stream().map(Engine::name).collect(Collectors.toUnmodifiableSet()), options);
    }

    @Produces
    @Singleton
    TfsReload reload(DesiredModels desired, ServingModels models) {
        return new TfsReload(desired, models);
    }

    private TfsModelGrpc modelService(ServingModels models, TfsModelConfig modelConfig, TfsReload reload) {
        return new TfsModelGrpc(
                models,
                modelConfig,
                reload,
                config.modelConfig().labelsForUnavailable()
                        ? TfsReload.NewLabels.FOR_ALL_VERSIONS
                        : TfsReload.NewLabels.FOR_AVAILABLE_VERSIONS,
                reloadGuard(config));
    }

    /// @throws ServingException, or IllegalArgumentException, when the options of reloads cannot be
    static TfsReloadGuard reloadGuard(ServerConfig config) {
        return new TfsReloadGuard(
                config.admin().reload(),
                config.admin().token(),
                config.admin().allowedLocations().orElse(List.of()).stream()
                        .map(ModelSource::location)
                        .toList());
    }

    @Produces
    @Singleton
    GrpcPort grpcPort(
            ServingModels models,
            InFlightBytes inFlight,
            Vertx vertx,
            TfsModelConfig modelConfig,
            TfsReload reload,
            TfsMetrics metrics,
            RequestMetrics requests,
            TlsConfigurationRegistry tls) {
        EventLoopGroup group = EventLoops.of(vertx);
        EventLoops loops = new EventLoops(group);
        GrpcInFlight counted =
                new GrpcInFlight(inFlight, config.limits().stall(), new GrpcEndings(System::nanoTime), loops::current);
        TfsGrpcOptions options = new TfsGrpcOptions(
                inFlight, config.grpc().tensorContent(), config.tfs().coercion());
        return new GrpcPort(
                config.grpc(),
                GrpcTls.of(config.grpc(), tls, vertx).orElse(null),
                group,
                List.of(
                        new TfsPredictionGrpc(models, options, loops::current, metrics, System::nanoTime).bind(),
                        modelService(models, modelConfig, reload).bind()),
                counted.largestMessage(requestBytes()),
                counted,
                new GrpcFailures(requests),
                new GrpcStreams(loops::current),
                new UnreadAnswers(inFlight, config.limits().stall(), System::nanoTime));
    }

    void certificates(@Observes CertificateUpdatedEvent changed, GrpcPort grpc, Vertx vertx) {
        grpc.replaceCertificates(changed, vertx);
    }

    @Produces
    @Singleton
    TfsMetrics tfsMetrics(ServingModels models) {
        return new TfsMetrics(models, System::nanoTime);
    }

    void routes(
            @Observes Router router,
            HttpPort port,
            ServingModels models,
            InFlightBytes inFlight,
            WorkingMemory working,
            TfsMetrics tfsMetrics,
            Metrics metrics) {
        HttpLimits limits = new HttpLimits(
                requestBytes(),
                new BodyWatch(config.limits().stall()),
                config.rest().offload().asLongValue(),
                Wiring.computing(Wiring.processors(), "convert-"),
                config.rest().compress().asLongValue(),
                inFlight,
                working);
        TfsRest rest = new TfsRest(
                models,
                limits,
                new TfsRestOptions(
                        config.rest().timeout(),
                        config.tfs().coercion(),
                        config.rest().cors()),
                tfsMetrics,
                System::nanoTime);
        // Before the framework's own routes, which refuse targets that cannot be decoded: here they are names.
        router.route().order(FIRST_ROUTE).handler(port::enter).failureHandler(rest::refuse);
        router.route().order(FIRST_ROUTE + 1).handler(rest);
        metricsPath(config)
                .ifPresent(path -> router.route()
                        .order(LAST_ROUTE)
                        .handler(new TfsMetricsRest(
                                path, tfsMetrics, () -> metrics.page(null).text(), limits)));
    }

    /// @throws ServingException when the file that says it cannot be read or understood
    static Optional<String> metricsPath(ServerConfig config) {
        Optional<String> file = config.tfs().monitoringConfig();
        Optional<String> path = config.tfs().metricsPath();
        if (path.isPresent() && !path.get().startsWith("/")) {
            throw new ServingException(
                    ErrorKind.INVALID_REQUEST,
                    "kaon.tfs.metrics-path=" + path.get() + ": expected a path that begins with /");
        }
        return file.isEmpty()
                ? path
                : new TfsConfigFile("monitoring config file", Path.of(file.get()))
                        .read(TfsMonitoringConfig::metricsPath);
    }

    private long requestBytes() {
        return Math.min(config.limits().requestBytes().asLongValue(), HttpLimits.LARGEST_BODY);
    }
}
