package io.kaon.testkit;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// MinIO, the server that most people run S3 with who do not rent it. It is there where `.ci/servers` could
/// build it.
public final class Minio {
    /// Why a test that needs it is skipped.
    public static final String ABSENCE = "there is no MinIO in target/servers: .ci/servers makes it where Go is";

    private static final Path PROGRAM = Path.of("target/servers/minio/minio").toAbsolutePath();

    private Minio() {}

    public static boolean isThere() {
        return Files.isExecutable(PROGRAM);
    }

    /// Starts one that is empty, and waits until it listens.
    public static S3Server start() {
        String accessKey = "AKIDKAONTESTS";
        String secretKey = "secret-of-the-tests";
        ChildServer process = ChildServer.start(
                List.of(PROGRAM.toString(), "server", "--address", "127.0.0.1:0", "objects"),
                Map.of("MINIO_ROOT_USER", accessKey, "MINIO_ROOT_PASSWORD", secretKey, "MINIO_BROWSER", "off"),
                Pattern.compile("API: (http://127\\.0\\.0\\.1:\\d+)"));
        return new S3Server(process, URI.create(process.awaitReady()), accessKey, secretKey);
    }
}
