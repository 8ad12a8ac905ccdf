package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.app.command.Commands;
import io.kaon.app.server.Framework;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands that look at the files of models, or change them.
final class ModelCommandsTest {
    private static final Commands COMMANDS = Main.commands(new Framework());

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void addsTheNextVersionAndLeavesNothingBesideIt() throws IOException {
        Path iris = model("iris/1", OnnxModels::halfPlusTwo);
        Path export = model("../export", () -> OnnxModels.linear(3, 0));
        assertThat(add("iris", export)).isZero();
        assertThat(out.toString()).contains("iris: version 2 is added", "it has the inputs and outputs of version 1");
        assertThat(iris.resolveSibling("2/model.onnx")).hasSameBinaryContentAs(export.resolve("model.onnx"));
        assertThat(names(folder.resolve("models/iris"))).containsExactly("1", "2");
        assertThat(names(folder.resolve("models"))).containsExactly("iris");
    }

    @Test
    void addsANewModelFromASingleFileWithItsWeights() throws IOException {
        Files.createDirectories(folder.resolve("models"));
        Path export = Files.createDirectories(folder.resolve("export"));
        OnnxModels.writeWithExternalWeights(export, Tensors.floats(10));
        Files.move(export.resolve("model.onnx"), export.resolve("weights.onnx"));
        assertThat(add("w", export.resolve("weights.onnx"))).isZero();
        assertThat(names(folder.resolve("models/w/1"))).containsExactly("model.onnx", "weights.bin");
        assertThat(out.toString()).contains("w: version 1 is added", "it is the model's first (onnxruntime)");
    }

    @Test
    void addsNothingThatCannotBeLoaded() throws IOException {
        model("iris/1", OnnxModels::halfPlusTwo);
        Path broken = Files.createDirectories(folder.resolve("broken"));
        Files.writeString(broken.resolve("model.onnx"), "no model");
        assertThat(add("iris", broken)).isEqualTo(1);
        assertThat(err.toString()).contains(broken.toString()).doesNotContain(".adding");
        assertThat(names(folder.resolve("models/iris"))).containsExactly("1");
    }

    @Test
    void addsAVersionWithOtherInputsOnlyWhenToldSo() throws IOException {
        model("iris/1", OnnxModels::halfPlusTwo);
        Path other = model("../other", OnnxModels::sumAndDifference);
        assertThat(add("iris", other)).isEqualTo(1);
        assertThat(err.toString()).contains("are not those of version 1", "--new-signature adds it all the same");
        assertThat(names(folder.resolve("models/iris"))).containsExactly("1");
        assertThat(add("iris", other, "--new-signature")).isZero();
        assertThat(names(folder.resolve("models/iris"))).containsExactly("1", "2");
    }

    @Test
    void refusesNamesThatNoModelInAFolderHas() throws IOException {
        Path export = model("../export", OnnxModels::halfPlusTwo);
        Files.createDirectories(folder.resolve("models"));
        for (String name : List.of("../x", "a/b", ".hidden", "x.tmp", "")) {
            assertThat(add(name, export)).as(name).isEqualTo(Commands.USAGE);
        }
        assertThat(err.toString().lines()).hasSize(5).allMatch(line -> line.contains("cannot be a model's directory"));
        assertThat(names(folder.resolve("models"))).isEmpty();
    }

    @Test
    void refusesAFolderThatThereIsNot() throws IOException {
        Path export = model("../export", OnnxModels::halfPlusTwo);
        assertThat(run(
                        "add",
                        "m",
                        export.toString(),
                        "--models",
                        folder.resolve("absent").toString()))
                .isEqualTo(Commands.USAGE);
        assertThat(err.toString()).contains("there is no folder " + folder.resolve("absent"), "--models");
    }

    @Test
    void rollsBackToTheVersionBeforeAndNeverGivesItsNumberAgain() throws IOException {
        model("iris/1", OnnxModels::halfPlusTwo);
        model("iris/2", () -> OnnxModels.linear(3, 0));
        assertThat(rollback("iris")).isZero();
        assertThat(out.toString()).contains("version 2 is taken back, version 1 is the newest now", "mv ");
        assertThat(names(folder.resolve("models/iris"))).containsExactly("1", "2.rolled-back");
        assertThat(add("iris", model("../export", () -> OnnxModels.linear(4, 0))))
                .isZero();
        assertThat(names(folder.resolve("models/iris"))).containsExactly("1", "2.rolled-back", "3");
    }

    @Test
    void rollsBackToNothingThatIsNotThereOrNotSound() throws IOException {
        model("iris/7", OnnxModels::halfPlusTwo);
        assertThat(rollback("iris")).isEqualTo(Commands.USAGE);
        assertThat(err.toString()).contains("version 7 is the only one, so there is none to return to");
        Path broken = Files.createDirectories(folder.resolve("models/iris/6"));
        Files.writeString(broken.resolve("model.onnx"), "no model");
        assertThat(rollback("iris")).isEqualTo(1);
        assertThat(err.toString()).contains("version 6 cannot take the place of version 7");
        assertThat(names(folder.resolve("models/iris"))).containsExactly("6", "7");
    }

