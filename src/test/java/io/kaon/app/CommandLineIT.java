package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.FreePorts;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.ServerProcess.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged program's command line.
final class CommandLineIT {
    @TempDir
    private Path folder;

    @Test
    void showsAllMistakesAtOnceWithTheNearestNames() {
        Finished serve = ServerProcess.run(
                Map.of(),
                "serve",
                folder.toString(),
                "--rest_api_prt=1",
                "--port=many",
                "--use_alts_credentials",
                "-Dkaon.batch.lane=4",
                "-Dkaon.poll-interval=often");
        assertThat(serve.status()).isEqualTo(2);
        assertThat(serve.output())
                .contains("unknown flag --rest_api_prt: did you mean --rest_api_port?")
                .contains("--port: expected a number, got \"many\"")
                .doesNotContain("kaon.grpc.port")
                .contains("--use_alts_credentials=true: ALTS is not built")
                .contains("unknown option kaon.batch.lane: did you mean kaon.batch.lanes?")
                .contains("kaon.poll-interval");
    }

    @Test
    void printsKubernetesDocumentsWithTheOptionsOfTheServerInThem() throws IOException {
        Finished printed = ServerProcess.run(
                Map.of(),
                "manifests",
                "--name",
                "digits",
                "--models",
                "pvc://models",
                "-Dkaon.batch.max-delay=2ms",
                "-Dkaon.rest.timeout=10s");
        assertThat(printed.status()).isZero();
        assertThat(printed.output()).isEqualTo(Files.readString(Path.of("src/test/resources/kubernetes/options.yaml")));
        Finished refused = ServerProcess.run(Map.of(), "manifests", "--models", "pvc://models", "-Dkaon.batch.lains=2");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.output()).contains("unknown option kaon.batch.lains: did you mean kaon.batch.lanes?");
    }

    @Test
    void saysThatAFileOfOptionsCannotBeRead() throws IOException {
        Path options = folder.resolve("broken.properties");
        Files.writeString(options, "kaon.models=\\u12");
        Map<String, String> environment = Map.of("SMALLRYE_CONFIG_LOCATIONS", options.toString());
        String problem = "or another file of options, cannot be read: Malformed \\uxxxx encoding";
        Finished alone = ServerProcess.run(environment, "serve", folder.toString());
        assertThat(alone.status()).isNotZero();
        assertThat(alone.output()).contains(problem).doesNotContain("Exception");
        Finished both = ServerProcess.run(environment, "serve", folder.toString(), "--rest_api_prt=1");
        assertThat(both.status()).isEqualTo(2);
        assertThat(both.output()).contains("unknown flag --rest_api_prt").doesNotContain("Exception");
    }

    @Test
    void showsMistakesInOptionsAlone() {
        Finished serve = ServerProcess.run(
                Map.of(),
                "serve",
                folder.toString(),
                "-Dkaon.batch.lane=4",
                "-Dkaon.batch.queue=0",
                "-Dkaon.batch.lanes=many",
                "-Dkaon.grpc.port=99999",
                "-Dkaon.limits.stall=0s",
                "-Dkaon.shutdown.delay=-1s",
                "-Dkaon.limits.in-flight-bytes=0",
                "-Dkaon.rest.timeout=soon",
                "-Dkaon.poll-interval=");
        assertThat(serve.status()).isEqualTo(2);
        assertThat(serve.output())
                .contains("unknown option kaon.batch.lane: did you mean kaon.batch.lanes?")
                .contains("kaon.batch.queue=0: expected a number that is at least 1, got \"0\"")
                .contains("kaon.batch.lanes=many: expected a number that is at least 1, got \"many\"")
                .contains("kaon.grpc.port=99999: expected a port from 0 to 65535, got \"99999\"")
                .contains("kaon.limits.stall=0s: expected a time that is longer than 0, got \"0s\"")
                .contains("kaon.shutdown.delay=-1s: expected a time that is not negative, got \"-1s\"")
                .contains("kaon.limits.in-flight-bytes=0: expected a size of at least one byte")
                .contains("kaon.rest.timeout=soon")
                .contains("kaon.poll-interval: expected a value, got nothing")
                .doesNotContain("\tat ", "SRCFG");
    }

    @Test
    void refusesTwoPortsThatAreTheSame() {
        Finished serve = ServerProcess.run(
                Map.of(),
                "serve",
                folder.toString(),
                "--port=18777",
                "--rest_api_port=18777",
                "-Dquarkus.management.port=18777");
        assertThat(serve.status()).isEqualTo(2);
        assertThat(serve.output())
                .contains("REST (--rest_api_port) and gRPC (--port): expected different ports, got 18777 for both")
                .contains("gRPC (--port) and management (-Dquarkus.management.port)");
    }

    @Test
    void namesVariablesThatLookLikeOptions() {
        Map<String, String> environment = Map.of(
                "KAON_BATCH_LANE", "4",
                "KAON_SERVICE_HOST", "10.0.0.1",
                "KAON_PORT_8501_TCP_ADDR", "10.0.0.1",
                "KAON_TFS_OUTPUTS__IRIS__SCORES", "p",
                "KAON_ENGINE_MODELS__IRIS__INTRA_OP_THREADS", "2");
        Finished serve = ServerProcess.run(
                environment, "serve", folder.resolve("nowhere").toString());
        assertThat(serve.output().lines().filter(line -> line.startsWith("note: ")))
                .containsExactly("note: the variable KAON_BATCH_LANE sets no option: did you mean KAON_BATCH_LANES?");
    }

    @Test
    void saysThatAFolderDoesNotExist() {
        Finished serve =
                ServerProcess.run(Map.of(), "serve", folder.resolve("nowhere").toString());
        assertThat(serve.status()).isPositive();
        assertThat(serve.output()).contains("error: ").contains("nowhere").doesNotContain("\tat ");
    }

    @Test
    void takesTheReferencesLineAndSaysWhatHasNoEffect() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("half/1")));
        List<String> line = List.of(
                "--model_name",
                "m",
                "--model_base_path=" + folder.resolve("half"),
                "--enable_batching",
                "--max_num_load_retries=1",
                "--rest_api_num_threads=8",
                "--enable_model_warmup=true");
        try (ServerProcess server =
                ServerProcess.start(List.of(), line, Map.of()).awaitReady()) {
            assertThat(server.post("/v1/models/m:predict", "{\"instances\":[2]}")
                            .body())
                    .contains("3.0");
            assertThat(server.output())
                    .anyMatch(text -> text.startsWith("note: --max_num_load_retries=1 has no effect: "))
                    .anyMatch(text -> text.startsWith("note: --rest_api_num_threads=8 has no effect: "))
                    .noneMatch(text -> text.contains("enable_model_warmup"));
        }
    }

    @Test
    void takesTheImagesVariables() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("one/1")));
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("two/1")));
        Map<String, String> image = Map.of("MODEL_BASE_PATH", folder.toString(), "MODEL_NAME", "one");
        try (ServerProcess server =
                ServerProcess.start(List.of(), List.of(), image).awaitReady()) {
            assertThat(server.get("/v1/models/one").statusCode()).isEqualTo(200);
            assertThat(server.get("/v1/models/two").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void printsItsOptionsOnRequestAndNoSecret() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("half/1")));
        List<String> line = List.of("-Dkaon.print-config=true", "-Dkaon.batch.lanes=2", folder.toString());
        Map<String, String> environment = Map.of("KAON_ADMIN_TOKEN", "open-sesame");
        try (ServerProcess server =
                ServerProcess.start(List.of(), line, environment).awaitReady()) {
            assertThat(server.output())
                    .contains(
                            "kaon.batch.lanes = 2  (command line)",
                            "kaon.admin.token = ***  (environment)",
                            "kaon.batch.queue = 1000  (default)")
                    .noneMatch(text -> text.contains("open-sesame"))
                    .noneMatch(text -> text.startsWith("quarkus.") && text.endsWith("(default)"));
        }
    }

    @Test
    void servesAFolderOfVersionsAsOneModel() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("half/1")));
        try (ServerProcess server = ServerProcess.serve(folder.resolve("half"))) {
            assertThat(server.post("/v1/models/half:predict", "{\"instances\":[2]}")
                            .body())
                    .contains("3.0");
            assertThat(server.output()).anyMatch(line -> line.contains("so it is served as one model, `half`"));
        }
    }

    /// As root sees it, this folder cannot be walked; a folder of another user's is the same to any other user.
    @Test
    void servesBesideWhatCannotBeWalked() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("half/1")));
        Files.createDirectories(folder.resolve("lost+found" + "/deeper".repeat(70)));
        try (ServerProcess server = ServerProcess.serve(folder)) {
            assertThat(server.post("/v1/models/half:predict", "{\"instances\":[2]}")
                            .body())
                    .contains("3.0");
        }
    }

    @Test
    void refusesAVersionWhereAModelIsExpected() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("half/1")));
        Finished serve =
                ServerProcess.run(Map.of(), "serve", folder.resolve("half/1").toString());
        assertThat(serve.status()).isEqualTo(2);
        assertThat(serve.output()).contains("half/1 is one version of a model: expected the model's directory");
    }

    @Test
    void saysThatNothingIsLookedForWhereNothingIsPolled() {
        try (ServerProcess server = ServerProcess.serve(folder, "--file_system_poll_wait_seconds=0")) {
            assertThat(server.output())
                    .anyMatch(line -> line.startsWith("no models, and none is looked for"))
                    .noneMatch(line -> line.contains("as soon as they appear"));
        }
    }

    /// All of them are found by parts that are made after the models have begun to load.
    @Test
    void refusesWhatIsWrongBeforeAnythingIsLoaded() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("half/1")));
        Finished serve = ServerProcess.run(
                Map.of(),
                "serve",
                folder.toString(),
                "-Dkaon.grpc.tls=nope",
                "-Dkaon.admin.reload=on",
                "-Dquarkus.http.tls-configuration-name=none");
        assertThat(serve.status()).isEqualTo(2);
        assertThat(serve.output().lines())
                .anyMatch(line -> line.contains("error: kaon.grpc.tls=nope: there is no quarkus.tls.nope"))
                .anyMatch(line -> line.contains("error: kaon.admin.reload=on lets everyone"))
                .anyMatch(line -> line.contains("error: quarkus.http.tls-configuration-name=none: there is no"))
                .noneMatch(line -> line.contains("phase=LOADING"));
        for (String wrong : List.of(
                "-Dkaon.admin.allowed-locations=nope://",
                "-Dkaon.tfs.metrics-path=metrics",
                "--monitoring_config_file=" + folder.resolve("missing"))) {
            Finished one = ServerProcess.run(Map.of(), "serve", folder.toString(), wrong);
            assertThat(one.status()).as(wrong).isEqualTo(2);
            assertThat(one.output()).contains("error: ").doesNotContain("phase=LOADING", "\tat ");
        }
    }

    @Test
    void inspectsAndChecks() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("half/2")));
        String model = folder.resolve("half").toString();
        Finished inspect = ServerProcess.run(Map.of(), "inspect", model);
        assertThat(inspect.output()).contains("input x  FLOAT[batch]", "output y  FLOAT[batch]");
        assertThat(inspect.status()).isZero();
        Finished check = ServerProcess.run(Map.of(), "check", "file:" + model + "/2", "-Dkaon.print-config=true");
        assertThat(check.output()).contains("loaded in ", "ran on zeros", "output y  FLOAT[1]");
        assertThat(check.status()).isZero();
        for (String command : List.of("inspect", "check")) {
            Finished nowhere = ServerProcess.run(Map.of(), command, "nope://bucket/m");
            assertThat(nowhere.status()).isEqualTo(2);
            assertThat(nowhere.output()).contains("error: no store reads nope://bucket/m: expected a scheme of [");
        }
    }

    @Test
    void tellsTheHealthOfARunningServer() {
        try (ServerProcess server = ServerProcess.serve(folder)) {
            String health = server.healthUrl("/q/health/ready").toString();
            Finished ready = ServerProcess.run(Map.of(), "health", health);
            assertThat(ready.output()).contains("\"status\": \"UP\"");
            assertThat(ready.status()).isZero();
            String port = Integer.toString(server.healthUrl("/").getPort());
            assertThat(ServerProcess.run(Map.of("QUARKUS_MANAGEMENT_PORT", port), "health")
                            .output())
                    .contains("\"status\": \"UP\"");
            assertThat(ServerProcess.run(Map.of(), "health", "-Dquarkus.management.port=" + port)
                            .status())
                    .isZero();
            Finished none = ServerProcess.run(Map.of(), "health", health + "/nothing");
            assertThat(none.output()).contains("answers 404");
            assertThat(none.status()).isEqualTo(1);
            server.terminate();
            assertThat(server.awaitExit()).isZero();
            Finished gone = ServerProcess.run(Map.of(), "health", health);
            assertThat(gone.output()).contains("error: " + health);
            assertThat(gone.status()).isEqualTo(1);
        }
    }

    @Test
    void asksForTheHealthWhereTheOptionsSay() {
        int closed = FreePorts.find(1).getFirst();
        Finished asked = ServerProcess.run(
                Map.of("QUARKUS_MANAGEMENT_PORT", Integer.toString(closed), "QUARKUS_MANAGEMENT_HOST", "127.0.0.1"),
                "health");
        assertThat(asked.status()).isEqualTo(1);
        assertThat(asked.output()).contains("error: http://127.0.0.1:" + closed + "/q/health/ready");
        Finished wrong = ServerProcess.run(Map.of("QUARKUS_MANAGEMENT_PORT", "many"), "health");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.output()).contains("quarkus.management.port").doesNotContain("\tat ");
    }

    @Test
    void failsTheCheckOfABrokenModel() throws IOException {
        Files.write(Files.createDirectories(folder.resolve("broken/1")).resolve("model.onnx"), new byte[] {1});
        Finished check =
                ServerProcess.run(Map.of(), "check", folder.resolve("broken").toString());
        assertThat(check.status()).isEqualTo(1);
        assertThat(check.output()).contains("error: ");
        Finished nothing = ServerProcess.run(Map.of(), "check", folder.toString());
        assertThat(nothing.status()).isEqualTo(1);
        assertThat(nothing.output()).contains("model.onnx");
    }

    @Test
    void tellsItsVersionAndItsCommands() {
        assertThat(ServerProcess.run(Map.of(), "--version").output()).matches("(?s)kaon \\d+\\.\\d+\\.\\d+ .*");
        assertThat(ServerProcess.run(Map.of(), "--help").output()).contains("serve", "check", "inspect");
        assertThat(ServerProcess.run(Map.of(), "serve", "--help").output())
                .contains("--model_base_path", "--rest_api_port");
    }
}
