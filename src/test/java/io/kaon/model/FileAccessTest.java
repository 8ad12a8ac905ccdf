package io.kaon.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.FileUser;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileAccessTest {
    private static final String USER = System.getProperty("user.name");

    @TempDir
    Path directory;

    @Test
    void aDeniedFileIsNamedWithTheUserThatMayNotReadIt() {
        assertThat(FileAccess.words(new AccessDeniedException("/models/m/1/model.onnx")))
                .isEqualTo("permission denied: user " + USER + " may not read /models/m/1/model.onnx: let that user"
                        + " read it, and search the directories above it");
    }

    @Test
    void aReasonIsToldWithoutTheExceptionAroundIt() {
        assertThat(FileAccess.words(new NoSuchFileException("/f"))).isEqualTo("there is no such file");
        assertThat(FileAccess.words(new FileSystemException("/f", null, "Is a directory")))
                .isEqualTo("Is a directory");
    }

    @Test
    void theFileAmongAModelsThatMayNotBeReadIsFound() throws IOException {
        Files.writeString(directory.resolve("a.bin"), "a");
        assertThat(FileAccess.denied(directory)).isEmpty();
        Path secret = Files.writeString(directory.resolve("model.onnx"), "m");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
        try (FileUser _ = FileUser.bound()) {
            assertThat(FileAccess.denied(directory)).contains(FileAccess.denial(secret));
        }
    }
}
