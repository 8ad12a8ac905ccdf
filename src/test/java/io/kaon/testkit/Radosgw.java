package io.kaon.testkit;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Ceph's gateway with a whole Ceph behind it, in memory. It keeps any key, however odd. It is there where
/// Debian's packages are installed, which `.ci/servers` does.
public final class Radosgw {
    /// Why a test that needs it is skipped.
    public static final String ABSENCE =
            "there is no radosgw, ceph-mon and ceph-osd on the path: .ci/servers installs them on Debian";

    private static final Path START = Path.of("src/test/servers/radosgw/start").toAbsolutePath();

    private Radosgw() {}

    public static boolean isThere() {
        return Stream.of("radosgw", "ceph-mon", "ceph-osd").allMatch(Radosgw::isOnPath);
    }

    private static boolean isOnPath(String program) {
        return Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /// Starts one that is empty, and waits until it listens: ten seconds or more.
    public static S3Server start() {
        String accessKey = "AKIDKAONTESTS";
        String secretKey = "secret-of-the-tests";
        List<Integer> ports = FreePorts.find(2);
        ChildServer process = ChildServer.start(
                List.of(START.toString(), ports.get(0).toString(), ports.get(1).toString(), accessKey, secretKey),
                Map.of(),
                Pattern.compile("^listens: (http://127\\.0\\.0\\.1:\\d+)"));
        return new S3Server(process, URI.create(process.awaitReady()), accessKey, secretKey);
    }
}
