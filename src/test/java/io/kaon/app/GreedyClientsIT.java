package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients that want more than their share, eight of each kind at once, beside one that behaves well: it is answered,
/// and the memory comes back.
///
/// For ten seconds; `-Dkaon.greedy.seconds=60` for longer, and then the time that the well-behaved client waits is
/// checked too: on a machine that does other work, a few seconds say nothing about it. The greedy clients run in a
/// process with the lowest priority, since they would run on other machines.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class GreedyClientsIT {
    private static final int CLIENTS = 8;
    private static final String KINDS = System.getProperty("kaon.greedy.kinds", ".*");
    private static final int SECONDS = Integer.getInteger("kaon.greedy.seconds", 10);
    private static final int LONG_RUN = 60;
    private static final Duration P99 = Duration.ofMillis(250);

    /// What a heap may have more after all that than before: caches, code, pools of buffers.
    private static final long TOLERANCE = 96L << 20;

    @TempDir
    private Path models;

    private final List<String> failures = new ArrayList<>();

    @Test
    void leaveAWellBehavedClientItsAnswersAndTheServerItsMemory() throws Exception {
        OnnxModels.zeros().writeTo(Files.createDirectories(models.resolve("zeros/1")));
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("m/1")));
        OnnxModels.slow(100).writeTo(Files.createDirectories(models.resolve("slow/1")));
        try (ServerProcess server = ServerProcess.start(
                        List.of("-Xmx512m", "-XX:+ExitOnOutOfMemoryError"),
                        List.of(models.toString(), "-Dkaon.limits.stall=5s"),
                        Map.of())
                .awaitReady()) {
            behave(server, System.nanoTime() + TimeUnit.SECONDS.toNanos(2));
            long before = server.usedHeap();

            List<Long> nanos;
            Process greedy = greedy(server);
            try {
                nanos = behave(server, System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS));
            } finally {
                greedy.getOutputStream().close();
            }
            String acts = new String(greedy.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            greedy.destroyForcibly().waitFor();
            long p99 = nanos.stream().sorted().toList().get(nanos.size() * 99 / 100);
            System.out.printf(
                    "%d requests beside %d greedy clients of each kind in %d s: p99 %d ms; they acted%n%s",
                    nanos.size(), CLIENTS, SECONDS, TimeUnit.NANOSECONDS.toMillis(p99), acts);

            assertThat(acts.lines()).isNotEmpty().noneMatch(line -> line.startsWith("0 "));
            assertThat(failures).as("of %d requests", nanos.size()).isEmpty();
            server.awaitMetric("kaon_in_flight_bytes", bytes -> bytes == 0);
            assertThat(server.usedHeap()).isLessThan(before + TOLERANCE);
            if (SECONDS >= LONG_RUN) {
                assertThat(Duration.ofNanos(p99)).isLessThanOrEqualTo(P99);
            }
        }
    }

    private static Process greedy(ServerProcess server) throws IOException {
        return new ProcessBuilder(
                        "nice",
                        "-n",
                        "19",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        GreedyClients.class.getName(),
                        Integer.toString(server.restPort()),
                        Integer.toString(server.grpcPort()),
                        Integer.toString(CLIENTS),
                        KINDS)
                .redirectError(Redirect.DISCARD)
                .start();
    }

    /// Asks over REST and gRPC by turns.
    ///
    /// @return how long each request took
    private List<Long> behave(ServerProcess server, long until) {
        List<Long> nanos = new ArrayList<>();
        ManagedChannel channel = server.channel();
        PredictRequest request = GrpcTensors.predict("m", "x", GrpcTensors.floats(new float[] {4}, 1));
        try {
            while (System.nanoTime() < until) {
                long began = System.nanoTime();
                if (nanos.size() % 2 == 0) {
                    HttpResponse<String> answer = server.post("/v1/models/m:predict", "{\"instances\":[2]}");
                    if (answer.statusCode() != 200) {
                        failures.add(answer.statusCode() + " " + answer.body());
                    }
                } else {
                    try {
                        assertThat(PredictionServiceGrpc.newBlockingStub(channel)
                                        .withDeadlineAfter(30, TimeUnit.SECONDS)
                                        .predict(request)
                                        .getOutputsCount())
                                .isEqualTo(1);
                    } catch (StatusRuntimeException failure) {
                        failures.add(failure.getStatus().toString());
                    }
                }
                nanos.add(System.nanoTime() - began);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        } finally {
            channel.shutdownNow();
        }
        return nanos;
    }
}
