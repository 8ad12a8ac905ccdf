package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.RawConnection;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGTERM, or SIGHUP, while clients ask without pause, of a model that is slow enough for requests to be queued
/// and running.
final class TerminationIT {
    private static final int CLIENTS = 4;
    private static final int WIDTH = 256;
    private static final int BEFORE = 25;
    private static final int BOUND = 5000;

    @TempDir
    private Path models;

    private final AtomicInteger answered = new AtomicInteger();
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    @Test
    void answersEveryAcceptedRequestAndEndsWithZero() throws Exception {
        answersEveryAcceptedRequest(ServerProcess::terminate);
    }

    @Test
    void answersEveryAcceptedRequestWhenItsTerminalCloses() throws Exception {
        answersEveryAcceptedRequest(server -> {
            // The system and the shell send one each.
            hangUp(server);
            hangUp(server);
            if (ignoresHangUp(server)) {
                server.terminate();
            }
        });
    }

    /// What `nohup` keeps from the tests, it keeps from the server that they start.
    private static boolean ignoresHangUp(ServerProcess server) {
        Path status = Path.of("/proc", Long.toString(server.handle().pid()), "status");
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .mapToLong(line -> Long.parseUnsignedLong(
                            line.substring("SigIgn:".length()).strip(), 16))
                    .anyMatch(signals -> (signals & 1) != 0);
        } catch (IOException | UncheckedIOException _) {
            // The server has ended, or the system has no such file.
            return false;
        }
    }

    private static void hangUp(ServerProcess server) {
        try {
            String pid = Long.toString(server.handle().pid());
            assertThat(new ProcessBuilder("kill", "-HUP", pid).start().waitFor())
                    .isZero();
        } catch (IOException unstarted) {
            throw new UncheckedIOException(unstarted);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private void answersEveryAcceptedRequest(Consumer<ServerProcess> stop) throws Exception {
        OnnxModels.slow(200).writeTo(Files.createDirectories(models.resolve("slow/1")));
        try (ServerProcess server = ServerProcess.serve(models);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch underLoad = new CountDownLatch(2 * CLIENTS * BEFORE);
            for (int i = 0; i < CLIENTS; i++) {
                HttpClient.Version version = i % 2 == 0 ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2;
                clients.execute(() -> askOverRest(server, version, underLoad));
                clients.execute(() -> askOverGrpc(server, underLoad));
            }
            assertThat(underLoad.await(60, TimeUnit.SECONDS)).isTrue();

            stop.accept(server);

            assertThat(server.awaitExit()).isZero();
            clients.shutdown();
            assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
            assertThat(failures).as("after %d answers", answered.get()).isEmpty();
            assertThat(answered.get()).isGreaterThan(2 * CLIENTS * BEFORE);
            assertThat(server.output()).noneMatch(line -> line.contains("ERROR"));
        }
    }

    @Test
    void endsAtOnceWhenNothingIsUnderWay() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("m/1")));
        try (ServerProcess server = ServerProcess.serve(models, "-Dkaon.shutdown.delay=0s")) {
            server.terminate();
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void answersWhoWasConnectedAndHadNotAskedYet() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("m/1")));
        try (ServerProcess server = ServerProcess.serve(models, "-Dkaon.shutdown.delay=0s")) {
            assertThat(server.get("/v1/models/m").statusCode()).isEqualTo(200);
            try (RawConnection client = new RawConnection(server.restPort())) {
                server.terminate();

                // Longer than a server would wait that looks only at requests.
                assertThat(client.isSilentFor(400)).isTrue();
                client.send("GET /v1/models/m HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(client.answer()).startsWith("HTTP/1.1 200").containsIgnoringCase("connection: close");
            }
            assertThat(server.awaitExit()).isZero();
        }
    }

    private void askOverRest(ServerProcess server, HttpClient.Version version, CountDownLatch underLoad) {
        String body = "{\"instances\":[["
                + String.join(",", IntStream.range(0, WIDTH).mapToObj(i -> "1").toList()) + "]]}";
        HttpRequest request = HttpRequest.newBuilder(server.url("/v1/models/slow:predict"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
            for (int i = 0; i < BOUND; i++) {
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200 && answer.body().contains("1.0")) {
                    count(underLoad);
                } else {
                    failures.add(version + " " + answer.statusCode() + " " + answer.body());
                }
            }
        } catch (ConnectException _) {
            // The port is closed: the request was not accepted.
            return;
        } catch (IOException failure) {
            failures.add(version + " " + failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void askOverGrpc(ServerProcess server, CountDownLatch underLoad) {
        float[] ones = new float[WIDTH];
        Arrays.fill(ones, 1);
        PredictRequest request = GrpcTensors.predict("slow", "x", GrpcTensors.floats(ones, 1, WIDTH));
        ManagedChannel channel = server.channel();
        try {
            var stub = PredictionServiceGrpc.newBlockingStub(channel);
            for (int i = 0; i < BOUND; i++) {
                PredictResponse answer = stub.predict(request);
                assertThat(answer.getOutputsOrThrow("y").getFloatValCount()).isEqualTo(WIDTH);
                count(underLoad);
            }
        } catch (StatusRuntimeException failure) {
            boolean refusedAtTheDoor = failure.getStatus().getCode() == Status.Code.UNAVAILABLE
                    && rootCause(failure) instanceof ConnectException;
            if (!refusedAtTheDoor) {
                failures.add("gRPC " + failure.getStatus() + " " + failure.getCause());
            }
        } finally {
            channel.shutdownNow();
        }
    }

    private void count(CountDownLatch underLoad) {
        answered.incrementAndGet();
        underLoad.countDown();
    }

    private static Throwable rootCause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
