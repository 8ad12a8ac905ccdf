package io.kaon.ops;

import io.kaon.model.ModelId;
import io.kaon.model.ServingException;
import io.kaon.model.VersionStatus;
import io.kaon.model.VersionStatus.Phase;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;

/// Counts loads that failed, and what was fetched. Safe for use by all threads.
public final class LoadMetrics {
    private final Counter failures;
    private final Counter fetched;

    public LoadMetrics(PrometheusRegistry registry) {
        failures = Counter.builder()
                .name("kaon_model_load_failures_total")
                .help("Attempts to load a version that failed, by what failed.")
                .labelNames("model", "kind")
                .withoutExemplars()
                .register(registry);
        fetched = Counter.builder()
                .name("kaon_model_fetched_bytes_total")
                .help("Bytes of versions that were fetched, or copied to where nothing changes them.")
                .labelNames("model")
                .withoutExemplars()
                .register(registry);
    }

    /// So many more bytes of a version have come.
    public void fetched(ModelId id, long bytes) {
        fetched.labelValues(id.name()).inc(bytes);
    }

    /// A version's status is new or has changed; each failed attempt gives one.
    public void changed(VersionStatus status) {
        ServingException error = status.error();
        if (status.phase() == Phase.END && error != null) {
            failures.labelValues(status.id().name(), error.kind().name().toLowerCase(Locale.ROOT))
                    .inc();
        }
    }
}
