package io.kaon.app.client;

import io.kaon.client.Percentiles;
import io.kaon.client.RepeatedCalls;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What `predict --repeat` prints.
final class RepeatReport {
    private static final double NANOS = 1e9;

    private RepeatReport() {}

    static String text(RepeatedCalls result, int connections) {
        Percentiles times = result.times();
        int failed = failed(result);
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%d requests over %d %s in %.2f s: %.1f per second%n",
                times.count() + failed,
                connections,
                connections == 1 ? "connection" : "connections",
                result.nanos() / NANOS,
                result.rate()));
        if (times.count() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "p50 %.2f ms  p90 %.2f ms  p99 %.2f ms  max %.2f ms%n",
                    times.millis(0.5),
                    times.millis(0.9),
                    times.millis(0.99),
                    times.millis(1)));
        }
        if (failed > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "%d failed: %s%n",
                    failed,
                    sorted(result).entrySet().stream()
                            .map(entry -> entry.getKey() + " " + entry.getValue() + " times")
                            .collect(Collectors.joining(", "))));
        }
        return text.toString();
    }

    static String json(RepeatedCalls result, int connections) {
        Percentiles times = result.times();
        String percentiles = times.count() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "\"p50_ms\": %.3f, \"p90_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f, ",
                        times.millis(0.5),
                        times.millis(0.9),
                        times.millis(0.99),
                        times.millis(1));
        return String.format(
                Locale.ROOT,
                "{\"requests\": %d, \"connections\": %d, \"seconds\": %.3f, \"per_second\": %.1f, %s\"failed\": {%s}}%n",
                times.count() + failed(result),
                connections,
                result.nanos() / NANOS,
                result.rate(),
                percentiles,
                sorted(result).entrySet().stream()
                        .map(entry -> "\"" + entry.getKey() + "\": " + entry.getValue())
                        .collect(Collectors.joining(", ")));
    }

    private static Map<String, Integer> sorted(RepeatedCalls result) {
        return new TreeMap<>(result.failures());
    }

    private static int failed(RepeatedCalls result) {
        return result.failures().values().stream().mapToInt(Integer::intValue).sum();
    }
}
