package io.kaon.app.wiring;

import io.kaon.app.config.ConfigProblems;
import io.kaon.app.config.DeclaredOptions;
import io.kaon.app.config.EffectiveConfig;
import io.kaon.app.config.ModelConfigFile;
import io.kaon.app.config.ModelSource;
import io.kaon.app.config.ServerConfig;
import io.kaon.app.port.EventLoops;
import io.kaon.app.port.GrpcPort;
import io.kaon.app.port.GrpcTls;
import io.kaon.app.port.HttpPort;
import io.kaon.app.port.Ports;
import io.kaon.app.port.RestTls;
import io.kaon.app.server.StartReport;
import io.kaon.batch.BatchThreads;
import io.kaon.batch.Batcher;
import io.kaon.batch.Lanes;
import io.kaon.batch.RunClock;
import io.kaon.batch.RunWatch;
import io.kaon.engine.DeviceBudget;
import io.kaon.engine.Engine;
import io.kaon.engine.djl.DjlEngine;
import io.kaon.engine.onnx.OnnxEngine;
import io.kaon.engine.tensorflow.TensorflowEngine;
import io.kaon.lifecycle.Lifecycle;
import io.kaon.lifecycle.LifecycleSettings;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.OptionsByModel;
import io.kaon.lifecycle.declaration.VersionOptions;
import io.kaon.lifecycle.load.CacheSettings;
import io.kaon.ops.BatchMetrics;
import io.kaon.ops.InitialModels;
import io.kaon.ops.LoadMetrics;
import io.kaon.ops.Niceness;
import io.kaon.ops.ProcessorTime;
import io.kaon.ops.RequestMetrics;
import io.kaon.protocol.tfs.TfsMetrics;
import io.kaon.protocol.tfs.TfsModelConfig;
import io.kaon.protocol.tfs.TfsVersionOptions;
import io.kaon.serving.InFlightBytes;
import io.kaon.serving.ServingModels;
import io.kaon.serving.WorkingMemory;
import io.kaon.storage.ModelStores;
import io.kaon.transport.UnreadAnswers;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Where the parts are joined: the only place that names every engine, store and protocol, and that turns
/// configuration into the core's own types.
@Singleton
public final class Wiring {
    /// A quarter of the heap: bodies, the tensors that are made of them, and answers fit into the rest.
    private static final int IN_FLIGHT_SHARE = 4;

    /// Of the heap; with what is in flight, and with what the server needs itself, it must not be all of it.
    private static final int WORKING_PERCENT = 40;

    private static final int EXPRESS_LANES = 1;

    /// Started only while all others are stuck.
    private static final int RELIEF_LANES = 8;

    private static final Duration IDLE_THREADS_STAY = Duration.ofSeconds(10);

    private final ServerConfig config;

    Wiring(ServerConfig config) {
        this.config = config;
    }

    /// In the order in which they are asked whether they recognise a directory.
    public static List<Engine> engines() {
        return engines(DeviceBudget.unlimited());
    }

    /// @param budget of the memory on GPUs, which they share
    private static List<Engine> engines(DeviceBudget budget) {
        return List.of(new OnnxEngine(budget), new TensorflowEngine(budget), new DjlEngine());
    }

