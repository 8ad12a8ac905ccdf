package io.kaon.ops;

import io.kaon.batch.BatchListener;
import io.kaon.batch.BatchReport;
import io.kaon.batch.BatchReport.Closed;
import io.kaon.model.ModelId;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Says how requests are merged: how large batches become, and why they took no more. Safe for use by all threads.
public final class BatchMetrics {
    private static final String[] LABELS = {"model", "version"};
    private static final int POWERS = 11;
    private static final String ALIKE = "alike";
    private static final String DIFFERENT = "different";

    private final Counter batches;
    private final Histogram rows;
    private final Histogram requests;
    private final Counter padding;
    private final Counter audits;
    /// With the signatures that were audited.
    private final Map<ModelId, Set<String>> known = new ConcurrentHashMap<>();

    public BatchMetrics(PrometheusRegistry registry) {
        batches = Counter.builder()
                .name("kaon_batches_total")
                .help("Batches that ran, by why they took no more requests.")
                .labelNames("model", "version", "closed")
                .withoutExemplars()
                .register(registry);
        rows = histogram("kaon_batch_rows", "Rows of a batch, without padding.", registry);
        requests = histogram("kaon_batch_requests", "Requests in a batch.", registry);
        audits = Counter.builder()
                .name("kaon_merge_audits_total")
                .help("Requests of merged batches that ran once more, alone, by whether the answer was the same.")
                .labelNames("model", "version", "signature", "outcome")
                .withoutExemplars()
                .register(registry);
        padding = Counter.builder()
                .name("kaon_batch_padding_rows_total")
                .help("Rows that were added to reach an allowed batch size, and thrown away.")
                .labelNames(LABELS)
                .withoutExemplars()
                .register(registry);
    }

    private static Histogram histogram(String name, String help, PrometheusRegistry registry) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(LABELS)
                .classicOnly()
                .classicExponentialUpperBounds(1, 2, POWERS)
                .withoutExemplars()
                .register(registry);
    }

    /// What counts the batches of one version. Looked up once: finding a metric by its labels costs more than
    /// counting.
    ///
    /// @param also is told of every batch too
    public BatchListener of(ModelId id, Consumer<BatchReport> also) {
        Set<String> audited = ConcurrentHashMap.newKeySet();
        known.put(id, audited);
        String[] labels = {id.name(), Long.toString(id.version())};
        Map<Closed, CounterDataPoint> byReason = new EnumMap<>(Closed.class);
        for (Closed closed : Closed.values()) {
            byReason.put(closed, batches.labelValues(labels[0], labels[1], label(closed)));
        }
        DistributionDataPoint rowCounts = rows.labelValues(labels);
        DistributionDataPoint requestCounts = requests.labelValues(labels);
        CounterDataPoint paddingRows = padding.labelValues(labels);
        return new BatchListener() {
            @Override
            public void ran(BatchReport report) {
                count(byReason, report.closed());
                rowCounts.observe(report.rows());
                requestCounts.observe(report.requests());
                if (report.padding() > 0) {
                    paddingRows.inc(report.padding());
                }
                also.accept(report);
            }

            @Override
            public void audited(String signature, boolean alike) {
                audited.add(signature);
                audits.labelValues(labels[0], labels[1], signature, alike ? ALIKE : DIFFERENT)
                        .inc();
            }
        };
    }

    private static void count(Map<Closed, CounterDataPoint> byReason, Closed closed) {
        CounterDataPoint counter = byReason.get(closed);
        if (counter != null) {
            counter.inc();
        }
    }

    private static String label(Closed closed) {
        return closed.name().toLowerCase(Locale.ROOT);
    }

    /// Drops what was counted for versions that are no longer there.
    void forgetAllBut(Set<ModelId> present) {
        known.forEach((id, audited) -> {
            if (!present.contains(id)) {
                known.remove(id);
                for (String signature : audited) {
                    audits.remove(id.name(), Long.toString(id.version()), signature, ALIKE);
                    audits.remove(id.name(), Long.toString(id.version()), signature, DIFFERENT);
                }
                String[] labels = {id.name(), Long.toString(id.version())};
                rows.remove(labels);
                requests.remove(labels);
                padding.remove(labels);
                for (Closed closed : Closed.values()) {
                    batches.remove(labels[0], labels[1], label(closed));
                }
            }
        });
    }
}
