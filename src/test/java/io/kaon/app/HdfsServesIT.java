package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.BuiltIn;
import io.kaon.testkit.FaultyProxy;
import io.kaon.testkit.HdfsServer;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// A server whose models are in HDFS behaves as one whose models are in a folder.
@EnabledIf(value = "io.kaon.testkit.BuiltIn#hdfs", disabledReason = BuiltIn.NO_HDFS)
final class HdfsServesIT {
    private static final List<String> QUESTIONS =
            List.of("/v1/models/half", "/v1/models/half/metadata", "/v1/models/add");

    private final HdfsServer hdfs = HdfsServer.shared();
    private final String models = hdfs.createFolder();

    @TempDir
    private Path folder;

    @Test
    void answersAsFromAFolderOverBothProtocols() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("half/1")));
        OnnxModels.writeWithExternalWeights(Files.createDirectories(folder.resolve("add/3")), Tensors.floats(10));
        upload(folder);
        String body = "{\"instances\":[1.0,2.0]}";
        try (ServerProcess fromFolder = ServerProcess.serve(folder)) {
            for (String scheme : List.of("webhdfs", "hdfs")) {
                try (ServerProcess fromHdfs = serve(hdfs.server(scheme) + models)) {
                    for (String question : QUESTIONS) {
                        assertThat(fromHdfs.get(question).body())
                                .as(scheme + " " + question)
                                .isEqualTo(fromFolder.get(question).body());
                    }
                    assertThat(fromHdfs.post("/v1/models/half:predict", body).body())
                            .isEqualTo(fromFolder
                                    .post("/v1/models/half:predict", body)
                                    .body())
                            .contains("2.5");
                    assertThat(fromHdfs.output())
                            .as("Hadoop's client is silent")
                            .noneMatch(HdfsServesIT::isOfHadoop);
                }
            }
        }
    }

    private static boolean isOfHadoop(String line) {
        return line.contains("SLF4J") || line.contains("hadoop") || line.contains("sun.misc.Unsafe");
    }

    @Test
    void keepsServingWhileHdfsIsAwayAndServesWhatIsNewWhenItIsBack() throws IOException {
        put("/m/1", OnnxModels.linear(0.5f, 2));
        try (FaultyProxy proxy = FaultyProxy.inFrontOf(hdfs.endpoint());
                ServerProcess server = serve(
                        "webhdfs://127.0.0.1:" + proxy.endpoint().getPort() + models,
                        "-Dkaon.poll-intervals.webhdfs=200ms")) {
            proxy.goAway();
            server.awaitLine("cannot be asked");
            put("/m/2", OnnxModels.linear(3, 0));
            assertThat(server.post("/v1/models/m:predict", "{\"instances\":[2.0]}")
                            .body())
                    .contains("3.0");
            proxy.comeBack();
            server.awaitAnswer("/v1/models/m", body -> body.contains("\"2\"") && body.contains("END"));
            assertThat(server.post("/v1/models/m:predict", "{\"instances\":[2.0]}")
                            .body())
                    .contains("6.0");
        }
    }

    @Test
    void endsWithTheReasonWhenTheFolderCannotBeListed() throws IOException {
        put("/m/1", OnnxModels.linear(0.5f, 2));
        hdfs.denyReading(models);
        assertRefused(hdfs.server("webhdfs") + models, "may not be read", "the user is kaon-tests");
        assertRefused(hdfs.server("hdfs") + models + "-not", "does not exist");
    }

    private static void assertRefused(String models, String... said) {
        try (ServerProcess server =
                ServerProcess.start(List.of(), List.of(models, "-Dkaon.hdfs.user=kaon-tests"), Map.of())) {
            assertThat(server.awaitExit()).isNotZero();
            assertThat(String.join("\n", server.output())).contains(said).contains(models);
        }
    }

    @Test
    void takesTheNamesOfNamenodesFromHadoopsOwnFiles() throws IOException {
        put("/m/1", OnnxModels.linear(0.5f, 2));
        Path configuration = Files.createDirectory(folder.resolve("conf"));
        Files.writeString(configuration.resolve("hdfs-site.xml"), nameservice());
        for (String scheme : List.of("hdfs", "webhdfs")) {
            try (ServerProcess server = ServerProcess.start(
                            List.of(),
                            List.of(scheme + "://cluster" + models),
                            Map.of("HADOOP_CONF_DIR", configuration.toString(), "HADOOP_USER_NAME", "kaon-tests"))
                    .awaitReady()) {
                assertThat(server.get("/v1/models/m").body()).as(scheme).contains("AVAILABLE");
            }
        }
    }

    /// Two namenodes, the first of which is away.
    private String nameservice() {
        String rpc = hdfs.server("hdfs").substring("hdfs://".length());
        String http = hdfs.server("webhdfs").substring("webhdfs://".length());
        Map<String, String> options = Map.of(
                "dfs.nameservices", "cluster",
                "dfs.ha.namenodes.cluster", "a,b",
                "dfs.namenode.rpc-address.cluster.a", "127.0.0.1:1",
                "dfs.namenode.rpc-address.cluster.b", rpc,
                "dfs.namenode.http-address.cluster.a", "127.0.0.1:1",
                "dfs.namenode.http-address.cluster.b", http,
                "dfs.client.failover.proxy.provider.cluster",
                        "org.apache.hadoop.hdfs.server.namenode.ha.ConfiguredFailoverProxyProvider");
        StringBuilder text = new StringBuilder("<configuration>");
        options.forEach((name, value) -> text.append("<property><name>")
                .append(name)
                .append("</name><value>")
                .append(value)
                .append("</value></property>"));
        return text.append("</configuration>").toString();
    }

    private static ServerProcess serve(String models, String... flags) {
        List<String> arguments = new ArrayList<>(List.of(models, "-Dkaon.hdfs.user=kaon-tests"));
        arguments.addAll(List.of(flags));
        return ServerProcess.start(List.of(), arguments, Map.of()).awaitReady();
    }

    private void put(String version, OnnxModel model) throws IOException {
        Path made = Files.createTempDirectory(folder, "made");
        model.writeTo(made);
        hdfs.put(models + version + "/model.onnx", Files.readAllBytes(made.resolve("model.onnx")));
    }

    private void upload(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                hdfs.put(models + "/" + tree.relativize(file), Files.readAllBytes(file));
            }
        }
    }
}
