package io.kaon.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The API server of Kubernetes, without nodes and controllers: it says of a document whether a cluster takes it.
/// It is there where `.ci/servers` was told to build it.
public final class KubeApiServer implements AutoCloseable {
    /// Why a test that needs it is skipped.
    public static final String ABSENCE =
            "there is no kube-apiserver in target/servers: KAON_KUBE_APISERVER=1 .ci/servers makes it where Go is";

    private static final Path PROGRAMS = Path.of("target/servers/kubernetes").toAbsolutePath();
    private static final Path START =
            Path.of("src/test/servers/kubernetes/start").toAbsolutePath();
    private static final String TOKEN = "token-of-the-tests";

    private final ChildServer process;
    private final String url;

    private KubeApiServer(ChildServer process, String url) {
        this.process = process;
        this.url = url;
    }

    public static boolean isThere() {
        return Stream.of("etcd", "kube-apiserver", "kubectl")
                .allMatch(program -> Files.isExecutable(PROGRAMS.resolve(program)));
    }

    /// Starts one that is empty, and waits until it takes requests: five seconds or more.
    public static KubeApiServer start() {
        List<String> line = new ArrayList<>(List.of(START.toString(), PROGRAMS.toString()));
        FreePorts.find(3).forEach(port -> line.add(port.toString()));
        line.add(TOKEN);
        ChildServer process =
                ChildServer.start(line, Map.of(), Pattern.compile("^listens: (https://127\\.0\\.0\\.1:\\d+)"));
        return new KubeApiServer(process, process.awaitReady());
    }

    /// What `kubectl` says, on both of its outputs, and with which status it ends.
    public record Answer(int status, String output) {}

    public Answer kubectl(List<String> arguments) {
        List<String> line = new ArrayList<>(List.of(
                PROGRAMS.resolve("kubectl").toString(),
                "--server=" + url,
                "--token=" + TOKEN,
                "--insecure-skip-tls-verify",
                "--kubeconfig=/dev/null",
                "--cache-dir=" + process.folder().resolve("cache")));
        line.addAll(arguments);
        try {
            Process kubectl = new ProcessBuilder(line).redirectErrorStream(true).start();
            kubectl.getOutputStream().close();
            String output = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(kubectl.waitFor(), output);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
