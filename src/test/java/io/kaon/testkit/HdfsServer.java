package io.kaon.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivilegedExceptionAction;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.security.UserGroupInformation;

/// A real HDFS, namenode and datanode, in a process of its own on free ports of the loopback interface. It ends with
/// this process. For integration tests, because Maven fetches it after packaging.
///
/// Files are written by the user that it runs as, who may do everything; it believes each client who it says it is.
/// Safe for use by several threads.
public final class HdfsServer implements AutoCloseable {
    private static final Pattern LISTENS = Pattern.compile("^ready (\\d+ \\d+)$");

    private final ChildServer process;
    private final int rpc;
    private final int http;
    private final FileSystem files;
    private final AtomicInteger folders = new AtomicInteger();

    private HdfsServer(ChildServer process, int rpc, int http) {
        this.process = process;
        this.rpc = rpc;
        this.http = http;
        this.files = files("hdfs://127.0.0.1:" + rpc);
    }

    /// Starts one that is empty, and waits until files can be written: ten seconds of a processor.
    public static HdfsServer start() {
        Path jars =
                Path.of(System.getProperty("kaon.hdfs", "target/servers/hdfs")).toAbsolutePath();
        if (!Files.isDirectory(jars)) {
            throw new AssertionError("there is no HDFS at " + jars
                    + ": run mvn pre-integration-test -DskipTests, which fetches it, and then the integration tests");
        }
        ChildServer process = ChildServer.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        // Most of a start would be spent on compiling, and no core is left for a collector.
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--class-path",
                        jars + "/*",
                        Path.of("src/test/servers/hdfs/Cluster.java")
                                .toAbsolutePath()
                                .toString(),
                        "data"),
                Map.of(),
                LISTENS);
        String[] ports = process.awaitReady().split(" ", 2);
        return new HdfsServer(process, Integer.parseInt(ports[0]), Integer.parseInt(ports[1]));
    }

    private static FileSystem files(String server) {
        Configuration options = new Configuration();
        // How long a client waits for the datanode to tell the namenode what it has got: 400 ms for each file.
        options.setInt("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", 5);
        try {
            return UserGroupInformation.createRemoteUser(System.getProperty("user.name"))
                    .doAs((PrivilegedExceptionAction<FileSystem>) () -> {
                        FileSystem made = new DistributedFileSystem();
                        made.initialize(URI.create(server), options);
                        return made;
                    });
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /// One that the tests of this process share, started when it is first asked for. Take a folder of your own, and do
    /// not close it.
    public static HdfsServer shared() {
        return Shared.SERVER;
    }

    /// Where the namenode answers, as a location begins.
    public String server(String scheme) {
        return scheme + "://127.0.0.1:" + (scheme.equals("hdfs") ? rpc : http);
    }

    /// The namenode's WebHDFS.
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + http);
    }

    /// Makes a folder that no other test has.
    ///
    /// @return its path
    public String createFolder() {
        String folder = "/folder-" + folders.incrementAndGet();
        makeDirectory(folder);
        return folder;
    }

    /// Writes a file, over the one that has its name, with what directories it needs.
    public void put(String path, byte[] content) {
        run(() -> {
            try (FSDataOutputStream file = files.create(path(path), true)) {
                file.write(content);
            }
        });
    }

    public void delete(String path) {
        run(() -> files.delete(path(path), true));
    }

    public void rename(String path, String to) {
        run(() -> files.rename(path(path), path(to)));
    }

    public void makeDirectory(String path) {
        run(() -> files.mkdirs(path(path)));
    }

    /// Takes the right to read it away from all but the user whom the server runs as.
    public void denyReading(String path) {
        run(() -> files.setPermission(path(path), new FsPermission("000")));
    }

    private static org.apache.hadoop.fs.Path path(String path) {
        return new org.apache.hadoop.fs.Path(null, null, path);
    }

    private interface Change {
        void make() throws IOException;
    }

    private static void run(Change change) {
        try {
            change.make();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Lets it stand still: connections stay, and nothing comes.
    public void pause() {
        signal("STOP");
    }

    /// After `pause`.
    public void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int status = new ProcessBuilder(
                            "kill", "-" + name, Long.toString(process.handle().pid()))
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new AssertionError("kill -" + name + " ended with " + status);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /// Kills it.
    @Override
    public void close() {
        process.close();
    }

    /// Made when it is first asked for.
    private static final class Shared {
        private static final HdfsServer SERVER = start();
    }
}
