package io.kaon.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// The requests of one h2load run, from the file that `--log-file` writes.
///
/// Over HTTP/1.1 h2load has one request under way per connection. One that takes longer than the time between two
/// requests of its connection holds the next ones back, and they are sent late and look quick. What they would have
/// waited is added then, as HdrHistogram's correction for coordinated omission does it.
final class LatencyLog {
    private final long[] starts;
    private final long[] latencies;
    private final long failed;

    private LatencyLog(long[] starts, long[] latencies, long failed) {
        this.starts = starts;
        this.latencies = latencies;
        this.failed = failed;
    }

    /// @param file columns of start in microseconds, status, and microseconds until the end of the answer
    static LatencyLog read(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            long[][] rows = lines.map(line -> Arrays.stream(line.split("\t", -1))
                            .limit(3)
                            .mapToLong(Long::parseLong)
                            .toArray())
                    .toArray(long[][]::new);
            long[][] good = Arrays.stream(rows).filter(row -> row[1] == 200).toArray(long[][]::new);
            return new LatencyLog(
                    Arrays.stream(good).mapToLong(row -> row[0]).toArray(),
                    Arrays.stream(good).mapToLong(row -> row[2]).toArray(),
                    rows.length - good.length);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Requests that were not answered with 200.
    long failed() {
        return failed;
    }

    long answered() {
        return latencies.length;
    }

    /// When the first request was sent, in microseconds since 1970.
    long first() {
        return Arrays.stream(starts).min().orElse(0);
    }

    /// When the last one was sent.
    long last() {
        return Arrays.stream(starts).max().orElse(0);
    }

    /// Those that were sent in that time.
    LatencyLog between(long from, long to) {
        int[] chosen = IntStream.range(0, starts.length)
                .filter(i -> starts[i] >= from && starts[i] < to)
                .toArray();
        return new LatencyLog(
                Arrays.stream(chosen).mapToLong(i -> starts[i]).toArray(),
                Arrays.stream(chosen).mapToLong(i -> latencies[i]).toArray(),
                failed);
    }

    /// @param periodMicros time between two requests of one connection; 0 where none waits for another
    Load summary(double seconds, double periodMicros) {
        long[] sorted = Arrays.stream(latencies)
                .flatMap(latency -> withHeldBack(latency, (long) periodMicros))
                .sorted()
                .toArray();
        return new Load(
                answered(), failed, seconds, quantile(sorted, 0.5), quantile(sorted, 0.99), quantile(sorted, 0.999));
    }

    private static LongStream withHeldBack(long latency, long period) {
        return period <= 0 || latency <= period
                ? LongStream.of(latency)
                : LongStream.iterate(latency, held -> held > 0, held -> held - period);
    }

    private static double quantile(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
    }
}
