package io.kaon.protocol.tfs;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;

/// Writes TensorFlow Serving's metrics as its exporter writes them. Prometheus's own writer cannot: it adds
/// `_total` to the names of counters.
final class TfsMetricsPage {
    private final StringBuilder page = new StringBuilder();

    private TfsMetricsPage() {}

    /// @param counters those of kind COUNTER
    /// @param histograms the others
    static String write(Map<TfsMetric, Counter> counters, Map<TfsMetric, Histogram> histograms) {
        TfsMetricsPage writer = new TfsMetricsPage();
        for (TfsMetric metric : TfsMetric.values()) {
            Counter counter = counters.get(metric);
            Histogram histogram = histograms.get(metric);
            if (counter != null) {
                writer.type(metric, "counter");
                counter.collect().getDataPoints().forEach(point -> writer.count(metric, point));
            } else if (histogram != null) {
                writer.type(metric, "histogram");
                histogram.collect().getDataPoints().forEach(point -> writer.buckets(metric, point));
            }
        }
        return writer.page.toString();
    }

    private void type(TfsMetric metric, String type) {
        page.append("# TYPE ").append(metric.title()).append(' ').append(type).append('\n');
    }

    private void count(TfsMetric metric, CounterDataPointSnapshot point) {
        line(metric.title(), labels(metric, point.getLabels()), (long) point.getValue());
    }

    private void buckets(TfsMetric metric, HistogramDataPointSnapshot point) {
        String labels = labels(metric, point.getLabels());
        ClassicHistogramBuckets buckets = point.getClassicBuckets();
        long cumulative = 0;
        for (int i = 0; i < buckets.size(); i++) {
            cumulative += buckets.getCount(i);
            double bound = buckets.getUpperBound(i);
            String le = "le=\"" + (Double.isInfinite(bound) ? "+Inf" : bound(bound)) + "\"";
            line(metric.title() + "_bucket", labels.isEmpty() ? le : labels + "," + le, cumulative);
        }
        line(metric.title() + "_sum", labels, point.getSum());
        line(metric.title() + "_count", labels, cumulative);
    }

    /// With six digits, as C++ prints it.
    private static String bound(double bound) {
        return new BigDecimal(bound)
                .round(new MathContext(6))
                .stripTrailingZeros()
                .toPlainString();
    }

    private void line(String name, String labels, Number value) {
        page.append(name).append('{').append(labels).append("} ").append(value).append('\n');
    }

    private static String labels(TfsMetric metric, Labels values) {
        StringBuilder labels = new StringBuilder();
        for (String name : metric.labels()) {
            labels.append(labels.isEmpty() ? "" : ",")
                    .append(name)
                    .append("=\"")
                    .append(escaped(String.valueOf(values.get(name))))
                    .append('"');
        }
        return labels.toString();
    }

    /// A line feed too, which TensorFlow Serving forgets: a name that holds one would spoil the page.
    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
