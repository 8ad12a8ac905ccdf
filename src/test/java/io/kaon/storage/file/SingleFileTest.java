package io.kaon.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ModelFiles;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file that is a model by itself, as a store shows it.
final class SingleFileTest {
    private static final ModelFiles MODELS =
            ModelFiles.single("model.onnx", "*.pt").and(ModelFiles.of("saved_model.pb"));

    @TempDir
    private Path folder;

    private final FileStore store = new FileStore(List.of(), MODELS);

    @Test
    void isSeenUnderTheNameThatItsEngineKnowsAndWithWhatBelongsToIt() throws IOException {
        for (String name : List.of(
                "iris.onnx",
                "iris.onnx.data",
                "iris.bin",
                "iris.csv",
                "iris2.onnx",
                "saved_model.pb",
                "config.pbtxt")) {
            write(name, name);
        }
        Location iris = location("iris.onnx");
        assertThat(store.list(iris).directories()).isEmpty();
        assertThat(store.list(iris).files())
                .containsExactly("config.pbtxt", "iris.bin", "iris.onnx.data", "model.onnx");
        assertThat(store.inPlace(iris)).as("it is copied").isNull();
        Path copy = Files.createDirectory(folder.resolve("copy"));
        store.fetch(new StoredVersion(iris, store.describe(iris)), copy, new Transfer());
        assertThat(copy.resolve("model.onnx")).hasContent("iris.onnx");
        assertThat(copy.toFile().list())
                .containsExactlyInAnyOrder("config.pbtxt", "iris.bin", "iris.onnx.data", "model.onnx");
    }

    @Test
    void keepsItsNameWhereTheEngineTakesAny() throws IOException {
        write("net.pt", "");
        write("other.pt", "");
        assertThat(store.list(location("net.pt")).files()).containsExactly("net.pt");
    }

    @Test
    void isAnotherVersionOnceItChanges() throws IOException {
        write("iris.onnx", "one");
        long before = store.describe(location("iris.onnx")).fingerprint();
        write("iris.csv", "nothing to it");
        assertThat(store.describe(location("iris.onnx")).fingerprint()).isEqualTo(before);
        write("iris.onnx", "three");
        assertThat(store.describe(location("iris.onnx")).fingerprint()).isNotEqualTo(before);
    }

    @Test
    void mayBeALinkButWhatBelongsToItMayNotLeadElsewhere() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("blob"), "a model");
        Path models = Files.createDirectory(folder.resolve("models"));
        Files.createSymbolicLink(models.resolve("iris.onnx"), elsewhere.resolve("blob"));
        Location iris = Location.parse(models.resolve("iris.onnx").toString());
        assertThat(store.describe(iris).bytes()).isEqualTo(7);
        Files.createSymbolicLink(models.resolve("iris.onnx.data"), elsewhere.resolve("blob"));
        assertThatThrownBy(() -> store.describe(iris))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("iris.onnx.data cannot be read: it is a link to");
    }

    @Test
    void isNoDirectoryWhereItIsNoModelByItself() throws IOException {
        for (String name : List.of("saved_model.pb", "iris.pkl", "README")) {
            write(name, "");
            assertThatThrownBy(() -> store.list(location(name)))
                    .isInstanceOf(ServingException.class)
                    .hasMessageContaining("is not a directory");
        }
        Files.createDirectory(folder.resolve("v.onnx"));
        assertThat(store.list(location("v.onnx")).files()).isEmpty();
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }

    private Location location(String name) {
        return Location.parse(folder.resolve(name).toString());
    }
}
