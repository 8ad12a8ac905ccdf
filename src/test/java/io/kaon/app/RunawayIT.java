package io.kaon.app;

import static io.kaon.testkit.OnnxType.tensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.OnnxAttribute;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.OnnxType;
import io.kaon.testkit.RawConnection;
import io.kaon.testkit.SavedModels;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs that do not end by themselves, on a server with default options but for the times.
final class RunawayIT {
    private static final NamedTensors BELOW_ZERO = NamedTensors.of("x", Tensors.floats(-1));
    private static final NamedTensors ABOVE_ZERO = NamedTensors.of("x", Tensors.floats(1));

    @TempDir
    private Path models;

    @BeforeEach
    void writeModels() throws IOException {
        OnnxModels.endlessBelowZero().writeTo(models.resolve("endless/1"));
        if (!ServerProcess.isExecutable()) {
            SavedModels.endlessBelowZero().writeTo(Files.createDirectories(models.resolve("endless_saved/1")));
        }
        OnnxModels.halfPlusTwo().writeTo(models.resolve("light/1"));
        OnnxModels.slow(200).writeTo(models.resolve("heavy/1"));
        asLongAsAsked().writeTo(models.resolve("asked/1"));
    }

    /// Of each engine that the program under test has.
    static List<String> endlessModels() {
        return ServerProcess.isExecutable() ? List.of("endless") : List.of("endless", "endless_saved");
    }

    /// INT64 `n` to itself, by a loop of so many steps.
    private static OnnxModel asLongAsAsked() {
        OnnxType flag = tensor(DataType.BOOL);
        OnnxType number = tensor(DataType.FLOAT, "1");
        OnnxModel body = new OnnxModel()
                .input("iteration", tensor(DataType.INT64))
                .input("again", flag)
                .input("before", number)
                .node("Identity", List.of("again"), List.of("still"))
                .node("Add", List.of("before", "one"), List.of("after"))
                .output("still", flag)
                .output("after", number);
        return new OnnxModel()
                .input("n", tensor(DataType.INT64))
                .constant("one", Tensors.floats(1))
                .constant("zero", Tensors.floats(0))
                .node("Loop", List.of("n", "", "zero"), List.of("y"), OnnxAttribute.of("body", body))
                .output("y", number);
    }

    @ParameterizedTest
    @MethodSource("endlessModels")
    void endsRunsAtTheirCallersDeadlineAndHoldsUpNoOtherModel(String endless) throws Exception {
        try (ServerProcess server = ServerProcess.serve(models);
                ExecutorService clients = Executors.newCachedThreadPool()) {
            ManagedChannel channel = server.channel();
            List<Future<Status.Code>> running = new ArrayList<>();
            for (int call = 0; call < 6; call++) {
                running.add(clients.submit(() -> failure(channel, endless, BELOW_ZERO, 6)));
            }
            // While those run: a model on event loops, one on lanes, the status, and readiness.
            for (int i = 0; i < 20; i++) {
                assertThat(server.post("/v1/models/light:predict", "{\"instances\":[2]}")
                                .body())
                        .contains("3.0");
                assertThat(server.get("/v1/models/light").statusCode()).isEqualTo(200);
                assertThat(server.health("/q/health/ready").statusCode()).isEqualTo(200);
            }
            predict(channel, "heavy", NamedTensors.of("x", Tensors.floats(Shape.of(1, 256), new float[256])), 5);
            assertThat(running).as("runs that ended early").noneMatch(Future::isDone);
            for (Future<Status.Code> call : running) {
                // Those whose deadline has passed in the queue are told so, if the client waits for the answer.
                assertThat(call.get(30, TimeUnit.SECONDS))
                        .isIn(Status.Code.DEADLINE_EXCEEDED, Status.Code.RESOURCE_EXHAUSTED);
            }
            predict(channel, endless, ABOVE_ZERO, 5);
            awaitIdle(server);
            channel.shutdownNow();
        }
    }

