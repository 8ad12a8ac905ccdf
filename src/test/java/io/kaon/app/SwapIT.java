package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A new version appears while clients ask without pause.
final class SwapIT {
    /// What a client saw: how many answers of each version, and everything that was neither.
    private record Seen(int first, int second, List<String> failures) {}

    @TempDir
    private Path models;

    @Test
    void notOneRequestFailsWhileVersionTwoTakesOver() throws Exception {
        write(1, 0.5f, 2f);
        try (ServerProcess server = ServerProcess.serve(models);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicBoolean stop = new AtomicBoolean();
            Future<Seen> rest = clients.submit(restClient(server, stop));
            Future<Seen> grpc = clients.submit(grpcClient(server, stop));

            write(2, 3f, 0f);

            // Each client goes on for a while after it has seen version 2, so that the old one is gone by then.
            Seen overRest = finished(rest);
            Seen overGrpc = finished(grpc);
            assertThat(overRest.failures()).isEmpty();
            assertThat(overGrpc.failures()).isEmpty();
            assertThat(overRest.second()).isPositive();
            assertThat(overGrpc.second()).isPositive();
            assertThat(server.health("/q/health/ready").statusCode()).isEqualTo(200);
            assertThat(server.get("/v1/models/m").body()).contains("\"2\"", "AVAILABLE", "\"1\"", "END");
        }
    }

    private void write(int version, float factor, float offset) throws IOException {
        // Finished elsewhere and renamed into place, as the documentation asks.
        Path hidden = Files.createDirectories(models.resolve("m").resolve(".incoming-" + version));
        OnnxModels.linear(factor, offset).writeTo(hidden);
        Files.move(hidden, models.resolve("m").resolve(Integer.toString(version)));
    }

    private static Callable<Seen> restClient(ServerProcess server, AtomicBoolean stop) {
        return () -> ask(
                stop,
                () -> {
                    HttpResponse<String> answer = server.post("/v1/models/m:predict", "{\"instances\":[2.0]}");
                    return answer.statusCode() + " " + answer.body().replaceAll("[^0-9.]", "");
                },
                "200 3.0",
                "200 6.0");
    }

    private static Callable<Seen> grpcClient(ServerProcess server, AtomicBoolean stop) {
        return () -> {
            ManagedChannel channel = server.channel();
            try {
                var stub = PredictionServiceGrpc.newBlockingStub(channel);
                var request = GrpcTensors.predict("m", "x", GrpcTensors.floats(new float[] {2}, 1));
                return ask(
                        stop,
                        () -> String.valueOf(
                                stub.predict(request).getOutputsOrThrow("y").getFloatVal(0)),
                        "3.0",
                        "6.0");
            } finally {
                channel.shutdownNow();
            }
        };
    }

    private static Seen ask(AtomicBoolean stop, Callable<String> request, String first, String second) {
        int old = 0;
        int fresh = 0;
        List<String> failures = new ArrayList<>();
        while (!stop.get() && fresh < 500 && failures.size() < 10) {
            String answer;
            try {
                answer = request.call();
            } catch (Exception failure) {
                answer = failure.toString();
            }
            if (answer.equals(first) && fresh == 0) {
                old++;
            } else if (answer.equals(second)) {
                fresh++;
            } else {
                failures.add(answer);
            }
        }
        return new Seen(old, fresh, failures);
    }

    private static Seen finished(Future<Seen> client)
            throws InterruptedException, ExecutionException, TimeoutException {
        return client.get(60, TimeUnit.SECONDS);
    }
}
