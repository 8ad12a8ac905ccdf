package io.kaon.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// One look at a server's metrics, in Prometheus' text form: of each version the inferences that it answered, and how
/// long they took.
///
/// @param versions by model and version, as `name/version`
/// @param nanos when it was looked
public record MetricsPage(Map<String, Counts> versions, long nanos) {
    private static final String CALLS = "kaon_inferences_total";
    private static final String TIMES = "kaon_inference_run_seconds_bucket";
    private static final double NANOS = 1e9;

    public MetricsPage {
        versions = Map.copyOf(versions);
    }

    /// @param calls that ended, whatever came of them
    /// @param buckets how many runs took no longer than so many seconds
    public record Counts(double calls, Map<Double, Double> buckets) {
        static final Counts NONE = new Counts(0, Map.of());

        public Counts {
            buckets = Map.copyOf(buckets);
        }

        /// What came since another look; everything where the counters began anew.
        public Counts since(Counts before) {
            if (before.calls > calls) {
                return this;
            }
            Map<Double, Double> added = new TreeMap<>();
            buckets.forEach((bound, count) -> added.put(bound, count - before.buckets.getOrDefault(bound, 0.0)));
            return new Counts(calls - before.calls, added);
        }

        /// The time in seconds that this share of the runs did not exceed, which lies evenly between two bounds;
        /// nothing without runs.
        public OptionalDouble seconds(double share) {
            TreeMap<Double, Double> sorted = new TreeMap<>(buckets);
            double all = sorted.isEmpty() ? 0 : sorted.lastEntry().getValue();
            if (all <= 0) {
                return OptionalDouble.empty();
            }
            double low = 0;
            double below = 0;
            for (Map.Entry<Double, Double> bucket : sorted.entrySet()) {
                double bound = bucket.getKey();
                if (bucket.getValue() >= share * all) {
                    double inside = bucket.getValue() - below;
                    return OptionalDouble.of(
                            Double.isInfinite(bound)
                                    ? low
                                    : inside <= 0 ? bound : low + (bound - low) * (share * all - below) / inside);
                }
                low = bound;
                below = bucket.getValue();
            }
            return OptionalDouble.of(low);
        }
    }

    /// @param text lines that are something else are passed over
    public static MetricsPage of(String text, long nanos) {
        Map<String, Double> calls = new LinkedHashMap<>();
        Map<String, Map<Double, Double>> buckets = new LinkedHashMap<>();
        text.lines()
                .filter(line -> line.startsWith(CALLS) || line.startsWith(TIMES))
                .forEach(line -> {
                    Map<String, String> labels = labels(line);
                    String version = labels.get("model") + "/" + labels.get("version");
                    double value = value(line.substring(line.lastIndexOf(' ') + 1));
                    if (line.startsWith(CALLS)) {
                        calls.merge(version, value, Double::sum);
                    } else {
                        buckets.computeIfAbsent(version, _ -> new TreeMap<>())
                                .merge(value(labels.getOrDefault("le", "")), value, Double::sum);
                    }
                });
        Map<String, Counts> versions = new LinkedHashMap<>();
        calls.forEach((version, count) ->
                versions.put(version, new Counts(count, buckets.getOrDefault(version, Map.of()))));
        return new MetricsPage(versions, nanos);
    }

    /// What a version has done so far.
    public Counts counts(String model, long version) {
        return versions.getOrDefault(model + "/" + version, Counts.NONE);
    }

    /// Calls per second of a version since another look.
    public double rate(MetricsPage before, String model, long version) {
        double seconds = Math.max(1, nanos - before.nanos) / NANOS;
        return counts(model, version).since(before.counts(model, version)).calls / seconds;
    }

    /// `{name="value",…}`; in values a backslash stands before quotes and backslashes, and `\n` for a line feed.
    private static Map<String, String> labels(String line) {
        Map<String, String> labels = new LinkedHashMap<>();
        int at = line.indexOf('{') + 1;
        while (at > 0 && at < line.length() && line.charAt(at) != '}') {
            int equals = line.indexOf("=\"", at);
            if (equals < 0) {
                return labels;
            }
            StringBuilder value = new StringBuilder();
            int next = equals + 2;
            while (next < line.length() && line.charAt(next) != '"') {
                boolean escaped = line.charAt(next) == '\\' && next + 1 < line.length();
                next += escaped ? 1 : 0;
                value.append(escaped && line.charAt(next) == 'n' ? '\n' : line.charAt(next));
                next++;
            }
            labels.put(line.substring(at, equals), value.toString());
            at = next + 1;
            at += at < line.length() && line.charAt(at) == ',' ? 1 : 0;
        }
        return labels;
    }

    private static double value(String text) {
        try {
            return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
