package io.kaon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A closed loop over HTTP/1.1: each connection sends its next request when the last one is answered.
final class Wrk {
    private static final String SCRIPT = """
            local file = io.open(os.getenv("BENCH_BODY"), "rb")
            wrk.method = "POST"
            wrk.body = file:read("*a")
            wrk.headers["Content-Type"] = "application/json"
            file:close()
            function done(summary, latency, requests)
                local errors = summary.errors
                io.write(string.format("BENCH %d %d %d %d %d %d\\n", summary.requests,
                    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
                    summary.duration, latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
            end
            """;
    private static final Pattern SUMMARY = Pattern.compile("BENCH (\\d+) (\\d+) (\\d+) (\\d+) (\\d+) (\\d+)");

    private final Children children;
    private final Path script;

    Wrk(Children children, Path folder) throws IOException {
        this.children = children;
        script = Files.writeString(folder.resolve("wrk.lua"), SCRIPT).toAbsolutePath();
    }

    /// @param body a file
    Load run(String url, Path body, int connections, int seconds) {
        // `env` sets what the script reads; one thread is enough for two cores' worth of answers.
        String output = children.run(
                "wrk",
                Path.of("."),
                Duration.ofSeconds(seconds + 30L),
                List.of(
                        "env",
                        "BENCH_BODY=" + body,
                        "wrk",
                        "-t1",
                        "-c" + connections,
                        "-d" + seconds,
                        "--timeout",
                        "10s",
                        "-s",
                        script.toString(),
                        url));
        return load(output);
    }

    /// What the script has printed at the end.
    static Load load(String output) {
        Matcher summary = SUMMARY.matcher(output);
        if (!summary.find()) {
            throw new IllegalStateException("wrk gave no summary:\n" + output);
        }
        long failed = Long.parseLong(summary.group(2));
        return new Load(
                Long.parseLong(summary.group(1)) - failed,
                failed,
                Long.parseLong(summary.group(3)) / 1e6,
                Long.parseLong(summary.group(4)),
                Long.parseLong(summary.group(5)),
                Long.parseLong(summary.group(6)));
    }
}
