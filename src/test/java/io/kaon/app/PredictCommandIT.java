package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.PublishedSavedModels;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.ServerProcess.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// The packaged program asks the packaged server: predictions over both protocols, lists, states, labels, reloads.
@Timeout(300)
final class PredictCommandIT {
    @TempDir
    private Path folder;

    @Test
    void asksEveryModelOfTheCheckoutOverBothProtocols() {
        List<String> models = new ArrayList<>(List.of("half_plus_two", "mnist"));
        if (!ServerProcess.isExecutable()) {
            models.add("mnist_savedmodel");
        }
        try (ServerProcess server = ServerProcess.serve(Path.of("models"))) {
            for (String model : models) {
                Finished rest = predict(server, model);
                Finished grpc = predict(server, model, "--grpc");
                assertThat(rest.status()).as(rest.output()).isZero();
                assertThat(rest.output())
                        .contains("no values are given: sends the sample", model + " version 1 answered in");
                assertThat(lines(grpc)).as("over gRPC").isEqualTo(lines(rest));
                assertThat(json(server, model, "--grpc")).isEqualTo(json(server, model));
            }
            assertThat(predict(server, "half_plus_two", "1", "2", "5").output())
                    .contains("predictions\n2.5\n3.0\n4.5\n");
            Finished repeated = predict(server, "half_plus_two", "--grpc", "--repeat", "50", "--connections", "2");
            assertThat(repeated.output()).contains("50 requests over 2 connections", "p50", "p99");
            Finished unknown = predict(server, "half_plus_tow", "--grpc", "1");
            assertThat(unknown.status()).isEqualTo(1);
            assertThat(unknown.output())
                    .contains("error: NOT_FOUND: Servable not found", "hint: did you mean `half_plus_two`?");
            Finished elsewhere = run(server, false, "predict", "half_plus_two", "1", "--grpc");
            assertThat(elsewhere.status()).isEqualTo(2);
            assertThat(elsewhere.output()).contains("error: expected host:port, grpc://host:port or grpcs://host:port");
            assertThat(predict(server, "half_plus_tow", "1").output())
                    .contains("error: Servable not found", "hint: did you mean `half_plus_two`?");
        }
    }

    @Test
    @EnabledIf("io.kaon.testkit.PublishedSavedModels#present")
    void asksPublishedSavedModelsOverBothProtocols() throws IOException {
        assumeFalse(ServerProcess.isExecutable(), "the native executable leaves TensorFlow out");
        List<String> models = List.of("half_plus_two_cpu", "half_plus_two_2_versions", "half_plus_three");
        String list = models.stream()
                .map(model ->
                        "config { name: '" + model + "' base_path: '" + PublishedSavedModels.base(model) + "' }\n")
                .collect(Collectors.joining());
        Path file = Files.writeString(folder.resolve("models.config"), "model_config_list {\n" + list + "}\n");
        try (ServerProcess server = ServerProcess.start(List.of(), List.of("--model_config_file=" + file), Map.of())
                .awaitReady()) {
            for (String model : models) {
                Finished rest = predict(server, model);
                assertThat(rest.status()).as(rest.output()).isZero();
                assertThat(json(server, model, "--grpc")).isEqualTo(json(server, model));
            }
        }
    }

