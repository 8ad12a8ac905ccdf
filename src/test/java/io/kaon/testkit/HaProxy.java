package io.kaon.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// HAProxy in front of servers that come and go, as endpoints of a Service do. It hides nothing: it tries each request
/// once, at one server. It is there where Debian's package is installed, which `.ci/servers` does.
public final class HaProxy implements AutoCloseable {
    /// Why a test that needs it is skipped.
    public static final String ABSENCE = "there is no haproxy: .ci/servers installs it on Debian";

    private static final String PROGRAM = "haproxy";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// The ways in. One of each pair passes bytes on, as what Kubernetes has on each node does; the other reads
    /// HTTP, as an ingress does.
    public enum Door {
        REST_BYTES("mode tcp", ""),
        REST_HTTP("mode http", ""),
        GRPC_BYTES("mode tcp", ""),
        GRPC_HTTP("mode http", " proto h2");

        private final String mode;
        private final String protocol;

        Door(String mode, String protocol) {
            this.mode = mode;
            this.protocol = protocol;
        }

        /// What the configuration calls it.
        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        private int port(ServerProcess server) {
            return switch (this) {
                case REST_BYTES, REST_HTTP -> server.restPort();
                case GRPC_BYTES, GRPC_HTTP -> server.grpcPort();
            };
        }
    }

    private final ChildServer process;
    private final Path socket;
    private final String checks;
    private final Map<Door, Integer> ports;

    private HaProxy(ChildServer process, Path socket, String checks, Map<Door, Integer> ports) {
        this.process = process;
        this.socket = socket;
        this.checks = checks;
        this.ports = ports;
    }

    public static boolean isThere() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, PROGRAM))
                .anyMatch(Files::isExecutable);
    }

    /// Starts one without servers, and waits until it listens.
    ///
    /// @param folder an empty one, for its files
    /// @param readyPath what servers are asked on their management ports
    /// @param period between two questions
    /// @param failures how many answers in a row must be no before a server gets no traffic
    public static HaProxy start(Path folder, String readyPath, Duration period, int failures) {
        Map<Door, Integer> ports = new EnumMap<>(Door.class);
        Iterator<Integer> free = FreePorts.find(Door.values().length).iterator();
        for (Door door : Door.values()) {
            ports.put(door, free.next());
        }
        Path socket = folder.resolve("control");
        Path file = folder.resolve("haproxy.cfg");
        try {
            Files.write(file, configuration(socket, readyPath, ports));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        ChildServer process = ChildServer.start(
                List.of(PROGRAM, "-db", "-V", "-f", file.toString()),
                Map.of(),
                Pattern.compile("^Using (.*) as the polling"));
        String checks = " inter " + period.toMillis() + "ms fall " + failures + " rise 1";
        HaProxy proxy = new HaProxy(process, socket, checks, ports);
        String _ = process.awaitReady();
        await(() -> Files.exists(socket), () -> "HAProxy opens no socket for control at " + socket);
        return proxy;
    }

    private static List<String> configuration(Path socket, String readyPath, Map<Door, Integer> ports) {
        List<String> lines = new ArrayList<>(List.of(
                "global",
                "  stats socket " + socket + " mode 600 level admin",
                "  nbthread 1",
                // The first question comes at once, as it does in a pod.
                "  max-spread-checks 100ms",
                "defaults",
                "  retries 0",
                "  no option redispatch",
                "  balance roundrobin",
                "  timeout connect 5s",
                "  timeout client 60s",
                "  timeout server 60s"));
        ports.forEach((door, port) -> lines.addAll(List.of(
                "frontend to_" + door.label(),
                "  " + door.mode,
                "  bind 127.0.0.1:" + port + door.protocol,
                "  default_backend " + door.label(),
                "backend " + door.label(),
                "  " + door.mode,
                "  option httpchk GET " + readyPath)));
        return lines;
    }

    public int port(Door door) {
        Integer port = ports.get(door);
        if (port == null) {
            throw new IllegalStateException("no port for " + door);
        }
        return port;
    }

    /// From now on traffic goes to this server too. Returns when its readiness has said yes at every door.
    public void add(String name, ServerProcess server) {
        int management = server.healthUrl("/").getPort();
        for (Door door : Door.values()) {
            String there = door.label() + "/" + name;
            String _ = control("add server " + there + " 127.0.0.1:" + door.port(server) + door.protocol
                    + " check check-proto h1 port " + management + checks);
            // It is asked, and gets no traffic yet.
            String _ = control("set server " + there + " state drain");
            String _ = control("enable health " + there);
        }
        for (Door door : Door.values()) {
            await(() -> isReady(door, name), () -> name + " is not ready for HAProxy: " + control("show stat"));
        }
        for (Door door : Door.values()) {
            String _ = control("set server " + door.label() + "/" + name + " state ready");
        }
    }

    /// From now on new connections, and requests where it reads them, go elsewhere; open connections stay.
    public void remove(String name) {
        for (Door door : Door.values()) {
            String _ = control("set server " + door.label() + "/" + name + " state maint");
        }
    }

    private boolean isReady(Door door, String name) {
        return control("show stat")
                .lines()
                .filter(line -> line.startsWith(door.label() + "," + name + ","))
                .anyMatch(line -> line.contains(",L7OK,"));
    }

    /// What it knows of each server: state, and how its checks went.
    public List<String> states() {
        List<String> rows = control("show stat").lines().toList();
        List<String> columns = List.of(rows.getFirst().split(",", -1));
        return rows.stream()
                .skip(1)
                .map(row -> row.split(",", -1))
                .filter(row -> row.length >= columns.size())
                .filter(row -> !List.of("FRONTEND", "BACKEND").contains(row[1]))
                .map(row -> Stream.of(
                                "# pxname",
                                "svname",
                                "status",
                                "check_status",
                                "chkfail",
                                "chkdown",
                                "lastchg",
                                "econ",
                                "eresp",
                                "last_chk")
                        .map(column -> row[columns.indexOf(column)])
                        .collect(Collectors.joining(" ")))
                .toList();
    }

    /// One command of its runtime interface.
    ///
    /// @return what it says to it
    private String control(String command) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            int _ = channel.write(ByteBuffer.wrap((command + "\n").getBytes(UTF_8)));
            return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(command, failure);
        }
    }

    private static void await(BooleanSupplier wanted, Supplier<String> instead) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!wanted.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(instead.get());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
