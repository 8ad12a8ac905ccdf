package io.kaon.ops;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelId;
import io.kaon.serving.Inference;
import io.kaon.serving.InferenceListener;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Counts and times inferences, by model, version and signature. Safe for use by all threads.
///
/// Looking up a metric by its labels costs more than counting in it, so what belongs to one signature of one version is
/// looked up once and kept.
public final class InferenceMetrics implements InferenceListener {
    private static final String[] LABELS = {"model", "version", "signature"};
    private static final double NANOS = 1e9;

    /// From what a tiny model takes to more than a client waits for: 1, 2.5 and 5 of each power of ten.
    private static final double[] SECONDS = {
        1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
    };

    private record Called(ModelId model, String signature) {
        // Written out for the native executable: see ModelId.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Called called && model.equals(called.model) && signature.equals(called.signature);
        }

        @Override
        public int hashCode() {
            return 31 * model.hashCode() + signature.hashCode();
        }
    }

    private record Failed(Called called, ErrorKind kind) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Failed failed && kind == failed.kind && called.equals(failed.called);
        }

        @Override
        public int hashCode() {
            return 31 * called.hashCode() + kind.hashCode();
        }
    }

    /// What is counted for one signature of one version.
    private record Cells(CounterDataPoint ok, DistributionDataPoint queue, DistributionDataPoint run) {}

    private final Counter inferences;
    private final Histogram queue;
    private final Histogram run;
    private final Map<Called, Cells> cells = new ConcurrentHashMap<>();
    private final Map<Failed, CounterDataPoint> failures = new ConcurrentHashMap<>();

    public InferenceMetrics(PrometheusRegistry registry) {
        inferences = Counter.builder()
                .name("kaon_inferences_total")
                .help("Inferences that ended, by outcome: ok, or the kind of failure.")
                .labelNames("model", "version", "signature", "outcome")
                .withoutExemplars()
                .register(registry);
        queue = histogram("kaon_inference_queue_seconds", "Time from the call to the beginning of the run.", registry);
        run = histogram("kaon_inference_run_seconds", "Time that the run of the model took.", registry);
    }

    private static Histogram histogram(String name, String help, PrometheusRegistry registry) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .unit(Unit.SECONDS)
                .labelNames(LABELS)
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .withoutExemplars()
                .register(registry);
    }

    @Override
    public void ended(Inference inference) {
        Called called = new Called(inference.model(), inference.signature());
        Cells found = cells.get(called);
        if (found == null) {
            found = cells.computeIfAbsent(called, this::look);
        }
        ErrorKind failure = inference.failure();
        if (failure == null) {
            found.ok.inc();
        } else {
            failures.computeIfAbsent(new Failed(called, failure), _ -> inferences.labelValues(labels(called, failure)))
                    .inc();
        }
        if (inference.runNanos() > 0) {
            found.queue.observe(inference.queueNanos() / NANOS);
            found.run.observe(inference.runNanos() / NANOS);
        }
    }

    private Cells look(Called called) {
        String[] labels = labels(called);
        return new Cells(
                inferences.labelValues(labels(called, null)), queue.labelValues(labels), run.labelValues(labels));
    }

    private static String[] labels(Called called) {
        return new String[] {called.model.name(), Long.toString(called.model.version()), called.signature};
    }

    private static String[] labels(Called called, @Nullable ErrorKind failure) {
        return new String[] {
            called.model.name(),
            Long.toString(called.model.version()),
            called.signature,
            failure == null ? "ok" : failure.name().toLowerCase(Locale.ROOT)
        };
    }

    /// Drops what was counted for versions that are no longer there: a server that loads a version every hour would
    /// otherwise keep them all.
    void forgetAllBut(Set<ModelId> present) {
        for (Called called : Set.copyOf(cells.keySet())) {
            if (!present.contains(called.model)) {
                cells.remove(called);
                failures.keySet().removeIf(failed -> failed.called.equals(called));
                queue.remove(labels(called));
                run.remove(labels(called));
                inferences.remove(labels(called, null));
                for (ErrorKind kind : ErrorKind.values()) {
                    inferences.remove(labels(called, kind));
                }
            }
        }
    }
}
