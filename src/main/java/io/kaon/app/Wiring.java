package io.kaon.app;

import io.kaon.batch.Batcher;
import io.kaon.batch.BatchingPolicy;
import io.kaon.batch.Lanes;
import io.kaon.engine.Engine;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.onnx.OnnxEngine;
import io.kaon.lifecycle.DesiredModels;
import io.kaon.lifecycle.Lifecycle;
import io.kaon.lifecycle.LifecycleSettings;
import io.kaon.ops.ServerState;
import io.kaon.protocol.http.HttpLimits;
import io.kaon.protocol.tfs.TfsGrpcOptions;
import io.kaon.protocol.tfs.TfsModelConfig;
import io.kaon.protocol.tfs.TfsModelGrpc;
import io.kaon.protocol.tfs.TfsPredictionGrpc;
import io.kaon.protocol.tfs.TfsReload;
import io.kaon.protocol.tfs.TfsReloadGuard;
import io.kaon.protocol.tfs.TfsRest;
import io.kaon.serving.InFlightBytes;
import io.kaon.serving.ServingModels;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStores;
import io.kaon.storage.file.FileStore;
import io.netty.channel.EventLoopGroup;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Where the parts are joined: the only place that names every engine, store and protocol, and that turns configuration
/// into the core's own types.
@Singleton
final class Wiring {
    /// A quarter of the heap: bodies, the tensors that are made of them, and answers fit into the rest.
    private static final int IN_FLIGHT_SHARE = 4;

    private final ServerConfig config;

    Wiring(ServerConfig config) {
        this.config = config;
    }

    /// In the order in which they are asked whether they recognise a directory.
    static List<Engine> engines() {
        return List.of(new OnnxEngine());
    }

    static ModelStores stores() {
        return new ModelStores(Map.of(Location.FILE, new FileStore()));
    }

    @Produces
    @Singleton
    ServerState state() {
        return new ServerState();
    }

    @Produces
    @Singleton
    ServingModels servingModels() {
        return new ServingModels();
    }

    @Produces
    @Singleton
    InFlightBytes inFlight() {
        return new InFlightBytes(config.limits()
                .inFlightBytes()
                .map(size -> size.asLongValue())
                .orElse(Runtime.getRuntime().maxMemory() / IN_FLIGHT_SHARE));
    }

    @Produces
    @Singleton
    HttpPort httpPort() {
        return new HttpPort();
    }

    @Produces
    @Singleton
    TfsModelConfig modelConfig() {
        return new TfsModelConfig(
                engines().stream().map(Engine::name).collect(Collectors.toUnmodifiableSet()),
                engineSettings(),
                batchingPolicy());
    }

    @Produces
    @Singleton
    ModelConfigFile modelConfigFile(TfsModelConfig modelConfig) {
        return new ModelConfigFile(Path.of(config.modelConfig().file().orElse("")), modelConfig);
    }

    @Produces
    @Singleton
    DesiredModels desiredModels(ModelConfigFile file) {
        return ModelSource.desired(config, file, engineSettings(), batchingPolicy(), stores());
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
                new TfsReloadGuard(
                        config.admin().reload(),
                        config.admin().token(),
                        config.admin().allowedLocations().orElse(List.of()).stream()
                                .map(ModelSource::location)
                                .toList()));
    }

    @Produces
    @Singleton
    GrpcPort grpcPort(
            ServingModels models, InFlightBytes inFlight, Vertx vertx, TfsModelConfig modelConfig, TfsReload reload) {
        EventLoopGroup group = eventLoops(vertx);
        EventLoops loops = new EventLoops(group);
        TfsGrpcOptions options = new TfsGrpcOptions(
                inFlight, config.grpc().tensorContent(), config.tfs().coercion());
        return new GrpcPort(
                config.grpc(),
                group,
                List.of(
                        new TfsPredictionGrpc(models, options, loops::current, System::nanoTime).bind(),
                        modelService(models, modelConfig, reload).bind()),
                Math.toIntExact(Math.min(requestBytes(), inFlight.limit())),
                new GrpcInFlight(inFlight, config.limits().stall(), loops::current));
    }

    @Produces
    @Singleton
    Lifecycle lifecycle(ServingModels models, DesiredModels desired) {
        Lanes lanes = new Lanes(config.batch().lanes().orElse(processors()), daemons("lane-"));
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, daemons("deadlines-"));
        timer.setRemoveOnCancelPolicy(true);
        return new Lifecycle(
                desired,
                stores(),
                engines(),
                (run, policy) -> new Batcher(run, policy, lanes, System::nanoTime, timer),
                models,
                new LifecycleSettings(
                        config.pollInterval(), config.load().threads().orElse(processors()), cache()),
                InstantSource.system(),
                System::nanoTime,
                _ -> {});
    }

    @Produces
    @Singleton
    StartReport report(
            ServingModels models,
            @ConfigProperty(name = "quarkus.http.port") int rest,
            @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true") boolean restOn,
            @ConfigProperty(name = "quarkus.management.port") int management) {
        return new StartReport(
                models,
                new StartReport.Addresses(restOn ? rest : 0, config.grpc().port(), management),
                System.out);
    }

    void routes(@Observes Router router, HttpPort port, ServingModels models, InFlightBytes inFlight) {
        HttpLimits limits = new HttpLimits(
                requestBytes(), config.limits().stall(), config.rest().offload().asLongValue(), inFlight);
        // Before the framework's own routes, which refuse targets that cannot be decoded: here they are names.
        router.route().order(Integer.MIN_VALUE).handler(port::enter);
        router.route()
                .order(Integer.MIN_VALUE + 1)
                .handler(new TfsRest(
                        models, limits, config.rest().timeout(), config.tfs().coercion(), System::nanoTime));
    }

    /// Deprecated because it becomes internal in the framework's next major version; there is no other way to share
    /// them.
    @SuppressWarnings("deprecation")
    private static EventLoopGroup eventLoops(Vertx vertx) {
        return vertx.nettyEventLoopGroup();
    }

    private BatchingPolicy batchingPolicy() {
        return new BatchingPolicy(config.batch().queue(), config.batch().inlineBudget());
    }

    private EngineSettings engineSettings() {
        return new EngineSettings(
                config.engine().intraOpThreads(), config.engine().interOpThreads());
    }

    private long requestBytes() {
        return Math.min(config.limits().requestBytes().asLongValue(), HttpLimits.LARGEST_BODY);
    }

    private Path cache() {
        return config.load()
                .cache()
                .map(Path::of)
                .orElseGet(() -> Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "kaon-" + ProcessHandle.current().pid()));
    }

    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    private static ThreadFactory daemons(String prefix) {
        return Thread.ofPlatform().name(prefix, 0).daemon().factory();
    }
}
