package io.kaon.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Closed loops over gRPC, and open loops over both transports: requests are sent when their time has come, whether or
/// not earlier ones are answered.
final class H2load {
    /// h2load looks at its clock every 10 ms at the most, so a connection with more requests per second sends several
    /// at once.
    private static final int PER_CONNECTION = 50;

    private static final int MOST_CONNECTIONS = 512;

    /// Connections are opened one by one, so that they do not send in step.
    private static final int OPENING_MILLIS = 7;

    private static final int STREAMS = 100;

    private static final Pattern REQUESTS = Pattern.compile("(\\d+) started, (\\d+) done, (\\d+) succeeded");

    private final Children children;
    private final String name;
    private final Path log;

    /// @param name of its files; those that run at the same time need different ones
    H2load(Children children, Path folder, String name) {
        this.children = children;
        this.name = name;
        log = folder.resolve(name + ".tsv").toAbsolutePath();
    }

    /// Each connection sends its next call when the last one is answered.
    Load closed(String url, Path frame, int connections, int seconds) {
        String output = run(
                Transport.GRPC,
                seconds,
                List.of("-c" + connections, "-m1", "-D" + seconds, "-d", frame.toString(), url));
        return load(output, LatencyLog.read(log), seconds);
    }

    /// @param output h2load's summary, which counts what the log does not have: requests that were not
    ///     answered at all
    static Load load(String output, LatencyLog seen, int seconds) {
        Matcher requests = REQUESTS.matcher(output);
        if (!requests.find()) {
            throw new IllegalStateException("h2load gave no summary:\n" + output);
        }
        long broken = Long.parseLong(requests.group(2)) - Long.parseLong(requests.group(3));
        Load load = seen.summary(seconds, 0);
        return new Load(load.answered(), Math.max(broken, load.failed()), seconds, load.p50(), load.p99(), load.p999());
    }

    /// An open loop that has been run.
    ///
    /// @param log all of its requests
    /// @param from when every connection sent, in microseconds since 1970
    /// @param to when the first had sent all
    /// @param periodMicros between two requests of one connection, where a late answer holds back the next; or 0
    record Opened(LatencyLog log, long from, long to, double periodMicros) {
        /// All that was sent, with the latencies of the time in which every connection sent.
        Load load() {
            Load steady = steady();
            double seconds = (log.last() - log.first()) / 1e6;
            return new Load(log.answered(), log.failed(), seconds, steady.p50(), steady.p99(), steady.p999());
        }

        /// Of the time in which all connections sent.
        Load steady() {
            return log.between(from, to).summary((to - from) / 1e6, periodMicros);
        }
    }

    /// @param rate requests per second, of all connections together
    Opened open(Transport transport, String url, Path body, double rate, int seconds) {
        int connections = (int) Math.clamp(Math.ceil(rate / PER_CONNECTION), 1, MOST_CONNECTIONS);
        double opening = connections * OPENING_MILLIS / 1e3;
        double each = rate / connections;
        long total = Math.round((seconds + opening) * each) * connections;
        List<String> arguments = new ArrayList<>(List.of(
                "-c" + connections,
                "-r1",
                "--rate-period=" + OPENING_MILLIS + "ms",
                "-n" + total,
                "--rps=" + each,
                "-d",
                body.toString()));
        if (transport == Transport.GRPC) {
            arguments.add("-m" + STREAMS);
        }
        arguments.add(url);
        String _ = run(transport, seconds + (int) opening, arguments);
        LatencyLog seen = LatencyLog.read(log);
        long from = seen.first() + (long) (opening * 1e6);
        return new Opened(seen, from, from + seconds * 1_000_000L, transport == Transport.REST ? 1e6 / each : 0);
    }

    private String run(Transport transport, int seconds, List<String> arguments) {
        try {
            // It appends to what is there.
            Files.deleteIfExists(log);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        List<String> command = new ArrayList<>(List.of("h2load", "-t1", "--log-file=" + log));
        command.addAll(
                transport == Transport.GRPC
                        ? List.of("-H", "content-type: application/grpc", "-H", "te: trailers")
                        : List.of("--h1", "-H", "content-type: application/json"));
        command.addAll(arguments);
        return children.run(name, Path.of("."), Duration.ofSeconds(seconds + 60L), command);
    }
}