    private DeviceBudget deviceBudget() {
        Optional<MemorySize> bytes = config.engine().cuda().memoryBudget();
        return bytes.isPresent() ? DeviceBudget.of(bytes.get().asLongValue()) : DeviceBudget.unlimited();
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
    WorkingMemory workingMemory() {
        return new WorkingMemory(Runtime.getRuntime().maxMemory() * WORKING_PERCENT / 100);
    }

    @Produces
    @Singleton
    HttpPort httpPort(RequestMetrics metrics, InFlightBytes inFlight, Vertx vertx) {
        UnreadAnswers unread = new UnreadAnswers(inFlight, config.limits().stall(), System::nanoTime);
        unread.start(EventLoops.of(vertx));
        return new HttpPort(metrics, unread);
    }

    @Produces
    @Singleton
    OptionsByModel optionsByModel() {
        return DeclaredOptions.of(config, processors());
    }

    @Produces
    @Singleton
    ModelConfigFile modelConfigFile(TfsModelConfig modelConfig) {
        return new ModelConfigFile(Path.of(config.modelConfig().file().orElse("")), modelConfig);
    }

    @Produces
    @Singleton
    DesiredModels desiredModels(ModelConfigFile file, OptionsByModel options, ModelStores stores) {
        return ModelSource.desired(config, file, options, stores, Engine.filesOf(engines()));
    }

    @Produces
    @Singleton
    InitialModels initialModels(DesiredModels desired, ServingModels models) {
        return new InitialModels(config.health().ready(), () -> declared(desired), () -> Set.copyOf(models.names()));
    }

    /// None while nothing is looked at: then nothing can be waited for.
    private Set<String> declared(DesiredModels desired) {
        return config.pollInterval().isNegative()
                ? Set.of()
                : desired.current().models().stream().map(DesiredModel::name).collect(Collectors.toUnmodifiableSet());
    }

    @Produces
    @Singleton
    Lifecycle lifecycle(
            ServingModels models,
            DesiredModels desired,
            ModelStores stores,
            TfsMetrics metrics,
            BatchMetrics batches,
            LoadMetrics loads,
            InitialModels initial) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, daemons("deadlines-"));
        timer.setRemoveOnCancelPolicy(true);
        Lanes lanes = new Lanes(
                config.batch().lanes().orElse(processors()),
                Niceness.lowered(daemons("lane-")),
                EXPRESS_LANES,
                daemons("express-"),
                new Lanes.Relief(RELIEF_LANES, timer, System::nanoTime));
        RunWatch watch = new RunWatch(System::nanoTime, config.run().timeout(), daemons("run-watch-"));
        RunClock clock = new RunClock(System::nanoTime, new ProcessorTime(timer));
        BatchThreads threads = new BatchThreads(lanes, timer, computing(1, "proof-"), watch);
        return new Lifecycle(
                desired,
                stores,
                engines(deviceBudget()),
                config.batch().perModelParameters() ? new TfsVersionOptions() : VersionOptions.AS_DECLARED,
                (id, run, policy) ->
                        new Batcher(id.toString(), run, policy, threads, clock, batches.of(id, metrics::batched)),
                models,
                new LifecycleSettings(
                        StoreWiring.intervals(config),
                        config.load().threads().orElse(processors()),
                        config.load().fetches(),
                        cache(),
                        config.load().sameSignature()),
                InstantSource.system(),
                System::nanoTime,
                timer,
                status -> {
                    initial.changed(status);
                    metrics.changed(status);
                    loads.changed(status);
                },
                loads::fetched);
    }

    @Produces
    @Singleton
    StartReport report(ServingModels models, GrpcPort grpc, Ports ports) {
        return new StartReport(
                models,
                OpenAddresses.of(
                        ports,
                        config.grpc().host(),
                        grpc.isEncrypted(),
                        name -> ConfigProvider.getConfig().getOptionalValue(name, String.class),
                        ConfigProvider.getConfig().getPropertyNames()),
                config.pollInterval().isPositive(),
                System.out);
    }

    @Produces
    @Singleton
    Ports ports(
            @ConfigProperty(name = "quarkus.http.port") int rest,
            @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true") boolean restOn,
            @ConfigProperty(name = "quarkus.management.port") int management) {
        return new Ports(restOn ? rest : 0, config.grpc().port(), management);
    }

    /// As soon as the configuration is known, so that models load while the ports open. What options say that only
    /// the parts understand which are made later is looked at first: when any of it is wrong, nothing starts.
    void startLoading(
            @Observes StartupEvent configured,
            Instance<Ports> ports,
            Instance<DesiredModels> desired,
            Instance<Lifecycle> lifecycle,
            TlsConfigurationRegistry tls,
            Vertx vertx) {
        if (config.printConfig()) {
            System.out.print(EffectiveConfig.of(ConfigProvider.getConfig().unwrap(SmallRyeConfig.class)));
            System.out.flush();
        }
        ConfigProblems.refuse(List.of(
                ports::get,
                desired::get,
                () -> checkOptions(config),
                () -> RestTls.check(tls, vertx),
                () -> GrpcTls.of(config.grpc(), tls, vertx)));
        lifecycle.get().start();
    }

    /// What options say beyond their types and ranges.
    ///
    /// @throws RuntimeException when any of it is wrong
    public static void checkOptions(ServerConfig config) {
        ConfigProblems.refuse(List.of(() -> TfsWiring.reloadGuard(config), () -> TfsWiring.metricsPath(config)));
    }

    private CacheSettings cache() {
        Optional<String> told = config.load().cache();
        return new CacheSettings(
                Path.of(told.orElse(System.getProperty("java.io.tmpdir"))),
                told.isPresent(),
                config.load().cacheBytes().asLongValue());
    }

    static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    /// Threads that give way to others, each of which is there while it has something to do.
    static Executor computing(int threads, String prefix) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_THREADS_STAY.toSeconds(),
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Niceness.lowered(daemons(prefix)));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /// Counts by itself: the factory that [Thread.Builder] makes counts with a variable handle, for which the JVM makes
    /// six classes in each start.
    private static ThreadFactory daemons(String prefix) {
        AtomicInteger next = new AtomicInteger();
        return run -> Thread.ofPlatform()
                .name(prefix + next.getAndIncrement())
                .daemon()
                .unstarted(run);
    }
}
