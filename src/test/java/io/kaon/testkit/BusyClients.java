package io.kaon.testkit;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// Clients that ask a model `m` for 2 without pause, each over a connection of its own, and remember every answer.
/// They try nothing twice.
public final class BusyClients implements AutoCloseable {
    /// So many failures say enough.
    private static final int FAILURES = 20;

    private static final long PATIENCE_S = 60;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    /// @param way how failures and answers are told apart from those of other clients
    public void askOverRest(int clients, String way, int port) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/models/m:predict"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"instances\":[2.0]}"))
                .build();
        for (int i = 0; i < clients; i++) {
            threads.execute(() -> {
                try (HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
                    ask(way, () -> {
                        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                        String prediction = answer.body().replaceAll("[^0-9.]", "");
                        return answer.statusCode() == 200 ? prediction : answer.statusCode() + " " + answer.body();
                    });
                }
            });
        }
    }

    /// @param way as for REST
    public void askOverGrpc(int clients, String way, int port) {
        PredictRequest request = GrpcTensors.predict("m", "x", GrpcTensors.floats(new float[] {2}, 1));
        for (int i = 0; i < clients; i++) {
            threads.execute(() -> {
                ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                        .usePlaintext()
                        .disableRetry()
                        .build();
                try {
                    var stub = PredictionServiceGrpc.newBlockingStub(channel);
                    ask(way, () -> {
                        var answer = stub.withDeadlineAfter(PATIENCE_S, TimeUnit.SECONDS)
                                .predict(request);
                        return Float.toString(answer.getOutputsOrThrow("y").getFloatVal(0));
                    });
                } finally {
                    channel.shutdownNow();
                }
            });
        }
    }

    private void ask(String way, Callable<String> question) {
        while (!stopped && failures.size() < FAILURES) {
            try {
                count(way + " " + question.call());
            } catch (Exception failure) {
                failures.add(way + " " + failure + " " + failure.getCause());
            }
        }
    }

    private void count(String answer) {
        answers.computeIfAbsent(answer, _ -> new LongAdder()).increment();
    }

    /// How often each answer came, by the way and what was answered: `rest 3.0`.
    public Map<String, Long> answers() {
        Map<String, Long> counted = new TreeMap<>();
        answers.forEach((answer, times) -> counted.put(answer, times.sum()));
        return counted;
    }

    /// What was no answer at all.
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /// Lets each finish what it asks now.
    public void stop() throws InterruptedException {
        stopped = true;
        threads.shutdown();
        if (!threads.awaitTermination(PATIENCE_S, TimeUnit.SECONDS)) {
            throw new AssertionError("clients still wait for answers after " + PATIENCE_S + " s");
        }
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdownNow();
    }
}