    @Test
    void checksEveryModelOfAFolder() throws IOException {
        model("iris/1", OnnxModels::halfPlusTwo);
        model("iris/2", OnnxModels::halfPlusTwo);
        Files.createDirectories(folder.resolve("models/notes"));
        assertThat(run("check", "--all", folder.resolve("models").toString())).isZero();
        assertThat(out.toString()).contains("ok      iris/2  onnxruntime", "1 version is sound, 0 are not");
        assertThat(err.toString()).contains("note: ", "notes is no model");

        Path broken = Files.createDirectories(folder.resolve("models/broken/1"));
        Files.writeString(broken.resolve("model.onnx"), "no model");
        assertThat(run("check", "--all", folder.resolve("models").toString())).isEqualTo(1);
        assertThat(out.toString()).contains("FAILED  broken/1  ", "1 version is sound, 1 is not");
    }

    @Test
    void checksAModelConfigurationAndWhatItNames() throws IOException {
        Path iris = model("iris/1", OnnxModels::halfPlusTwo);
        Path config = folder.resolve("models.config");
        Files.writeString(config, configuration(iris.resolveSibling("."), "stable", 1));
        assertThat(run("check", config.toString())).isZero();
        assertThat(out.toString()).contains("ok      iris/1  onnxruntime");

        Files.writeString(config, configuration(iris.resolveSibling("."), "stable", 0));
        assertThat(run("check", config.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("label `stable` is on version 0, which is never loaded");

        Files.writeString(config, "model_config_list { config { nmae: \"iris\" } }");
        assertThat(run("check", config.toString())).isEqualTo(Commands.USAGE);
        assertThat(err.toString()).contains(config.toString(), "nmae");
    }

    @Test
    void checksAFileOfOptions() throws IOException {
        Path options = folder.resolve("application.properties");
        Files.writeString(options, "kaon.batch.lanes=4\nquarkus.http.port=8501\n");
        assertThat(run("check", options.toString())).isZero();
        assertThat(out.toString()).contains("1 of Kaon's options; 1 others were not looked at");
        Files.writeString(options, "kaon.batch.lane=4\n");
        assertThat(run("check", options.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("unknown option kaon.batch.lane: did you mean kaon.batch.lanes?");
    }

    @Test
    void looksAtASingleFileWithoutADirectoryOfItsOwn() throws IOException {
        Path file = model("../export", OnnxModels::halfPlusTwo).resolve("half.onnx");
        Files.move(file.resolveSibling("model.onnx"), file);
        Files.writeString(file.resolveSibling("saved_model.pb"), "another model's");
        assertThat(run("check", file.toString())).isZero();
        assertThat(run("inspect", file.toString())).isZero();
        assertThat(out.toString()).contains(file + ": onnxruntime", "ran on zeros");
    }

    @Test
    void tellsWhatToDoWithAFileThatIsNoModel() throws IOException {
        Path pickle = Files.writeString(folder.resolve("iris.pkl"), "");
        assertThat(run("check", pickle.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("iris.pkl", "skl2onnx");
    }

    @Test
    void namesASingleFileAsItWasNamedAndNotItsCopy() throws IOException {
        Path empty = Files.createFile(folder.resolve("iris.onnx"));
        assertThat(run("check", empty.toString())).isEqualTo(1);
        assertThat(err.toString()).contains(empty.toString()).doesNotContain("model.onnx");
    }

    @Test
    void tellsWhatToDoWithFilesBesideModels() throws IOException {
        model("m/1", OnnxModels::halfPlusTwo);
        Path loose = Files.createFile(folder.resolve("models/iris.onnx"));
        assertThat(run("check", "--all", folder.resolve("models").toString())).isZero();
        assertThat(err.toString())
                .contains("expected iris/1/model.onnx", "kaon add iris " + loose, "kaon serve " + loose);
    }

    @Test
    void tellsThatAFolderOfModelsIsCheckedWithAll() throws IOException {
        model("m/1", OnnxModels::halfPlusTwo);
        assertThat(run("check", folder.resolve("models").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("name one of [m]", "kaon check --all");
    }

    @Test
    void printsACompletionForBashAndZsh() {
        for (String shell : List.of("bash", "zsh")) {
            assertThat(run("completion", shell)).isZero();
        }
        assertThat(out.toString()).contains("rollback", "rest_api_port", "complete -F _complete_kaon");
        assertThat(run("completion", "fish")).isEqualTo(Commands.USAGE);
        assertThat(err.toString()).contains("expected one of [bash, zsh], got \"fish\"");
    }

    private static String configuration(Path base, String label, int version) {
        return """
                model_config_list { config {
                  name: "iris" base_path: "%s" version_labels { key: "%s" value: %d }
                } }
                """.formatted(base, label, version);
    }

    private Path model(String place, Supplier<OnnxModel> model) throws IOException {
        Path directory =
                Files.createDirectories(folder.resolve("models").resolve(place).normalize());
        model.get().writeTo(directory);
        return directory;
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.map(child -> child.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private int add(String name, Path from, String... more) {
        return run(Stream.concat(
                        Stream.of(
                                "add",
                                name,
                                from.toString(),
                                "--models",
                                folder.resolve("models").toString()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    private int rollback(String name) {
        return run("rollback", name, "--models", folder.resolve("models").toString());
    }

    private int run(String... arguments) {
        return COMMANDS.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
