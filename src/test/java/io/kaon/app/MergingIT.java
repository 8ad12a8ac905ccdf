package io.kaon.app;

import static io.kaon.testkit.OnnxType.tensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.tensor.DataType;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.RawConnection;
import io.kaon.testkit.ServerProcess;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Requests of many clients at once: whatever is merged, each client gets the answer to its own request.
final class MergingIT {
    private static final int CLIENTS = 16;
    private static final int EACH = 50;

    @TempDir
    private Path folder;

    @BeforeEach
    void writeModel() throws IOException {
        OnnxModels.sumAndDifference().writeTo(Files.createDirectories(folder.resolve("models/m/1")));
    }

    @Test
    void answersEveryClientWithItsOwnRows() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        try (ServerProcess server = serve()) {
            awaitMerged(server);
            // How many come together is chance, so there are more until some have.
            double alone;
            int asked = 0;
            do {
                int round = asked++;
                inParallel(CLIENTS, client -> {
                    Random random = new Random(seed + client + (long) CLIENTS * round);
                    for (int i = 0; i < EACH; i++) {
                        ask(server, random);
                    }
                });
                String page = server.get("/monitoring/prometheus/metrics").body();
                alone = value(page, "kaon_batch_requests_sum") - value(page, "kaon_batch_requests_count");
            } while (alone == 0 && asked < 20);
            assertThat(alone).as("requests that ran in company").isPositive();
            assertThat(server.get("/monitoring/prometheus/metrics").body())
                    .contains("kaon_batches_total{closed=\"tick_ended\"");
        }
    }

    private static void awaitMerged(ServerProcess server) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!server.get("/monitoring/prometheus/metrics")
                .body()
                .contains("kaon_merging_state{model=\"m\",signature=\"serving_default\",state=\"merged\"")) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static double value(String page, String name) {
        String start = name + "{model=\"m\",version=\"1\"} ";
        int at = page.indexOf(start);
        assertThat(at).as(start).isNotNegative();
        return Double.parseDouble(page.substring(at + start.length(), page.indexOf('\n', at)));
    }

    /// Two instances whose shapes differ are both right, and run apart.
    private static void ask(ServerProcess server, Random random) {
        int rows = 1 + random.nextInt(4);
        List<String> instances = new ArrayList<>();
        List<Float> sums = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            int a = random.nextInt(1000);
            int b = random.nextInt(1000);
            instances.add("{\"a\":[" + a + "," + b + "],\"b\":[" + b + "," + a + "]}");
            sums.add((float) (a + b));
        }
        HttpResponse<String> answer =
                server.post("/v1/models/m:predict", "{\"instances\":[" + String.join(",", instances) + "]}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(JsonPath.from(answer.body()).getList("predictions.sum.collect { it[0] }", Float.class))
                .isEqualTo(sums);
    }

    @Test
    void doesWhatTheReferencesParametersSay() throws Exception {
        Path parameters = Files.writeString(folder.resolve("batching"), """
                max_batch_size { value: 10 }
                batch_timeout_micros { value: 60000000 }
                allowed_batch_sizes: 10
                """);
        try (ServerProcess server = serve("--enable_batching", "--batching_parameters_file=" + parameters)) {
            // The timeout is longer than the test may take: only a full batch runs, of one row from each client.
            inParallel(10, _ -> ask(server));
            String page = server.get("/monitoring/prometheus/metrics").body();
            assertThat(page)
                    .contains("kaon_batches_total{closed=\"full\",model=\"m\",version=\"1\"} 1.0")
                    .contains(":tensorflow:serving:batching_session:wrapped_run_count{} 1");
            HttpResponse<String> large = server.post(
                    "/v1/models/m:predict",
                    "{\"instances\":[" + "{\"a\":[1,2],\"b\":[1,2]},".repeat(10) + "{\"a\":[1,2],\"b\":[1,2]}]}");
            assertThat(large.statusCode()).isEqualTo(400);
            assertThat(large.body()).contains("11 rows", "at most 10");
        }
    }

    @Test
    void readsParametersBesideAModel() throws Exception {
        Files.writeString(
                folder.resolve("models/m/1/batching_params.pbtxt"),
                "max_batch_size { value: 2 } batch_timeout_micros { value: 60000000 }");
        try (ServerProcess server = serve("--enable_batching", "--enable_per_model_batching_parameters")) {
            inParallel(2, _ -> ask(server));
            assertThat(server.get("/monitoring/prometheus/metrics").body())
                    .contains("kaon_batches_total{closed=\"full\",model=\"m\",version=\"1\"} 1.0");
        }
    }

    @Test
    void padsShorterRowsWithTheirFirstElement() throws Exception {
        OnnxModels.identity(tensor(DataType.FLOAT, "n", "length")).writeTo(folder.resolve("models/numbers/1"));
        OnnxModels.identity(tensor(DataType.STRING, "n", "length")).writeTo(folder.resolve("models/words/1"));
        OnnxModels.identity(tensor(DataType.FLOAT, "n", "2")).writeTo(folder.resolve("models/pairs/1"));
        try (ServerProcess server = serve(padding("max_batch_size { value: 2 }"))) {
            assertThat(together(server, "numbers", "[[1,2,3]]", "[[7]]"))
                    .containsExactly("[[1.0,2.0,3.0]]", "[[7.0,7.0,7.0]]");
            assertThat(together(server, "words", "[[\"a\"]]", "[[\"b\",\"c\"]]"))
                    .containsExactly("[[\"a\",\"a\"]]", "[[\"b\",\"c\"]]");
            assertThat(together(server, "pairs", "[[1,2]]", "[[3,4]]")).containsExactly("[[1.0,2.0]]", "[[3.0,4.0]]");
            assertThat(server.get("/monitoring/prometheus/metrics").body())
                    .contains("kaon_batches_total{closed=\"full\",model=\"numbers\",version=\"1\"} 1.0")
                    .contains("kaon_batches_total{closed=\"full\",model=\"words\",version=\"1\"} 1.0")
                    .contains("kaon_batches_total{closed=\"full\",model=\"pairs\",version=\"1\"} 1.0");
        }
    }

    @Test
    void runsRequestsAsTheyCameWhenTheModelRefusesThemPadded() throws Exception {
        OnnxModels.rowsOfThree().writeTo(folder.resolve("models/three/1"));
        try (ServerProcess server = serve(padding("max_batch_size { value: 2 }"))) {
            List<String> answers = together(server, "three", "[[1,2,3]]", "[[4,5,6,7]]");
            assertThat(answers.getFirst()).isEqualTo("[[1.0,2.0,3.0]]");
            assertThat(answers.getLast()).contains("error");
        }
    }

    private String[] padding(String others) throws IOException {
        Path parameters = Files.writeString(
                folder.resolve("batching"),
                others + " batch_timeout_micros { value: 60000000 } pad_variable_length_inputs: true");
        return new String[] {"--enable_batching", "--batching_parameters_file=" + parameters};
    }

    /// What is predicted for each of the instances, asked for at the same time; or what was answered instead.
    private static List<String> together(ServerProcess server, String model, String... instances) throws Exception {
        String[] answers = new String[instances.length];
        inParallel(instances.length, client -> {
            String body = server.post("/v1/models/" + model + ":predict", "{\"instances\":" + instances[client] + "}")
                    .body()
                    .replaceAll("\\s", "");
            answers[client] = body.replaceAll("^\\{\"predictions\":(.*)}$", "$1");
        });
        return List.of(answers);
    }

    @Test
    @Timeout(60)
    void refusesAtTheHeadOfARequestWhatTheQueueHasNoRoomFor() throws Exception {
        // The first request waits for company as long as the test may take, and fills the queue meanwhile.
        try (ServerProcess server =
                        serve("-Dkaon.batch.max-delay=8s", "-Dkaon.batch.queue=1", "-Dkaon.batch.merge=on");
                ExecutorService clients = Executors.newSingleThreadExecutor()) {
            Future<?> first = clients.submit(() -> ask(server));
            while (!server.get("/monitoring/prometheus/metrics")
                    .body()
                    .contains("kaon_waiting_requests{model=\"m\",version=\"1\"} 1.0")) {
                Thread.onSpinWait();
            }
            try (RawConnection second = new RawConnection(server.restPort())) {
                second.send("POST /v1/models/m:predict HTTP/1.1\r\nHost: kaon\r\nContent-Length: 10\r\n\r\n");
                assertThat(second.answer())
                        .startsWith("HTTP/1.1 503 ")
                        .containsIgnoringCase("\r\nRetry-After: 1\r\n")
                        .contains("the queue of this model is full");
                // What is left of the request is let through, and the connection serves the next.
                second.send("0123456789GET /v1/models/m HTTP/1.1\r\nHost: kaon\r\n\r\n");
                assertThat(second.answer()).startsWith("HTTP/1.1 200 ");
            }
            first.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void saysWhatIsWrongWithParameters() throws IOException {
        Path parameters = Files.writeString(folder.resolve("batching"), "max_batch_size { value: 0 }");
        ServerProcess.Finished refused = ServerProcess.run(
                Map.of(), "serve", folder.toString(), "--enable_batching", "--batching_parameters_file=" + parameters);
        assertThat(refused.status()).isPositive();
        assertThat(refused.output()).contains("batching: max_batch_size: expected at least 1, got 0");
        ServerProcess.Finished alone =
                ServerProcess.run(Map.of(), "serve", folder.toString(), "--batching_parameters_file=" + parameters);
        assertThat(alone.output()).contains("expected --enable_batching=true with it");
    }

    private static void ask(ServerProcess server) {
        HttpResponse<String> answer =
                server.post("/v1/models/m:predict", "{\"instances\":[{\"a\":[1,2],\"b\":[3,4]}]}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private ServerProcess serve(String... flags) {
        List<String> line = new ArrayList<>(List.of(folder.resolve("models").toString()));
        line.addAll(List.of(flags));
        return ServerProcess.start(List.of(), line, Map.of()).awaitReady();
    }

    @FunctionalInterface
    private interface Client {
        void run(int number);
    }

    private static void inParallel(int clients, Client client) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int number = i;
                running.add(threads.submit(() -> client.run(number)));
            }
            for (Future<?> end : running) {
                Object _ = end.get(2, TimeUnit.MINUTES);
            }
        }
    }
}
