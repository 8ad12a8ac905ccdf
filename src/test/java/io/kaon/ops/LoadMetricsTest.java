package io.kaon.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelId;
import io.kaon.model.ServingException;
import io.kaon.model.VersionStatus;
import io.kaon.model.VersionStatus.Phase;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LoadMetricsTest {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final LoadMetrics loads = new LoadMetrics(registry);

    @Test
    void countsEachAttemptThatFailedByModelAndKind() {
        ServingException cracked = new ServingException(ErrorKind.ENGINE_FAILED, "cracked");
        change(1, Phase.LOADING, null);
        change(1, Phase.END, cracked);
        change(1, Phase.LOADING, cracked);
        change(1, Phase.END, cracked);
        change(2, Phase.END, new ServingException(ErrorKind.STORAGE_FAILED, "gone"));
        assertThat(failures("engine_failed")).isEqualTo(2);
        assertThat(failures("storage_failed")).isEqualTo(1);
    }

    @Test
    void countsNoVersionThatHasEndedWell() {
        change(1, Phase.AVAILABLE, null);
        change(1, Phase.UNLOADING, null);
        change(1, Phase.END, null);
        assertThat(registry.scrape().stream())
                .allMatch(metric -> metric.getDataPoints().isEmpty());
    }

    @Test
    void countsTheBytesThatComeByModel() {
        loads.fetched(new ModelId("m", 1), 5);
        loads.fetched(new ModelId("m", 2), 2);
        loads.fetched(new ModelId("other", 1), 1);
        assertThat(counted(Labels.of("model", "m"))).isEqualTo(7);
    }

    private void change(long version, Phase phase, @Nullable ServingException error) {
        loads.changed(new VersionStatus(
                new ModelId("m", version), "/models/m", phase, "fake", error, null, 0, Duration.ZERO));
    }

    private double failures(String kind) {
        return counted(Labels.of("model", "m", "kind", kind));
    }

    private double counted(Labels labels) {
        return registry.scrape().stream()
                .filter(CounterSnapshot.class::isInstance)
                .flatMap(metric -> ((CounterSnapshot) metric).getDataPoints().stream())
                .filter(point -> point.getLabels().equals(labels))
                .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
                .sum();
    }
}
