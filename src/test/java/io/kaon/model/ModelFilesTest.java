package io.kaon.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
    private static final ModelFiles FILES = ModelFiles.of("model.one", "*.pt");

    @TempDir
    Path folder;

    @Test
    void knowsWholeNamesAndEndings() {
        assertThat(FILES.match("model.one")).isTrue();
        assertThat(FILES.match("resnet.pt")).isTrue();
        assertThat(FILES.match("model.one.old")).isFalse();
        assertThat(FILES.match("a model.one")).isFalse();
        assertThat(FILES.match("resnet.pt.old")).isFalse();
        assertThat(FILES.areAmong(List.of("README", "resnet.pt"))).isTrue();
        assertThat(FILES.areAmong(List.of("README"))).isFalse();
        assertThat(ModelFiles.of().areAmong(List.of("README"))).isFalse();
    }

    @Test
    void knowsWhichFilesAreModelsByThemselves() {
        ModelFiles files = ModelFiles.single("model.onnx", "*.pt").and(ModelFiles.of("saved_model.pb"));
        assertThat(files.nameOfSingle("iris.onnx")).contains("model.onnx");
        assertThat(files.nameOfSingle("model.onnx")).contains("model.onnx");
        assertThat(files.nameOfSingle("resnet.pt")).contains("resnet.pt");
        assertThat(files.nameOfSingle("saved_model.pb")).isEmpty();
        assertThat(files.nameOfSingle("graph.pb")).isEmpty();
        assertThat(files.nameOfSingle("iris.onnx.data")).isEmpty();
        assertThat(files.nameOfSingle(".onnx")).isEmpty();
    }

    @Test
    void findsFilesInADirectoryAndNoDirectories() throws IOException {
        assertThat(FILES.areIn(folder)).isFalse();
        assertThat(FILES.areIn(folder.resolve("absent"))).isFalse();
        Files.createDirectory(folder.resolve("checkpoint.pt"));
        Files.createDirectory(folder.resolve("model.one"));
        assertThat(FILES.areIn(folder)).isFalse();
        Path file = Files.createFile(folder.resolve("resnet.pt"));
        assertThat(FILES.areIn(folder)).isTrue();
        assertThat(FILES.areIn(file)).isFalse();
    }

    @Test
    void namesThemInMessages() {
        assertThat(FILES.and(ModelFiles.of("model.two", "model.one"))).hasToString("model.one or *.pt or model.two");
    }
}