    @Test
    void endsRunsOfRestClientsAtTheirTimeout() throws Exception {
        try (ServerProcess server = ServerProcess.serve(models, "--rest_api_timeout_in_ms=1500");
                ExecutorService clients = Executors.newCachedThreadPool()) {
            List<Future<Integer>> running = new ArrayList<>();
            for (int call = 0; call < 2; call++) {
                running.add(clients.submit(() -> server.post("/v1/models/endless:predict", "{\"instances\":[-1]}")
                        .statusCode()));
            }
            for (Future<Integer> call : running) {
                assertThat(call.get(30, TimeUnit.SECONDS)).isEqualTo(504);
            }
            assertThat(server.post("/v1/models/endless:predict", "{\"instances\":[1]}")
                            .statusCode())
                    .isEqualTo(200);
            awaitIdle(server);
        }
    }

    @ParameterizedTest
    @MethodSource("endlessModels")
    void endsARunWhoseCallerNamesNoDeadlineAtTheServersOwn(String endless) {
        try (ServerProcess server = ServerProcess.serve(models, "-Dkaon.run.timeout=1s")) {
            ManagedChannel channel = server.channel();
            assertThat(failure(channel, endless, BELOW_ZERO, 60)).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            predict(channel, endless, ABOVE_ZERO, 5);
            awaitIdle(server);
            channel.shutdownNow();
        }
    }

    @Test
    void endsARunWhoseCallerHasLeft() throws Exception {
        try (ServerProcess server =
                ServerProcess.serve(models, "--rest_api_timeout_in_ms=0", "-Dkaon.run.timeout=0s")) {
            try (RawConnection leaving = new RawConnection(server.restPort())) {
                String body = "{\"instances\":[-1]}";
                leaving.send("POST /v1/models/endless:predict HTTP/1.1\r\nHost: kaon\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body);
                awaitBusy(server);
            }
            awaitIdle(server);
        }
    }

    /// Runs come to event loops when their model is known as quick, which takes more of them on a busy machine. So the
    /// long run is sent until one has been there.
    @Test
    void movesARunFromAnEventLoopToALaneWhenItTakesTooLong() throws Exception {
        try (ServerProcess server = ServerProcess.serve(models.resolve("asked"))) {
            ManagedChannel channel = server.channel();
            NamedTensors few = NamedTensors.of("n", Tensors.longs(Shape.scalar(), 3));
            NamedTensors many = NamedTensors.of("n", Tensors.longs(Shape.scalar(), Long.MAX_VALUE));
            for (int round = 0; round < 20 && !hasMovedARun(server); round++) {
                for (int i = 0; i < 1500; i++) {
                    predict(channel, "asked", few, 30);
                }
                assertThat(failure(channel, "asked", many, 2)).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            }
            assertThat(hasMovedARun(server)).as("a run was moved").isTrue();
            predict(channel, "asked", few, 30);
            awaitIdle(server);
            channel.shutdownNow();
        }
    }

    private static boolean hasMovedARun(ServerProcess server) {
        return server.output().stream()
                .anyMatch(line -> line.contains("model=asked/1 a run on an event loop was ended"));
    }

    private static void predict(ManagedChannel channel, String model, NamedTensors inputs, int seconds) {
        assertThat(PredictionServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(seconds, TimeUnit.SECONDS)
                        .predict(GrpcTensors.predict(model, inputs))
                        .getOutputsCount())
                .isEqualTo(1);
    }

    private static Status.Code failure(ManagedChannel channel, String model, NamedTensors inputs, int seconds) {
        try {
            predict(channel, model, inputs, seconds);
            return Status.Code.OK;
        } catch (StatusRuntimeException failure) {
            return failure.getStatus().getCode();
        }
    }

    private static void awaitBusy(ServerProcess server) {
        await(server, true);
    }

    /// A run that has not ended takes all of a processor.
    private static void awaitIdle(ServerProcess server) {
        await(server, false);
    }

    private static void await(ServerProcess server, boolean busy) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (isBusy(server) != busy) {
            assertThat(System.nanoTime())
                    .as(busy ? "no run has begun" : "a run has not ended")
                    .isLessThan(deadline);
        }
    }

    private static boolean isBusy(ServerProcess server) {
        Duration before = server.handle().info().totalCpuDuration().orElseThrow();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(700);
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        Duration after = server.handle().info().totalCpuDuration().orElseThrow();
        return after.minus(before).toMillis() > 200;
    }
}
