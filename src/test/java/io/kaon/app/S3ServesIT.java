package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.FaultyProxy;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.S3Options;
import io.kaon.testkit.S3Request;
import io.kaon.testkit.S3Server;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server whose models are in S3 behaves as one whose models are in a folder.
final class S3ServesIT {
    private static final List<String> QUESTIONS =
            List.of("/v1/models/half", "/v1/models/half/metadata", "/v1/models/add");

    private final S3Server s3 = S3Server.shared();
    private final String bucket = s3.createBucket();
    private FaultyProxy proxy;

    @TempDir
    private Path folder;

    @BeforeEach
    void standBetween() {
        proxy = FaultyProxy.inFrontOf(s3.endpoint());
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    @Test
    void answersAsFromAFolder() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("half/1")));
        OnnxModels.writeWithExternalWeights(Files.createDirectories(folder.resolve("add/3")), Tensors.floats(10));
        upload(folder, "models");
        try (ServerProcess fromFolder = ServerProcess.serve(folder);
                ServerProcess fromS3 = serve("models")) {
            for (String question : QUESTIONS) {
                assertThat(fromS3.get(question).body())
                        .as(question)
                        .isEqualTo(fromFolder.get(question).body());
            }
            String body = "{\"instances\":[1.0,2.0]}";
            assertThat(fromS3.post("/v1/models/half:predict", body).body())
                    .isEqualTo(fromFolder.post("/v1/models/half:predict", body).body())
                    .contains("2.5");
        }
    }

    @Test
    void servesANewVersionWhenItIsThereAndUnloadsTheOld() throws IOException {
        put("models/m/1/model.onnx", OnnxModels.linear(0.5f, 2));
        try (ServerProcess server = serve("models", "-Dkaon.poll-intervals.s3=200ms")) {
            put("models/m/2/model.onnx", OnnxModels.linear(3, 0));
            server.awaitAnswer("/v1/models/m", body -> body.contains("\"2\"") && body.contains("END"));
            assertThat(server.post("/v1/models/m:predict", "{\"instances\":[2.0]}")
                            .body())
                    .contains("6.0");
        }
    }

    @Test
    void keepsServingWhileS3IsAwayAndServesWhatIsNewWhenItIsBack() throws IOException {
        put("models/m/1/model.onnx", OnnxModels.linear(0.5f, 2));
        try (ServerProcess server = serve("models", "-Dkaon.poll-intervals.s3=200ms")) {
            proxy.goAway();
            server.awaitLine("cannot be asked");
            put("models/m/2/model.onnx", OnnxModels.linear(3, 0));
            assertThat(server.post("/v1/models/m:predict", "{\"instances\":[2.0]}")
                            .body())
                    .contains("3.0");
            proxy.comeBack();
            server.awaitAnswer("/v1/models/m", body -> body.contains("\"2\"") && body.contains("END"));
        }
    }

    @Test
    void fetchesNoObjectAgainThatIsInAKeptCache() throws IOException {
        Path cache = Files.createDirectory(folder.resolve("cache"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        put("models/m/1/model.onnx", OnnxModels.linear(0.5f, 2));
        String[] kept = {"-Dkaon.load.cache=" + cache};
        try (ServerProcess first = serve("models", kept)) {
            assertThat(proxy.count(S3Request.Kind.OBJECT)).isEqualTo(1);
            assertThat(first.handle().destroyForcibly()).isTrue();
            int _ = first.awaitExit();
        }
        proxy.forgetCounts();
        try (ServerProcess next = serve("models", kept)) {
            assertThat(next.get("/v1/models/m").body()).contains("AVAILABLE");
        }
        assertThat(proxy.count(S3Request.Kind.OBJECT)).isZero();
        assertThat(proxy.count(S3Request.Kind.LISTING))
                .as(
                        "one for what is in the folder at the start, one at each look, one for the model, one for its version")
                .isLessThanOrEqualTo(6);
    }

    @Test
    void endsWithTheServersReasonWhenTheFolderCannotBeListed() throws IOException {
        put("models/m/1/model.onnx", OnnxModels.linear(0.5f, 2));
        Map<String, String> wrongKey = environment(S3Options.of(s3).with("secret-access-key", "not-the-secret"));
        assertRefused(wrongKey, "s3://" + bucket + "/models", "SignatureDoesNotMatch", "check the secret key");
        assertRefused(
                environment(S3Options.of(s3)), "s3://no-such-bucket/models", "NoSuchBucket", "name of the bucket");
        assertRefused(environment(S3Options.of(s3)), "s3://" + bucket + "/nothing", "holds no objects");
    }

    private static void assertRefused(Map<String, String> environment, String models, String... said) {
        try (ServerProcess server = ServerProcess.start(List.of(), List.of(models), environment)) {
            assertThat(server.awaitExit()).isNotZero();
            assertThat(String.join("\n", server.output())).contains(said).contains(models);
        }
    }

    @Test
    void readsAModelByAnAccountOfItsOwn() throws IOException {
        put("models/m/1/model.onnx", OnnxModels.linear(0.5f, 2));
        S3Options onlyForM = S3Options.none()
                .at(s3.endpoint())
                .with("access-key-id", "of-another-tenant")
                .with("secret-access-key", "of-another-tenant")
                .with("models.m.access-key-id", s3.accessKey())
                .with("models.m.secret-access-key", s3.secretKey());
        List<String> flags =
                new ArrayList<>(List.of("--model_name=m", "--model_base_path=s3://" + bucket + "/models/m"));
        onlyForM.asMap().forEach((name, value) -> flags.add("-D" + name + "=" + value));
        try (ServerProcess server =
                ServerProcess.start(List.of(), flags, Map.of()).awaitReady()) {
            assertThat(server.get("/v1/models/m").body()).contains("AVAILABLE");
        }
    }

    @Test
    void showsCredentialsNowhere() throws IOException {
        put("models/m/1/model.onnx", OnnxModels.linear(0.5f, 2));
        List<String> flags = List.of(
                "--model_name=m",
                "--model_base_path=s3://" + bucket + "/models/m",
                "-Dkaon.print-config=true",
                "-Dkaon.poll-intervals.s3=200ms",
                "-Dquarkus.log.level=DEBUG",
                "-Dkaon.s3.session-token=token-of-the-tests");
        try (ServerProcess server = ServerProcess.start(
                        List.of(), flags, environment(S3Options.of(s3).at(proxy.endpoint())))
                .awaitReady()) {
            proxy.goAway();
            server.awaitLine("cannot be asked");
            String shown = String.join("\n", server.output())
                    + server.get("/v1/models/m").body()
                    + server.health("/q/metrics").body();
            assertThat(shown).doesNotContain(s3.secretKey(), s3.accessKey(), "token-of-the-tests");
        }
    }

    private ServerProcess serve(String prefix, String... flags) {
        List<String> arguments = new ArrayList<>(List.of("s3://" + bucket + "/" + prefix));
        arguments.addAll(List.of(flags));
        return ServerProcess.start(
                        List.of(), arguments, environment(S3Options.of(s3).at(proxy.endpoint())))
                .awaitReady();
    }

    /// The options as variables, as a Secret becomes them.
    private static Map<String, String> environment(S3Options options) {
        Map<String, String> variables = new TreeMap<>();
        options.asMap()
                .forEach((name, value) ->
                        variables.put(name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"), value));
        return variables;
    }

    private void put(String key, OnnxModel model) throws IOException {
        Path made = Files.createTempDirectory(folder, "made");
        model.writeTo(made);
        s3.put(bucket, key, Files.readAllBytes(made.resolve("model.onnx")));
    }

    private void upload(Path tree, String prefix) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                s3.put(bucket, prefix + "/" + tree.relativize(file), Files.readAllBytes(file));
            }
        }
    }
}
