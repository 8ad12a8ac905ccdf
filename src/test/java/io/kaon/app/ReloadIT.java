package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.kaon.protocol.tfs.proto.ModelConfig;
import io.kaon.protocol.tfs.proto.ModelConfigList;
import io.kaon.protocol.tfs.proto.ModelServerConfig;
import io.kaon.protocol.tfs.proto.ModelServiceGrpc;
import io.kaon.protocol.tfs.proto.ReloadConfigRequest;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The list of models is replaced while the packaged server serves, over gRPC and in the file.
@Timeout(120)
final class ReloadIT {
    @TempDir
    private Path folder;

    @Test
    void replacesTheListOverGrpcWithoutFailingARequest() throws Exception {
        write("m", 1, 0.5f, 2f);
        write("m", 2, 3f, 0f);
        write("n", 1, 1f, 1f);
        Path file = config(config("m", 1) + config("n", 1));
        try (ServerProcess server = start(file);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicBoolean stop = new AtomicBoolean();
            Future<String> client = clients.submit(() -> {
                String unexpected = "";
                while (!stop.get() && unexpected.isEmpty()) {
                    String answer = predict(server, "m/labels/stable");
                    unexpected = answer.contains("3.0") || answer.contains("6.0") ? "" : answer;
                }
                return unexpected;
            });
            assertThat(predict(server, "n")).contains("3.0");

            reload(server, model("m", 1), model("o", null).setBasePath(base("n")));
            assertThat(predict(server, "o")).as("the call waits for new models").contains("3.0");
            assertThat(server.get("/v1/models/n/metadata").statusCode()).isEqualTo(404);
            assertThat(server.output()).anyMatch(line -> line.contains("does not name the models [n]"));
            server.awaitLine(
                    "the list of models is replaced, as /127\\.0\\.0\\.1:\\d+ asks: 2 models; .*o: new, from.*");

            assertThat(refusal(server, model("m", 7)))
                    .extracting(StatusRuntimeException::getStatus)
                    .extracting(Status::getCode, Status::getDescription)
                    .containsExactly(
                            Status.Code.FAILED_PRECONDITION,
                            "Request to assign label to 7 of model m, which is not currently available for inference");
            assertThat(predict(server, "o"))
                    .as("a refused list changes nothing")
                    .contains("3.0");

            server.awaitLine("a reload that /127\\.0\\.0\\.1:\\d+ asked for is refused: .*label to 7 of model m.*");

            reload(server, model("m", 2));
            server.awaitLine("the list of models is replaced, as .*m: label stable 1 → 2.*");
            assertThat(refusal(server, model("m", 2), model("lost", null).setBasePath(base("nowhere"))))
                    .hasMessageContaining("UNKNOWN: 1 model(s) did not become available: {Name: lost ");
            stop.set(true);
            assertThat(client.get(60, TimeUnit.SECONDS)).isEmpty();
            while (!predict(server, "m/labels/stable").contains("6.0")) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void takesOverTheFileWhenItChangesAndKeepsWhatItHasWhenItIsBroken() throws Exception {
        write("m", 1, 0.5f, 2f);
        write("n", 1, 3f, 0f);
        Path file = config(config("m", 1));
        try (ServerProcess server = start(file, "-Dkaon.model-config.poll-interval=100ms")) {
            Files.writeString(file, "model_config_list {\n  nonsense\n}");
            while (server.output().stream().noneMatch(line -> line.contains("line 3, column 1: "))) {
                Thread.onSpinWait();
            }
            assertThat(predict(server, "m")).contains("3.0");

            config(config("n", 1));
            while (!predict(server, "n/labels/stable").contains("6.0")) {
                Thread.onSpinWait();
            }
            while (server.get("/v1/models/m/metadata").statusCode() != 404) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void endsTheStartWithTheLineOfTheMistake() throws IOException {
        Path file = config("config { name: 5 }\n");
        ServerProcess.Finished serve = ServerProcess.run(Map.of(), "serve", "--model_config_file=" + file);
        assertThat(serve.status()).isPositive();
        assertThat(serve.output())
                .contains("error: model config file " + file + ": line 2, column 16: ")
                .doesNotContain("\tat ");
    }

    private static ServerProcess start(Path file, String... more) {
        List<String> arguments = new ArrayList<>(List.of("--model_config_file=" + file));
        arguments.addAll(List.of(more));
        return ServerProcess.start(List.of(), arguments, Map.of()).awaitReady();
    }

    private static String predict(ServerProcess server, String model) {
        return server.post("/v1/models/" + model + ":predict", "{\"instances\":[2.0]}")
                .body();
    }

    private static void reload(ServerProcess server, ModelConfig.Builder... models) {
        ModelConfigList.Builder list = ModelConfigList.newBuilder();
        for (ModelConfig.Builder model : models) {
            list.addConfig(model);
        }
        ManagedChannel channel = server.channel();
        try {
            var _ = ModelServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .handleReloadConfigRequest(ReloadConfigRequest.newBuilder()
                            .setConfig(ModelServerConfig.newBuilder().setModelConfigList(list))
                            .build());
        } finally {
            channel.shutdownNow();
        }
    }

    private static StatusRuntimeException refusal(ServerProcess server, ModelConfig.Builder... models) {
        return catchThrowableOfType(StatusRuntimeException.class, () -> reload(server, models));
    }

    /// All versions, with the label `stable` on one of them.
    private ModelConfig.Builder model(String name, @Nullable Integer stable) {
        ModelConfig.Builder model = ModelConfig.newBuilder().setName(name).setBasePath(base(name));
        model.getModelVersionPolicyBuilder().getAllBuilder();
        if (stable != null) {
            model.putVersionLabels("stable", stable);
        }
        return model;
    }

    private String base(String name) {
        return folder.resolve(name).toString();
    }

    private String config(String name, int stable) {
        return "config { name: '" + name + "' base_path: '" + base(name) + "' model_platform: 'tensorflow'\n"
                + "  model_version_policy { all {} }\n"
                + "  version_labels { key: 'stable' value: " + stable + " } }\n";
    }

    private Path config(String models) throws IOException {
        Path hidden = folder.resolve("models.config.new");
        Files.writeString(hidden, "model_config_list {\n" + models + "}\n");
        return Files.move(hidden, folder.resolve("models.config"), StandardCopyOption.REPLACE_EXISTING);
    }

    private void write(String model, int version, float factor, float offset) throws IOException {
        OnnxModels.linear(factor, offset)
                .writeTo(Files.createDirectories(folder.resolve(model).resolve(Integer.toString(version))));
    }
}
