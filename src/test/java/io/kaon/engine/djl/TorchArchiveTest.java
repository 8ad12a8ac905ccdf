package io.kaon.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.engine.djl.archive.ForwardMethod;
import io.kaon.engine.djl.archive.TorchArchive;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.Shape;
import io.kaon.testkit.TorchScriptArchive;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that are no TorchScript, or would be too much for the reader, are refused with what they are.
final class TorchArchiveTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("model.pt");
    }

    private void refused(String... words) {
        assertThatThrownBy(() -> TorchArchive.read(file)).isInstanceOfSatisfying(ServingException.class, refused -> {
            assertThat(refused.kind()).isEqualTo(ErrorKind.ENGINE_FAILED);
            assertThat(refused.getMessage())
                    .startsWith("model.pt is no TorchScript archive: ")
                    .contains(words);
        });
    }

    private void zip(String... entriesAndTexts) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < entriesAndTexts.length; i += 2) {
                zip.putNextEntry(new ZipEntry(entriesAndTexts[i]));
                zip.write(entriesAndTexts[i + 1].getBytes(StandardCharsets.ISO_8859_1));
                zip.closeEntry();
            }
        }
    }

    @Test
    void readsCodeAndClass() throws IOException {
        TorchScriptArchive.halfPlusTwo().writeTo(folder);
        TorchArchive archive = TorchArchive.read(file);
        assertThat(archive.type()).isEqualTo("__torch__.M");
        assertThat(archive.sources()).containsOnlyKeys("__torch__.py");
    }

    @Test
    void theTemplateHasTheTypesAndSizesOfTheInputsThatAModelWasTracedWith() throws IOException {
        TorchScriptArchive.halfPlusTwo().traced(Shape.of(2, 3, 224)).writeTo(folder);
        TorchArchive archive = TorchArchive.read(file);
        assertThat(DeclarationTemplate.of(ForwardMethod.of(archive), archive.traced()))
                .contains("input [ { name: \"x\" data_type: TYPE_FP32 dims: [3, 224] } ]");
    }

    @Test
    void saysWhatElseTheFileIs() throws IOException {
        Files.writeString(file, "a pickle of Python");
        refused("torch.jit.script(model).save(\"model.pt\")");
        zip("README", "");
        refused("expected an entry FOLDER/data.pkl");
        zip("m/data.pkl", "\u0080\u0002ccollections\nOrderedDict\n)R.");
        refused("as torch.save() writes them");
        zip("m/data.pkl", "");
        refused("as torch.save() writes them");
        zip("m/data.pkl", "\u0080\u0002c__torch__\nM\n.", "n/data.pkl", "");
        refused("it has two models");
    }

    @Test
    void noticesWhatChecksumsDeny() throws IOException {
        TorchScriptArchive.halfPlusTwo().writeTo(folder);
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("torch.mul");
        bytes[at] ^= 1;
        Files.write(file, bytes);
        refused("model/code/__torch__.py is not what its checksum says");
    }

    @Test
    void unpacksNoBomb() throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("m/data.pkl"));
            zip.write("\u0080\u0002c__torch__\nM\n.".getBytes(StandardCharsets.ISO_8859_1));
            zip.putNextEntry(new ZipEntry("m/code/__torch__.py"));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 80; i++) {
                zip.write(zeros);
            }
            zip.closeEntry();
        }
        assertThat(Files.size(file)).isLessThan(1 << 20);
        refused("take more than 67108864 bytes");
    }
}
