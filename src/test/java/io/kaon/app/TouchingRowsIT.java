package io.kaon.app;

import static io.kaon.testkit.OnnxType.tensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.JsonTensors;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.SavedModels;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.Tensors;
import io.kaon.testkit.TouchingRows;
import io.kaon.testkit.TouchingRows.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Many clients at once on a server with default options, whose models' rows touch each other, or do not.
final class TouchingRowsIT {
    private static final int REST_CLIENTS = 24;
    private static final int GRPC_CLIENTS = 40;
    private static final int REQUESTS = 400;
    private static final int QUESTIONS = 20;

    @TempDir
    private static Path models;

    private static ServerProcess server;
    private static ManagedChannel channel;
    private static long seed;

    @BeforeAll
    static void start() throws IOException {
        seed = System.nanoTime();
        System.out.println("seed " + seed);
        for (Kind kind : kinds()) {
            kind.model().writeTo(models.resolve(kind.name() + "/1"));
        }
        OnnxModels.halfPlusTwo().writeTo(models.resolve("sound_numbers/1"));
        OnnxModels.lookup("a", "b", "c").writeTo(models.resolve("sound_lookup/1"));
        OnnxModels.classifier("red", "green", "blue").writeTo(models.resolve("sound_classifier/1"));
        OnnxModels.identity(tensor(DataType.FLOAT, "n", "m")).writeTo(models.resolve("sound_any_width/1"));
        if (!ServerProcess.isExecutable()) {
            SavedModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("sound_saved_model/1")));
        }
        server = ServerProcess.serve(models);
        channel = server.channel();
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.close();
    }

    /// Those that the program under test has an engine for.
    static List<Kind> kinds() {
        return TouchingRows.all().stream()
                .filter(kind -> !kind.isSavedModel() || !ServerProcess.isExecutable())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void answersEveryRequestWithItsOwn(Kind kind) throws Exception {
        Random random = new Random(seed);
        List<NamedTensors> questions = new ArrayList<>();
        List<String> rest = new ArrayList<>();
        List<Object> grpc = new ArrayList<>();
        for (int i = 0; i < QUESTIONS; i++) {
            NamedTensors question = kind.request().apply(random);
            questions.add(question);
            rest.add(askOverRest(kind.name(), question));
            grpc.add(askOverGrpc(kind.name(), question));
        }
        assertThat(wrong(REST_CLIENTS, i -> askOverRest(kind.name(), questions.get(i)), rest))
                .as("wrong of %d over REST", REQUESTS)
                .isZero();
        assertThat(wrong(GRPC_CLIENTS, i -> askOverGrpc(kind.name(), questions.get(i)), grpc))
                .as("wrong of %d over gRPC", REQUESTS)
                .isZero();
        assertThat(server.health("/q/metrics").body())
                .as("what a row answers depends on its company")
                .doesNotContain("kaon_merging_state{model=\"" + kind.name()
                        + "\",signature=\"serving_default\",state=\"merged\"");
    }

    @Test
    void mergesModelsWhoseRowsDoNotTouch() throws Exception {
        for (String model : List.of("sound_numbers", "sound_lookup", "sound_classifier", "sound_any_width")) {
            awaitMerged(model);
        }
        if (!ServerProcess.isExecutable()) {
            awaitMerged("sound_saved_model");
        }
        NamedTensors numbers = NamedTensors.of("x", Tensors.floats(1, 2, 3));
        Object expected = askOverGrpc("sound_numbers", numbers);
        for (int i = 0; i < 20; i++) {
            assertThat(wrong(GRPC_CLIENTS, _ -> askOverGrpc("sound_numbers", numbers), List.of(expected)))
                    .isZero();
        }
        String page = server.health("/q/metrics").body();
        double batches = value(page, "kaon_batch_requests_count{model=\"sound_numbers\",version=\"1\"} ");
        double requests = value(page, "kaon_batch_requests_sum{model=\"sound_numbers\",version=\"1\"} ");
        System.out.println(requests + " requests in " + batches + " runs");
        assertThat(batches).isLessThan(requests);
        NamedTensors words = NamedTensors.of("x", Tensors.strings(Shape.of(2), "b", "z"));
        assertThat(wrong(
                        REST_CLIENTS,
                        _ -> askOverRest("sound_lookup", words),
                        List.of(askOverRest("sound_lookup", words))))
                .isZero();
    }

    private static void awaitMerged(String model) {
        String merged = "kaon_merging_state{model=\"" + model + "\",signature=\"serving_default\",state=\"merged\"";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!server.health("/q/metrics").body().contains(merged)) {
            assertThat(System.nanoTime()).as("%s is not merged", model).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static double value(String page, String name) {
        int at = page.indexOf(name);
        assertThat(at).as(name).isNotNegative();
        return Double.parseDouble(page.substring(at + name.length(), page.indexOf('\n', at)));
    }

    private static String askOverRest(String model, NamedTensors question) {
        return server.post("/v1/models/" + model + ":predict", JsonTensors.columns(question))
                .body();
    }

    private static Object askOverGrpc(String model, NamedTensors question) {
        return PredictionServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .predict(GrpcTensors.predict(model, question))
                .getOutputsMap();
    }

    /// How many of many requests at once are answered otherwise than they were alone.
    private static int wrong(int clients, Function<Integer, Object> ask, List<?> alone) throws Exception {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                running.add(threads.submit(() -> {
                    for (int i = next.getAndIncrement(); i < REQUESTS; i = next.getAndIncrement()) {
                        int question = i % alone.size();
                        wrong.addAndGet(ask.apply(question).equals(alone.get(question)) ? 0 : 1);
                    }
                }));
            }
            for (Future<?> end : running) {
                Object _ = end.get(2, TimeUnit.MINUTES);
            }
        }
        return wrong.get();
    }
}
