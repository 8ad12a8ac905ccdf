package io.kaon.bench;

import io.kaon.testkit.FreePorts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What Kaon is compared with: builds and starts the servers of `bench/peers`, and DJL Serving where there is one.
final class Peers {
    /// Names an unpacked distribution of DJL Serving: a folder whose `lib` has its jars and a plugin for KServe's API.
    static final String DJL_PROPERTY = "kaon.bench.djl";

    static final String QUARKUS = "quarkus";
    static final String NODE = "node";
    static final String DJL = "djl";

    private static final Path FOLDER = Path.of("bench", "peers");
    private static final Duration BUILD = Duration.ofMinutes(10);

    private final Children children;
    private final Sheet sheet;
    private final Path models;
    /// The model that all but the echo serve.
    private final Path mlp;

    /// @param models the folder of the models
    Peers(Children children, Sheet sheet, Path models) {
        this.children = children;
        this.sheet = sheet;
        this.models = models.toAbsolutePath();
        this.mlp = BenchModels.version(this.models, BenchModels.MLP);
    }

    Server echo() {
        List<Integer> ports = FreePorts.find(2);
        int rest = ports.getFirst();
        int grpc = ports.getLast();
        Process process = startJar(
                "echo",
                List.of(
                        "-Dquarkus.http.port=" + rest,
                        "-Decho.grpc.port=" + grpc,
                        "-Decho.models=" + models,
                        "-Donnxruntime.native.path="
                                + Path.of("target", "native", "lib").toAbsolutePath()));
        return new Server(Server.ECHO, process.toHandle(), rest, grpc, null);
    }

    /// Those that can be had here; what cannot is remarked.
    List<Server> others() {
        List<Server> found = new ArrayList<>();
        found.add(quarkus());
        node().ifPresent(found::add);
        djl().ifPresent(found::add);
        return found;
    }

    private Server quarkus() {
        int rest = FreePorts.find(1).getFirst();
        Process process =
                startJar(QUARKUS, List.of("-Dquarkus.http.port=" + rest, "-Dpeer.model=" + mlp.resolve("model.onnx")));
        return new Server(QUARKUS, process.toHandle(), rest, 0, null);
    }

    private Process startJar(String name, List<String> properties) {
        Path folder = FOLDER.resolve(name);
        Path jar = folder.resolve("target/quarkus-app/quarkus-run.jar");
        if (isOlder(jar, folder.resolve("pom.xml"), folder.resolve("src"))) {
            System.out.println("building the peer " + name + " ...");
            String _ = children.run(
                    name + "-build", folder, BUILD, List.of("mvn", "-q", "-B", "-ntp", "clean", "package"));
        }
        List<String> command = new ArrayList<>(Children.java());
        command.addAll(properties);
        command.addAll(List.of("-jar", jar.toString()));
        return children.startServer(name, Path.of("."), "Installed features", command);
    }

    private Optional<Server> node() {
        if (!isOnPath("node") || !isOnPath("npm")) {
            sheet.remark("skipped the Node peer: node and npm are not on the PATH");
            return Optional.empty();
        }
        Path folder = FOLDER.resolve(NODE);
        if (isOlder(folder.resolve("node_modules/.package-lock.json"), folder.resolve("package-lock.json"))) {
            System.out.println("installing the packages of the peer node ...");
            try {
                String _ = children.run("node-build", folder, BUILD, List.of("npm", "ci"));
            } catch (IllegalStateException failed) {
                sheet.remark("skipped the Node peer: its packages could not be installed; see logs/node-build.log");
                return Optional.empty();
            }
        }
        int rest = FreePorts.find(1).getFirst();
        Process process = children.startServer(
                NODE,
                folder,
                "ready",
                List.of("node", "server.js", mlp.resolve("model.onnx").toString(), "" + rest));
        return Optional.of(new Server(NODE, process.toHandle(), rest, 0, null));
    }

    /// Serves the model under KServe's API.
    private Optional<Server> djl() {
        String home = System.getProperty(DJL_PROPERTY);
        if (home == null) {
            sheet.remark("skipped DJL Serving: KAON_JAVA_OPTS names none with -D" + DJL_PROPERTY + "=FOLDER");
            return Optional.empty();
        }
        int rest = FreePorts.find(1).getFirst();
        Path logs = Path.of("target", "bench");
        List<String> command = new ArrayList<>(Children.java());
        command.addAll(List.of(
                "-Dai.djl.offline=true",
                "-DOPT_OUT_TRACKING=true",
                "-Dai.djl.serving.inference_address=http://127.0.0.1:" + rest,
                "-cp",
                Path.of(home, "lib") + "/*",
                "ai.djl.serving.ModelServer",
                "-m",
                "mlp::OnnxRuntime=" + mlp.toUri()));
        Process process = children.startServer(DJL, logs, "BOTH API bind to", command);
        return Optional.of(new Server(DJL, process.toHandle(), rest, 0, null));
    }

    static boolean isOnPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /// Whether a file is not there, or older than anything that it was made from.
    private static boolean isOlder(Path made, Path... sources) {
        FileTime time = modified(made);
        return time == null
                || Stream.of(sources).flatMap(Peers::files).anyMatch(source -> {
                    FileTime changed = modified(source);
                    return changed != null && changed.compareTo(time) > 0;
                });
    }

    private static Stream<Path> files(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList().stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static @Nullable FileTime modified(Path file) {
        try {
            return Files.exists(file) ? Files.getLastModifiedTime(file) : null;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
