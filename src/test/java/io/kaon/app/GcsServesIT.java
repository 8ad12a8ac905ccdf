package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.BuiltIn;
import io.kaon.testkit.FakeGcs;
import io.kaon.testkit.GcsOptions;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.ServiceAccountKeys;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// A server whose models are in Google Cloud Storage behaves as one whose models are in a folder.
@EnabledIf(value = "io.kaon.testkit.BuiltIn#gcs", disabledReason = BuiltIn.NO_GCS)
final class GcsServesIT {
    private static final List<String> QUESTIONS =
            List.of("/v1/models/half", "/v1/models/half/metadata", "/v1/models/add");

    private static final String TOKEN = "ya29.token-of-the-tests";

    private final FakeGcs gcs = FakeGcs.start(1000);
    private final String bucket = gcs.createBucket();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        gcs.close();
    }

    @Test
    void answersAsFromAFolder() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("half/1")));
        OnnxModels.writeWithExternalWeights(Files.createDirectories(folder.resolve("add/3")), Tensors.floats(10));
        upload(folder, "models");
        try (ServerProcess fromFolder = ServerProcess.serve(folder);
                ServerProcess fromGcs = serve(emulator())) {
            for (String question : QUESTIONS) {
                assertThat(fromGcs.get(question).body())
                        .as(question)
                        .isEqualTo(fromFolder.get(question).body());
            }
            String body = "{\"instances\":[1.0,2.0]}";
            assertThat(fromGcs.post("/v1/models/half:predict", body).body())
                    .isEqualTo(fromFolder.post("/v1/models/half:predict", body).body())
                    .contains("2.5");
        }
    }

    @Test
    void servesANewVersionWhenItIsThereAndUnloadsTheOld() throws IOException {
        put("models/m/1/model.onnx", OnnxModels.linear(0.5f, 2));
        try (ServerProcess server =
                serve(Map.of(), options(GcsOptions.anonymousAt(gcs.endpoint()), "-Dkaon.poll-intervals.gs=200ms"))) {
            put("models/m/2/model.onnx", OnnxModels.linear(3, 0));
            server.awaitAnswer("/v1/models/m", body -> body.contains("\"2\"") && body.contains("END"));
            assertThat(server.post("/v1/models/m:predict", "{\"instances\":[2.0]}")
                            .body())
                    .contains("6.0");
        }
    }

    @Test
    void readsByTheKeyOfAServiceAccountThatTheEnvironmentNamesAndShowsItNowhere() throws IOException {
        gcs.requireToken(TOKEN);
        put("models/m/1/model.onnx", OnnxModels.linear(0.5f, 2));
        Path key = ServiceAccountKeys.write(folder.resolve("key.json"), gcs.endpoint());
        GcsOptions options = GcsOptions.none().with("endpoint", gcs.endpoint().toString());
        try (ServerProcess server = serve(
                Map.of("GOOGLE_APPLICATION_CREDENTIALS", key.toString()),
                options(
                        options,
                        "-Dkaon.print-config=true",
                        "-Dkaon.poll-intervals.gs=200ms",
                        "-Dquarkus.log.level=DEBUG"))) {
            gcs.requireToken("another");
            server.awaitLine("Storage Object Viewer");
            assertThat(String.join("\n", server.output())
                            + server.get("/v1/models/m").body())
                    .contains("AVAILABLE")
                    .doesNotContain(TOKEN, "PRIVATE KEY", "assertion=");
        }
    }

    /// What workload identity on GKE comes down to.
    @Test
    void readsByTheServiceAccountThatTheMetadataServerTellsOf() throws IOException {
        gcs.requireToken(TOKEN);
        put("models/m/1/model.onnx", OnnxModels.linear(0.5f, 2));
        GcsOptions options = GcsOptions.none().with("endpoint", gcs.endpoint().toString());
        Map<String, String> pod = Map.of(
                "GCE_METADATA_HOST", gcs.endpoint().getAuthority(),
                "CLOUDSDK_CONFIG", folder.toString());
        try (ServerProcess server = serve(pod, options(options))) {
            assertThat(server.get("/v1/models/m").body()).contains("AVAILABLE");
        }
    }

    @Test
    void endsWithTheServersReasonWhenTheFolderCannotBeListed() {
        try (ServerProcess server = ServerProcess.start(List.of(), List.of("gs://no-such-bucket/models"), emulator())) {
            assertThat(server.awaitExit()).isNotZero();
            assertThat(String.join("\n", server.output()))
                    .contains("gs://no-such-bucket/models: " + gcs.endpoint() + " answers notFound (404)");
        }
    }

    private Map<String, String> emulator() {
        return Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint().getAuthority());
    }

    private static String[] options(GcsOptions options, String... more) {
        List<String> flags = new ArrayList<>(List.of(more));
        options.asMap().forEach((name, value) -> flags.add("-D" + name + "=" + value));
        return flags.toArray(String[]::new);
    }

    private ServerProcess serve(Map<String, String> environment, String... flags) {
        List<String> arguments = new ArrayList<>(List.of("gs://" + bucket + "/models"));
        arguments.addAll(List.of(flags));
        return ServerProcess.start(List.of(), arguments, environment).awaitReady();
    }

    private void put(String name, OnnxModel model) throws IOException {
        Path made = Files.createTempDirectory(folder, "made");
        model.writeTo(made);
        gcs.put(bucket, name, Files.readAllBytes(made.resolve("model.onnx")));
    }

    private void upload(Path tree, String prefix) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                gcs.put(bucket, prefix + "/" + tree.relativize(file), Files.readAllBytes(file));
            }
        }
    }
}
