package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kaon.config.PodDefaults;
import io.kaon.config.ServerDefaults;
import io.kaon.testkit.BusyClients;
import io.kaon.testkit.HaProxy;
import io.kaon.testkit.HaProxy.Door;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A rolling update as Kubernetes does it, without a cluster: HAProxy is the Service, this test the kubelet and the
/// controller of endpoints. Clients ask without pause, of the old server, of both, and of the new one.
final class RollingUpdateIT {
    private static final PodDefaults POD = PodDefaults.STANDARD;
    /// At each door; 64 together.
    private static final int CLIENTS = 16;
    /// How long proxies go on sending to a pod that is to end.
    private static final Duration LATE = Duration.ofSeconds(2);

    /// The common pool may have one thread only.
    private static final Executor BESIDE = Thread::startVirtualThread;

    @TempDir
    private Path folder;

    @BeforeEach
    void needsHaProxy() {
        assumeTrue(HaProxy.isThere(), HaProxy.ABSENCE);
    }

    @Test
    void losesNoRequestThereAndBack() throws Exception {
        try (HaProxy proxy = proxy();
                ServerProcess first = ServerProcess.serve(models(3));
                BusyClients clients = new BusyClients()) {
            proxy.add("first", first);
            ask(clients, proxy);
            try (ServerProcess second = ServerProcess.serve(models(4))) {
                proxy.add("second", second);
                end(proxy, "first", first);
                try (ServerProcess third = ServerProcess.serve(models(5))) {
                    proxy.add("third", third);
                    end(proxy, "second", second);
                    assertNothingLost(clients, proxy, "3.0", "4.0", "5.0");
                }
            }
        }
    }

    /// Where a hook would not run, the server's own delay must outlast the proxies.
    @Test
    void losesNoRequestWithoutAHookWhenTheDelayIsLongerThanProxiesAreLate() throws Exception {
        try (HaProxy proxy = proxy();
                ServerProcess first = ServerProcess.serve(models(3), "-Dkaon.shutdown.delay=3s");
                ServerProcess second = ServerProcess.serve(models(4));
                BusyClients clients = new BusyClients()) {
            proxy.add("first", first);
            ask(clients, proxy);
            proxy.add("second", second);
            CompletableFuture<Void> removal = removeLate(proxy, "first");
            first.terminate();
            assertThat(first.awaitExit()).isZero();
            removal.join();
            assertNothingLost(clients, proxy, "3.0", "4.0");
        }
    }

    private HaProxy proxy() throws IOException {
        return HaProxy.start(
                Files.createDirectory(folder.resolve("proxy")),
                ServerDefaults.STANDARD.readyPath(),
                POD.readinessPeriod(),
                POD.readinessFailures());
    }

    /// A model that answers so to 2.
    private Path models(int answer) throws IOException {
        Path models = folder.resolve("models-" + answer);
        OnnxModels.linear(1, answer - 2f).writeTo(Files.createDirectories(models.resolve("m/1")));
        return models;
    }

    private static void ask(BusyClients clients, HaProxy proxy) {
        for (Door door : Door.values()) {
            switch (door) {
                case REST_BYTES, REST_HTTP -> clients.askOverRest(CLIENTS, door.name(), proxy.port(door));
                case GRPC_BYTES, GRPC_HTTP -> clients.askOverGrpc(CLIENTS, door.name(), proxy.port(door));
            }
        }
    }

    /// Two things begin at once: endpoints are told, and the pod ends, by its hook, SIGTERM, and at last SIGKILL.
    private static void end(HaProxy proxy, String name, ServerProcess server) {
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(
                () -> {
                    String hook = POD.preStop().toSeconds() + "s";
                    assertThat(ServerProcess.run(Map.of(), "pause", hook).status())
                            .isZero();
                    server.terminate();
                    return server.awaitExit();
                },
                BESIDE);
        removeLate(proxy, name).join();
        assertThat(status.orTimeout(POD.terminationGrace().toMillis(), TimeUnit.MILLISECONDS)
                        .join())
                .isZero();
    }

    private static CompletableFuture<Void> removeLate(HaProxy proxy, String name) {
        return CompletableFuture.runAsync(
                () -> proxy.remove(name),
                CompletableFuture.delayedExecutor(LATE.toMillis(), TimeUnit.MILLISECONDS, BESIDE));
    }

    private static void assertNothingLost(BusyClients clients, HaProxy proxy, String... predictions)
            throws InterruptedException {
        clients.stop();
        assertThat(clients.failures())
                .as("after %s, of %s", clients.answers(), proxy.states())
                .isEmpty();
        for (Door door : Door.values()) {
            for (String prediction : predictions) {
                assertThat(clients.answers()).containsKey(door + " " + prediction);
            }
        }
        assertThat(clients.answers()).hasSize(Door.values().length * predictions.length);
    }
}
