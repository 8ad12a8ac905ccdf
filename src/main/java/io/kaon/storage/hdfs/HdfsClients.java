package io.kaon.storage.hdfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivilegedExceptionAction;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.web.SWebHdfsFileSystem;
import org.apache.hadoop.hdfs.web.WebHdfsFileSystem;
import org.apache.hadoop.security.UserGroupInformation;
import org.jspecify.annotations.Nullable;

/// A client for each server that locations name, made when it is first asked for, and closed with this. They
/// are made by hand: Hadoop's own registry keeps what it has made until the JVM ends, which it then delays.
///
/// Safe for use by several threads.
final class HdfsClients implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /// No byte for so long: the request fails, and is made again.
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private static final List<String> FILES = List.of("core-site.xml", "hdfs-site.xml");

    private final HdfsSettings settings;
    private final Map<String, HdfsClient> byServer = new HashMap<>();
    private @Nullable Configuration configuration;
    private boolean closed;

    HdfsClients(HdfsSettings settings) {
        this.settings = settings;
    }

    /// @throws ServingException NOT_READY when this is closed, STORAGE_FAILED when the options cannot be read
    /// @throws IOException when the server's address or the user cannot be found out
    synchronized HdfsClient of(HdfsPlace place) throws IOException {
        if (closed) {
            throw new ServingException(ErrorKind.NOT_READY, "the server is stopping");
        }
        HdfsClient known = byServer.get(place.server());
        if (known != null) {
            return known;
        }
        HdfsClient made = make(place);
        byServer.put(place.server(), made);
        return made;
    }

    private HdfsClient make(HdfsPlace place) throws IOException {
        Configuration options = configuration();
        boolean overHttp = !place.scheme().equals("hdfs");
        FileSystem files = switch (place.scheme()) {
            case "hdfs" -> new DistributedFileSystem();
            case "swebhdfs" -> new SWebHdfsFileSystem();
            case String _ -> new WebHdfsFileSystem();
        };
        try {
            return user().doAs((PrivilegedExceptionAction<HdfsClient>) () -> {
                files.initialize(URI.create(place.server()), options);
                return new HdfsClient(files, overHttp);
            });
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ServingException(ErrorKind.NOT_READY, "the server is stopping", interrupted);
        }
    }

    /// With Kerberos, that of the ticket.
    private UserGroupInformation user() throws IOException {
        return UserGroupInformation.isSecurityEnabled()
                ? UserGroupInformation.getLoginUser()
                : UserGroupInformation.createRemoteUser(settings.user());
    }

    private Configuration configuration() {
        Configuration made = configuration;
        if (made == null) {
            made = new Configuration();
            if (settings.configuration() != null) {
                add(settings.configuration(), made);
            }
            limit(made);
            MediaTypes.provide();
            UserGroupInformation.setConfiguration(made);
            configuration = made;
        }
        return made;
    }

    private static void add(Path folder, Configuration options) {
        List<Path> files =
                FILES.stream().map(folder::resolve).filter(Files::isReadable).toList();
        if (files.isEmpty()) {
            throw new ServingException(
                    ErrorKind.STORAGE_FAILED,
                    HdfsSettings.CONFIGURATION + " (or HADOOP_CONF_DIR): expected a folder with " + FILES.get(0)
                            + " or " + FILES.get(1) + ", got " + folder);
        }
        for (Path file : files) {
            options.addResource(new org.apache.hadoop.fs.Path(file.toUri()));
        }
        try {
            int _ = options.size();
        } catch (RuntimeException malformed) {
            throw new ServingException(
                    ErrorKind.STORAGE_FAILED,
                    HdfsSettings.CONFIGURATION + ": " + folder + " cannot be read: " + HdfsFailures.line(malformed),
                    malformed);
        }
    }

    /// Over whatever the folder says: a look ends, whatever the server does, and [io.kaon.storage.remote.Attempts] asks
    /// again.
    private static void limit(Configuration options) {
        int connect = Math.toIntExact(CONNECT.toMillis());
        int silence = Math.toIntExact(SILENCE.toMillis());
        options.set("dfs.webhdfs.socket.connect-timeout", connect + "ms");
        options.set("dfs.webhdfs.socket.read-timeout", silence + "ms");
        options.setBoolean("dfs.http.client.retry.policy.enabled", false);
        options.setInt("dfs.http.client.retry.max.attempts", 0);
        options.setInt("ipc.client.connect.timeout", connect);
        options.setInt("ipc.client.rpc-timeout.ms", silence);
        options.setInt("ipc.ping.interval", silence);
        options.setInt("ipc.client.connect.max.retries", 0);
        options.setInt("ipc.client.connect.max.retries.on.timeouts", 0);
        options.setBoolean("dfs.client.retry.policy.enabled", false);
        options.setInt("dfs.client.socket-timeout", silence);
        // Within one attempt, all replicas of a block are tried once.
        options.setInt("dfs.client.max.block.acquire.failures", 0);
        // From one namenode of a nameservice to the other and back.
        for (String protocol : List.of("dfs.client", "dfs.http.client")) {
            options.setInt(protocol + ".failover.max.attempts", 3);
            options.setInt(protocol + ".failover.sleep.base.millis", 100);
            options.setInt(protocol + ".failover.sleep.max.millis", 1000);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            for (HdfsClient client : byServer.values()) {
                client.close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
