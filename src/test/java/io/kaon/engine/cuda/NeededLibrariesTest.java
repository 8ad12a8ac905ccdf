package io.kaon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.testkit.SharedLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NeededLibrariesTest {
    @TempDir
    Path folder;

    @Test
    void areTheNamesInTheDynamicSection() throws IOException {
        Path library = SharedLibrary.linkedTo(folder.resolve("lib.so"), "libcublas.so.12", "libcudart.so.12");
        assertThat(NeededLibraries.of(library)).containsExactly("libcublas.so.12", "libcudart.so.12");
        assertThat(NeededLibraries.of(SharedLibrary.linkedTo(folder.resolve("alone.so"))))
                .isEmpty();
    }

    @Test
    void areFoundInALibraryThatALinkerMade() throws IOException {
        Path jvm = Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so");
        org.junit.jupiter.api.Assumptions.assumeTrue(
                Files.exists(jvm), "the JVM's library is no ELF file on this system");
        assertThat(NeededLibraries.of(jvm)).anyMatch(name -> name.startsWith("libc."));
    }

    @Test
    void areRefusedWhereThereIsNoLibrary() throws IOException {
        assertThatThrownBy(() -> NeededLibraries.of(Files.writeString(folder.resolve("text"), "text".repeat(99))))
                .isInstanceOf(IOException.class)
                .hasMessage("no ELF library of 64 bits");
        assertThatThrownBy(() -> NeededLibraries.of(Files.createFile(folder.resolve("empty"))))
                .isInstanceOf(IOException.class);
    }

    /// Sizes, places and counts of any kind: the reader may fail, but neither hang nor take gigabytes.
    @Test
    void endWithWhateverStandsInTheFile() throws IOException {
        byte[] sound = Files.readAllBytes(SharedLibrary.linkedTo(folder.resolve("sound.so"), "liba.so.1", "libb.so.2"));
        Random random = new Random(1);
        Path broken = folder.resolve("broken.so");
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = sound.clone();
            for (int j = 0; j <= random.nextInt(8); j++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Files.write(broken, bytes);
            try {
                List<String> names = NeededLibraries.of(broken);
                assertThat(names).allSatisfy(name -> assertThat(name).hasSizeLessThan(257));
            } catch (IOException | ArithmeticException _) {
                // Refused.
            }
        }
    }
}
