package io.kaon.app.server;

import io.kaon.app.config.ModelConfigFile;
import io.kaon.app.config.ServerConfig;
import io.kaon.app.port.EventLoops;
import io.kaon.app.port.GrpcPort;
import io.kaon.app.port.HttpPort;
import io.kaon.app.terminal.Terminal;
import io.kaon.lifecycle.Lifecycle;
import io.kaon.ops.Heartbeats;
import io.kaon.ops.InitialModels;
import io.kaon.ops.Niceness;
import io.kaon.ops.ServerState;
import io.kaon.protocol.tfs.TfsReload;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// The order of starting and stopping.
///
/// Starting: when [#run] begins, the first versions are being loaded already, and the REST and management ports
/// are open; the gRPC port follows. The server is ready when every initial model serves or has failed once, and
/// enough of them have served ([InitialModels]).
///
/// Stopping: readiness goes first, and for a while everything is still served while clients are told to leave, so that
/// what routes traffic can notice. Then no new connection is taken, what is under way is answered, the versions are
/// drained and closed, and only then the framework hears of it.
public final class KaonServer implements QuarkusApplication {
    private static final Logger LOG = Logger.getLogger(KaonServer.class);
    /// The threads that compute for long, and by their names those that engines made on them: lanes but for the express
    /// lane, and loads.
    private static final Set<String> COMPUTING = Set.of("lane-", "load-");

    private static final long AFTER_START = 2;

    /// The exit status when something was left unanswered.
    private static final int CUT_OFF = 1;

    private final ServerState state;
    private final HttpPort http;
    private final GrpcPort grpc;
    private final Lifecycle lifecycle;
    private final StartReport report;
    private final ModelConfigFile modelConfig;
    private final TfsReload reload;
    private final InitialModels initial;
    private final Heartbeats heartbeats;
    private final Vertx vertx;
    private final Duration modelConfigPoll;
    private final Duration delay;
    private final Duration timeout;

    KaonServer(
            ServerState state,
            HttpPort http,
            GrpcPort grpc,
            Lifecycle lifecycle,
            StartReport report,
            ModelConfigFile modelConfig,
            TfsReload reload,
            InitialModels initial,
            Heartbeats heartbeats,
            Vertx vertx,
            ServerConfig config) {
        this.state = state;
        this.http = http;
        this.grpc = grpc;
        this.lifecycle = lifecycle;
        this.report = report;
        this.modelConfig = modelConfig;
        this.reload = reload;
        this.initial = initial;
        this.heartbeats = heartbeats;
        this.vertx = vertx;
        this.modelConfigPoll =
                config.modelConfig().file().isPresent() ? config.modelConfig().pollInterval() : Duration.ZERO;
        this.delay = config.shutdown().delay();
        this.timeout = config.shutdown().timeout();
    }

    @Override
    public int run(String... arguments) throws IOException {
        grpc.start();
        StopSignals.handle(this::stop);
        if (modelConfigPoll.isPositive()) {
            Thread.ofVirtual().name("model-config").start(this::watchModelConfig);
        }
        lifecycle.workers().forEach(heartbeats::watch);
        int loop = 0;
        for (EventExecutor eventLoop : EventLoops.of(vertx)) {
            heartbeats.watch("event-loop-" + loop++, eventLoop);
        }
        StartProgress progress = new StartProgress(lifecycle::fetching, System.err);
        Thread.ofVirtual()
                .name("start-progress")
                .start(() -> progress.follow(lifecycle.settled(), () -> Terminal.isOut() && Terminal.isErr()));
        CompletableFuture<Void> _ = initial.reached().thenRun(() -> {
            state.ready();
            grpc.ready();
        });
        CompletableFuture<Void> _ = lifecycle
                .settled()
                .thenRun(() -> {
                    state.settled();
                    initial.settled();
                    progress.end();
                    report.print();
                    if (!initial.reached().isDone()) {
                        LOG.warnf(
                                "not ready: of the models %s too few have served, see kaon.health.ready; requests for "
                                        + "the others are answered",
                                initial.missing());
                    }
                })
                .exceptionally(bug -> {
                    LOG.error("the report of what is served could not be printed", bug);
                    return null;
                });
        // Later, because clients that waited for the first answer wait for the processors as well.
        CompletableFuture<Void> _ = lifecycle
                .settled()
                .thenRunAsync(
                        () -> Niceness.lower(COMPUTING),
                        CompletableFuture.delayedExecutor(AFTER_START, TimeUnit.SECONDS));
        Quarkus.waitForExit();
        return 0;
    }

    /// Ends with the process: once the server stops, a change is refused.
    private void watchModelConfig() {
        try {
            while (true) {
                Thread.sleep(modelConfigPoll);
                modelConfig.look(reload);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// A client that drips a byte a second, or a run that takes an hour, must not keep the process from ending.
    private void endAtTheLatest() {
        try {
            Thread.sleep(delay.plus(timeout));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return;
        }
        LOG.warnf(
                "stopped after %d ms with %d REST requests unanswered, and answers unread on %d connections:"
                        + " kaon.shutdown.timeout is over",
                delay.plus(timeout).toMillis(), http.underWay(), http.unread());
        Runtime.getRuntime().halt(CUT_OFF);
    }

    private void stop() {
        long began = System.nanoTime();
        LOG.infof("stopping: clients are sent away for %d ms, then what is under way is answered", delay.toMillis());
        Thread.ofPlatform().name("stop-limit").daemon().start(this::endAtTheLatest);
        try {
            state.stopping();
            http.startLeaving();
            grpc.startLeaving();
            Thread.sleep(delay);
            http.drain();
            // A reload may wait for a load that takes longer than the shutdown may.
            reload.stop();
            grpc.drain();
            lifecycle.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            LOG.infof(
                    "stopped after %d ms",
                    Duration.ofNanos(System.nanoTime() - began).toMillis());
            Quarkus.asyncExit(0);
        }
    }
}