    @Test
    void tellsWhatIsServedAndHowItIs() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("half/1")));
        Files.write(Files.createDirectories(folder.resolve("broken/1")).resolve("model.onnx"), new byte[] {1});
        try (ServerProcess server = ServerProcess.serve(folder)) {
            Finished list = rest(server, "list");
            assertThat(list.status()).isZero();
            assertThat(list.output())
                    .containsPattern("MODEL +VERSION +LABELS +STATE +REQ/S\\(1 s\\) +P99\\(1 s\\) +LAST ERROR")
                    .containsPattern("half +1 +- +AVAILABLE +0\\.0")
                    .containsPattern("broken +1 +- +FAILED");
            assertThat(rest(server, "status", "half").status()).isZero();
            assertThat(rest(server, "status", "broken").status()).isEqualTo(1);
            Finished unknown = rest(server, "status", "hlf");
            assertThat(unknown.status()).isEqualTo(1);
            assertThat(unknown.output()).contains("error: Could not find any versions of model hlf");
            assertThat(rest(server, "list", "--json").output()).contains("\"requests_per_second\": 0.0");
        }
    }

    @Test
    void labelsAModelOfAFolderAndLeavesTheOthersAlone() throws IOException {
        OnnxModels.linear(0.5f, 2f).writeTo(Files.createDirectories(folder.resolve("m/1")));
        OnnxModels.linear(3f, 0f).writeTo(Files.createDirectories(folder.resolve("n/1")));
        try (ServerProcess server = ServerProcess.serve(folder)) {
            Finished labelled = grpc(server, "label", "m", "stable=1");
            assertThat(labelled.output()).contains("m: label stable is on version 1");
            assertThat(labelled.status()).isZero();
            assertThat(predict(server, "m:stable", "2").output()).contains("\n3.0\n");
            assertThat(server.output()).noneMatch(line -> line.contains("phase=UNLOADING"));
            OnnxModels.linear(1f, 1f).writeTo(Files.createDirectories(folder.resolve("later/1")));
            server.awaitAnswer("/v1/models/later", answer -> answer.contains("AVAILABLE"));
            assertThat(predict(server, "n", "2").output()).contains("\n6.0\n");

            Finished refused = grpc(server, "label", "m", "stable=7");
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.output()).contains("Request to assign label to 7 of model m");
            assertThat(grpc(server, "label", "x", "stable=1").output())
                    .contains("NOT_FOUND: there is no model x to label", "hint: ");
            assertThat(grpc(server, "label", "m", "stable=").output()).contains("m: label stable is on no version");
            assertThat(predict(server, "m:stable", "2").status()).isEqualTo(1);
            assertThat(predict(server, "m", "2").output()).contains("\n3.0\n");
        }
    }

    @Test
    void replacesTheConfigurationAndShowsTheTokenThatIsAskedFor() throws IOException {
        OnnxModels.linear(0.5f, 2f).writeTo(Files.createDirectories(folder.resolve("m/1")));
        OnnxModels.linear(3f, 0f).writeTo(Files.createDirectories(folder.resolve("n/1")));
        Path config = Files.writeString(
                folder.resolve("models.config"),
                "model_config_list { config { name: 'n' base_path: '" + folder.resolve("n")
                        + "' version_labels { key: 'stable' value: 1 } } }");
        Path token = Files.writeString(folder.resolve("token"), "s3cret\n");
        try (ServerProcess server = ServerProcess.serve(folder, "-Dkaon.admin.token=s3cret")) {
            Finished refused = grpc(server, "reload", config.toString());
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.output()).contains("UNAUTHENTICATED", "none was sent", "hint: --token-file FILE");
            Finished done = grpc(
                    server,
                    "reload",
                    config.toString(),
                    "--token-file",
                    token.toString(),
                    "--rest",
                    server.url("").toString());
            assertThat(done.status()).as(done.output()).isZero();
            assertThat(done.output())
                    .contains("n: label stable none → 1")
                    .containsPattern("n +1 +AVAILABLE")
                    .doesNotContain("s3cret");
            assertThat(predict(server, "n:stable", "2").output()).contains("\n6.0\n");
            Files.writeString(config, "model_config_list { nonsense }");
            Finished malformed = grpc(server, "reload", config.toString());
            assertThat(malformed.status()).isEqualTo(2);
            assertThat(malformed.output()).contains("error: " + config + ": line 1, column 30: ");
        }
    }

    private static Finished predict(ServerProcess server, String... arguments) {
        return run(server, List.of(arguments).contains("--grpc"), "predict", arguments);
    }

    private static String json(ServerProcess server, String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.add("--json");
        String output = predict(server, line.toArray(String[]::new)).output();
        // What is said about it comes on the other stream, before and behind.
        return output.substring(output.indexOf("\n{") + 1, output.lastIndexOf('}') + 1);
    }

    private static Finished rest(ServerProcess server, String command, String... arguments) {
        return run(server, false, command, arguments);
    }

    private static Finished grpc(ServerProcess server, String command, String... arguments) {
        return run(server, true, command, arguments);
    }

    private static Finished run(ServerProcess server, boolean grpc, String command, String... arguments) {
        List<String> line = new ArrayList<>(List.of(command));
        line.addAll(List.of(arguments));
        line.add("--url");
        line.add(grpc ? "127.0.0.1:" + server.grpcPort() : "http://127.0.0.1:" + server.restPort());
        return ServerProcess.run(Map.of(), line.toArray(String[]::new));
    }

    /// Without what differs from run to run.
    private static List<String> lines(Finished run) {
        return run.output()
                .lines()
                .filter(line -> !line.contains(" answered in "))
                .toList();
    }
}
