package io.kaon.ops;

import io.kaon.model.ServingException;
import io.kaon.model.VersionStatus;
import io.kaon.model.VersionStatus.Phase;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;

/// Counts loads that failed. Safe for use by all threads.
public final class LoadMetrics {
    private final Counter failures;

    public LoadMetrics(PrometheusRegistry registry) {
        failures = Counter.builder()
                .name("kaon_model_load_failures_total")
                .help("Attempts to load a version that failed, by what failed.")
                .labelNames("model", "kind")
                .withoutExemplars()
                .register(registry);
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
