package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.SavedModels;
import io.kaon.testkit.ServerProcess;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which engine serves what, and directories that hold a model themselves, without a version.
final class EngineChoiceIT {
    @TempDir
    private Path folder;

    @Test
    void servesDirectoriesWithoutVersionsAsVersionOne() throws IOException {
        assumeFalse(ServerProcess.isExecutable(), "the native executable leaves TensorFlow out");
        OnnxModels.halfPlusTwo().writeTo(folder.resolve("onnx"));
        SavedModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("saved")));
        Files.createDirectories(folder.resolve("saved/variables"));
        SavedModels.halfPlusTwo().writeTextTo(Files.createDirectories(folder.resolve("text")));
        try (ServerProcess server = ServerProcess.serve(folder)) {
            assertServed(server, "onnx", "onnxruntime");
            assertServed(server, "saved", "tensorflow");
            assertServed(server, "text", "tensorflow");
            assertThat(server.output())
                    .anyMatch(line -> line.contains("model `saved`: " + folder.resolve("saved")
                            + " is a model and not a directory of versions, so it is served as version 1"));
        }
    }

    private static void assertServed(ServerProcess server, String model, String engine) {
        assertThat(server.post("/v1/models/" + model + "/versions/1:predict", "{\"instances\": [1, 2]}")
                        .body()
                        .replaceAll("\\s", ""))
                .isEqualTo("{\"predictions\":[2.5,3.0]}");
        assertThat(server.output()).anyMatch(line -> line.matches(model + " +1 +" + engine + " +AVAILABLE .*"));
    }

    @Test
    void servesOneDirectoryWithoutAVersionByItsName() throws IOException {
        assumeFalse(ServerProcess.isExecutable(), "the native executable leaves TensorFlow out");
        SavedModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("half")));
        try (ServerProcess server = ServerProcess.serve(folder.resolve("half"))) {
            assertServed(server, "half", "tensorflow");
        }
    }

    @Test
    void takesTheEngineThatTheConfigurationNames() throws IOException {
        assumeFalse(ServerProcess.isExecutable(), "the native executable leaves TensorFlow out");
        Path both = folder.resolve("both");
        OnnxModels.halfPlusTwo().writeTo(both.resolve("1"));
        SavedModels.halfPlusTwo().writeTo(both.resolve("1"));
        Path saved = folder.resolve("saved");
        SavedModels.halfPlusTwo().writeTo(Files.createDirectories(saved.resolve("1")));
        String list = config("any", both, "")
                + config("onnx", both, "onnxruntime")
                + config("tf", saved, "tensorflow")
                + config("wrong", saved, "onnxruntime");
        Path file = Files.writeString(folder.resolve("models.config"), "model_config_list {\n" + list + "}\n");
        try (ServerProcess server = ServerProcess.start(List.of(), List.of("--model_config_file=" + file), Map.of())
                .awaitReady()) {
            assertServed(server, "any", "onnxruntime");
            assertServed(server, "onnx", "onnxruntime");
            assertServed(server, "tf", "tensorflow");
            assertThat(server.get("/v1/models/wrong").body()).contains("model.onnx");
            assertThat(server.output()).anyMatch(line -> line.matches("wrong +1 +.* FAILED .*"));
        }
    }

    @Test
    void saysWhatWasFoundAndWhatIsUnderstood() throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("sklearn/1")).resolve("model.pkl"), "no model");
        OnnxModels.halfPlusTwo().writeTo(folder.resolve("half/1"));
        try (ServerProcess server = ServerProcess.serve(folder)) {
            String message = new JsonPath(server.get("/v1/models/sklearn").body())
                    .getString("model_version_status[0].status.error_message");
            assertThat(message)
                    .contains("no engine recognises " + folder.resolve("sklearn/1"))
                    .contains("model.onnx (onnxruntime)", "saved_model.pb or saved_model.pbtxt (tensorflow)")
                    .contains("*.pt or serving.properties (djl)", "found [model.pkl]", "skl2onnx");
        }
        Path file = Files.writeString(
                folder.resolve("models.config"),
                "model_config_list {\n" + config("m", folder.resolve("half"), "caffe2") + "}\n");
        ServerProcess.Finished refused = ServerProcess.run(Map.of(), "serve", "--model_config_file=" + file);
        assertThat(refused.status()).isPositive();
        assertThat(refused.output())
                .contains("model m: no engine for model_platform \"caffe2\"", "onnxruntime", "tensorflow");
    }

    private static String config(String name, Path base, String platform) {
        return "config { name: '" + name + "' base_path: '" + base + "' model_platform: '" + platform + "' }\n";
    }
}
