package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.app.command.Commands;
import io.kaon.app.server.Framework;
import io.kaon.testkit.OnnxModels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every command but `serve`, which ends the process.
final class CommandsTest {
    private static final Commands COMMANDS = Main.commands(new Framework());

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(strings = {"help", "--help", "-h"})
    void tellsItsCommands(String argument) {
        assertThat(run(argument)).isZero();
        assertThat(out.toString()).contains("serve", "pull", "check", "inspect", "health", "pause");
    }

    @ParameterizedTest
    @ValueSource(strings = {"help serve", "serve --help", "--port=1 --help"})
    void tellsTheFlagsOfServe(String line) {
        assertThat(run(line.split(" "))).isZero();
        assertThat(out.toString()).contains("--model_base_path", "--rest_api_port", "-D");
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "--version", "-V", "--version=true", "serve --version", "--port=1 --version"})
    void tellsItsVersion(String line) {
        assertThat(run(line.split(" "))).isZero();
        assertThat(out.toString()).startsWith("kaon ").contains("Java", "ONNX Runtime");
    }

    @Test
    void explainsItselfWhenNothingIsAsked() {
        assertThat(run()).isEqualTo(Commands.USAGE);
        assertThat(err.toString()).contains("Usage: kaon");
    }

    /// As the script of TensorFlow Serving's image does.
    @Test
    void servesWhenOnlyTheImagesVariablesAsk() {
        assertThat(Main.line(Map.of("MODEL_BASE_PATH", "/models"))).containsExactly("serve");
        assertThat(Main.line(Map.of("MODEL_NAME", "resnet"))).containsExactly("serve");
        assertThat(Main.line(Map.of("MODEL_NAME", "resnet"), "health")).containsExactly("health");
        assertThat(Main.line(Map.of("PATH", "/bin"))).isEmpty();
    }

    @Test
    void refusesUnknownCommandsAndFlagsWithTheNearest() {
        assertThat(run("srve")).isEqualTo(Commands.USAGE);
        assertThat(run("frobnicate")).isEqualTo(Commands.USAGE);
        assertThat(run("check", "--hlp", "x")).isEqualTo(Commands.USAGE);
        assertThat(run("serve", "--prt=1")).isEqualTo(Commands.USAGE);
        assertThat(err.toString().lines())
                .containsExactly(
                        "error: unknown command srve: did you mean serve?",
                        "error: unknown command frobnicate; known commands: serve, predict, list, status, label, reload, check,"
                                + " inspect, add, rollback, pull, health, manifests, pause, completion",
                        "error: unknown flag --hlp: did you mean --help?",
                        "error: unknown flag --prt: did you mean --port?");
    }

    @Test
    void theVersionNamesEveryEngineOfTheBuild() {
        assertThat(run("version")).isZero();
        assertThat(out.toString())
                .matches(
                        "kaon \\S+ \\(Java \\d+, ONNX Runtime [\\d.]+(, TensorFlow [\\d.]+)?(, PyTorch [\\d.]+)?\\)\\R");
    }

    @Test
    void wantsExactlyOneLocation() {
        assertThat(run("check")).isEqualTo(Commands.USAGE);
        assertThat(run("inspect", "a", "b")).isEqualTo(Commands.USAGE);
        assertThat(err.toString().lines())
                .containsExactly(
                        "error: expected LOCATION, or --all for every model, got nothing",
                        "error: unexpected argument \"b\"");
    }

    @Test
    void inspectsTheNewestVersion() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("9")));
        OnnxModels.sumAndDifference().writeTo(Files.createDirectories(folder.resolve("10")));
        assertThat(run("inspect", folder.toString())).isZero();
        assertThat(out.toString())
                .startsWith(folder.resolve("10") + ": onnxruntime")
                .contains("signature serving_default", "  input a  FLOAT[n,2]", "  output difference  FLOAT[n,2]");
    }

    @Test
    void checksByRunningOnZeros() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("1")));
        assertThat(run("check", folder.resolve("1").toString())).isZero();
        assertThat(out.toString()).contains("loaded in ", "serving_default ran on zeros in ", "  output y  FLOAT[1]");
    }

    @Test
    void inspectsAndChecksSavedModelsToo() {
        String model = Path.of("models/mnist_savedmodel").toString();
        assertThat(run("inspect", model)).isZero();
        assertThat(run("check", model)).isZero();
        assertThat(out.toString())
                .contains(model + "/1: tensorflow")
                .contains("signature __saved_model_init_op  cannot be called: output `__saved_model_init_op`: it"
                        + " initialises the model when it is loaded (operation \"NoOp\") and answers nothing")
                .contains("  input image  FLOAT[-1,28,28]")
                .contains("serving_default ran on zeros in ", "  output probabilities  FLOAT[1,10]");
    }

    @Test
    void refusesSchemesThatNoStoreReads() {
        for (String command : List.of("inspect", "check")) {
            assertThat(run(command, "nope://bucket/model")).isEqualTo(Commands.USAGE);
        }
        assertThat(run("pull", "nope://bucket/model", folder.resolve("m").toString()))
                .isEqualTo(Commands.USAGE);
        assertThat(err.toString().lines())
                .hasSize(3)
                .allMatch(line -> line.startsWith("error: no store reads nope://bucket/model: expected a scheme of ["));
    }

    @Test
    void takesLocationsWithASchemeAndOptions() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("1")));
        assertThat(run("inspect", "file:" + folder, "-Dkaon.s3.region=here")).isZero();
        assertThat(out.toString()).startsWith(folder.resolve("1") + ": onnxruntime");
        assertThat(System.clearProperty("kaon.s3.region")).isEqualTo("here");
    }

    @Test
    void refusesOptionsThatThereAreNotWithTheNearest() {
        try {
            assertThat(run("inspect", folder.toString(), "-Dkaon.s3.regio=here"))
                    .isEqualTo(Commands.USAGE);
        } finally {
            System.clearProperty("kaon.s3.regio");
        }
        assertThat(err.toString()).contains("error: unknown option kaon.s3.regio: did you mean kaon.s3.region?");
    }

    @Test
    void tellsWhichCommandALineMeans() {
        assertThat(COMMANDS.named("serve", "models")).contains("serve");
        assertThat(COMMANDS.named("--port=1")).contains("serve");
        assertThat(COMMANDS.named("pull", "a", "b")).contains("pull");
        assertThat(COMMANDS.named("../stage", "--port=1")).contains("serve");
        assertThat(COMMANDS.named("s3://bucket/models")).contains("serve");
        assertThat(COMMANDS.named("models")).as("a folder that is there").contains("serve");
        assertThat(COMMANDS.named("iris.onnx")).as("a file that is not there").contains("serve");
        assertThat(COMMANDS.named("help")).isEmpty();
        assertThat(COMMANDS.named("srve")).isEmpty();
        assertThat(COMMANDS.named()).isEmpty();
    }

    @Test
    void pullsWhatStandsInTheFileSystem() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("m/1")));
        assertThat(run(
                        "pull",
                        folder.resolve("m").toString(),
                        folder.resolve("copy").toString()))
                .isZero();
        assertThat(run("inspect", folder.resolve("copy").toString())).isZero();
        assertThat(out.toString()).startsWith("1 file, ").contains("copy/1: onnxruntime");
        assertThat(run(
                        "pull",
                        folder.resolve("nowhere").toString(),
                        folder.resolve("none").toString()))
                .isEqualTo(1);
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("m", "copy", ".copy.pull");
        assertThat(run("pull", folder.toString())).isEqualTo(Commands.USAGE);
        assertThat(err.toString())
                .contains("error: " + folder.resolve("nowhere") + " does not exist")
                .contains("error: expected DIR, got nothing");
    }

    @Test
    void looksAtAModelAsAServerWithTheSameOptionsLoadsIt() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("m/1")));
        String option = "kaon.engine.models.m.providers";
        try {
            assertThat(run("check", folder.resolve("m").toString(), "-D" + option + "=tensorrt"))
                    .isEqualTo(1);
        } finally {
            System.clearProperty(option);
        }
        assertThat(err.toString()).contains("this build of ONNX Runtime has no tensorrt: it has cpu");
        assertThat(run("check", folder.resolve("m").toString())).isZero();
        assertThat(out.toString()).contains("device cpu");
    }

    @Test
    void failsWhereThereIsNoModel() {
        assertThat(run("check", folder.toString())).isEqualTo(1);
        assertThat(run("inspect", folder.resolve("nowhere").toString())).isEqualTo(1);
        assertThat(err.toString())
                .contains("no engine recognises " + folder)
                .contains("error: " + folder.resolve("nowhere") + " does not exist");
    }

    private int run(String... arguments) {
        return COMMANDS.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
