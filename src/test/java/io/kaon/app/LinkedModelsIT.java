package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models that tools publish through symbolic links are served; what leads out of a model's folder is not.
final class LinkedModelsIT {
    private static final String QUESTION = "{\"instances\":[2.0]}";

    @TempDir
    private Path folder;

    private Path models;

    @BeforeEach
    void makeTheFolder() throws IOException {
        models = Files.createDirectory(folder.resolve("models"));
    }

    private static void write(Path directory, OnnxModel model) throws IOException {
        model.writeTo(Files.createDirectories(directory));
    }

    private static void link(Path link, String to) throws IOException {
        Files.createDirectories(link.resolveSibling("."));
        Files.createSymbolicLink(link, Path.of(to));
    }

    private static void swap(Path link, String to) throws IOException {
        Path next = link.resolveSibling("next");
        link(next, to);
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String predict(ServerProcess server, String model) {
        return server.post("/v1/models/" + model + ":predict", QUESTION).body();
    }

    /// The old version goes with the swap of the link, before the new one counts as complete.
    private static void awaitWithoutALostRequest(ServerProcess server) {
        String answer;
        do {
            answer = predict(server, "m");
            assertThat(answer).containsAnyOf("3.0", "6.0");
        } while (answer.contains("3.0"));
        server.awaitAnswer("/v1/models/m", body -> body.contains("\"2\"") && body.contains("END"));
        assertThat(predict(server, "m")).contains("6.0");
    }

    @Test
    void servesAConfigMapAndItsUpdate() throws IOException {
        Path model = Files.createDirectory(models.resolve("m"));
        write(model.resolve("..2026_01_01.1").resolve("1"), OnnxModels.linear(0.5f, 2));
        link(model.resolve("..data"), "..2026_01_01.1");
        link(model.resolve("1"), "..data/1");
        try (ServerProcess server = ServerProcess.serve(models)) {
            assertThat(predict(server, "m")).contains("3.0");
            write(model.resolve("..2026_01_02.2").resolve("2"), OnnxModels.linear(3, 0));
            link(model.resolve("2"), "..data/2");
            swap(model.resolve("..data"), "..2026_01_02.2");
            awaitWithoutALostRequest(server);
        }
    }

    @Test
    void servesWhatGitSyncChecksOut() throws IOException {
        write(folder.resolve("git/.worktrees/aaa/m/1"), OnnxModels.linear(0.5f, 2));
        link(folder.resolve("git/current"), ".worktrees/aaa");
        try (ServerProcess server = ServerProcess.serve(folder.resolve("git/current"))) {
            assertThat(predict(server, "m")).contains("3.0");
            write(folder.resolve("git/.worktrees/bbb/m/2"), OnnxModels.linear(3, 0));
            swap(folder.resolve("git/current"), ".worktrees/bbb");
            awaitWithoutALostRequest(server);
        }
    }

    /// Graph and weights are links to files with other names.
    @Test
    void servesARevisionInAHuggingFaceCacheWithItsExternalWeights() throws IOException {
        Path repository = models.resolve("models--org--name");
        Path plain = Files.createDirectories(folder.resolve("plain"));
        OnnxModels.writeWithExternalWeights(plain, Tensors.floats(10));
        Files.createDirectories(repository.resolve("blobs"));
        Files.move(plain.resolve("model.onnx"), repository.resolve("blobs/8f14e45f"));
        Files.move(plain.resolve("weights.bin"), repository.resolve("blobs/c9f0f895"));
        Path revision = repository.resolve("snapshots/45c48cce");
        link(revision.resolve("model.onnx"), "../../blobs/8f14e45f");
        link(revision.resolve("weights.bin"), "../../blobs/c9f0f895");

        List<String> arguments = List.of("--model_base_path=" + revision, "--model_name=m");
        try (ServerProcess server =
                ServerProcess.start(List.of(), arguments, Map.of()).awaitReady()) {
            assertThat(predict(server, "m")).contains("12.0");
        }
    }

    /// ONNX Runtime itself refuses weights behind such a link.
    @Test
    void servesWeightsThatVersionsShare() throws IOException {
        Path version = Files.createDirectories(models.resolve("m/1"));
        OnnxModels.writeWithExternalWeights(version, Tensors.floats(10));
        Files.createDirectory(models.resolve("m/shared"));
        Files.move(version.resolve("weights.bin"), models.resolve("m/shared/weights.bin"));
        link(version.resolve("weights.bin"), "../shared/weights.bin");

        try (ServerProcess server = ServerProcess.serve(models)) {
            assertThat(predict(server, "m")).contains("12.0");
        }
        ServerProcess.Finished check =
                ServerProcess.run(Map.of(), "check", models.resolve("m/1").toString());
        assertThat(check.status()).as(check.output()).isZero();
    }

    @Test
    void refusesAVersionThatLeadsOutOfTheModelsFolderAndServesTheOthers() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "a token");
        write(models.resolve("m/1"), OnnxModels.linear(0.5f, 2));
        try (ServerProcess server = ServerProcess.serve(models)) {
            write(models.resolve("m/2"), OnnxModels.linear(3, 0));
            link(models.resolve("m/2/words.txt"), secret.toString());
            server.awaitLine("words.txt cannot be read: it is a link to");
            assertThat(predict(server, "m")).contains("3.0");
            assertThat(server.get("/v1/models/m").body()).doesNotContain("\"2\"");
        }
        try (ServerProcess server = ServerProcess.serve(models, "-Dkaon.file.links=" + folder)) {
            // The first look may find version 2 too new to be complete, and serve version 1 until then.
            server.awaitAnswer("/v1/models/m/versions/2", body -> body.contains("AVAILABLE"));
            assertThat(predict(server, "m")).contains("6.0");
        }
    }
}
