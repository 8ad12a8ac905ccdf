package io.kaon.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.batch.BatchListener;
import io.kaon.batch.BatchReport;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelId;
import io.kaon.model.VersionStatus;
import io.kaon.model.VersionStatus.Phase;
import io.kaon.serving.InFlightBytes;
import io.kaon.serving.Inference;
import io.kaon.serving.ServedModel;
import io.kaon.serving.ServingModels;
import io.kaon.serving.Snapshot;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class MetricsTest {
    private static final ModelId MODEL = new ModelId("m", 3);

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final InferenceMetrics inferences = new InferenceMetrics(registry);
    private final ServingModels models = new ServingModels(inferences);
    private final InFlightBytes inFlight = new InFlightBytes(1000);
    private final BatchMetrics batches = new BatchMetrics(registry);
    private final Metrics metrics =
            new Metrics(registry, inferences, batches, models, inFlight, new DeviceMemory(models, List::of), "0.9");

    @Test
    void countsAndTimesInferencesByModelVersionAndSignature() {
        publish(Phase.AVAILABLE);
        inferences.ended(new Inference(MODEL, "serving_default", null, 2_000, 30_000));
        inferences.ended(new Inference(MODEL, "serving_default", ErrorKind.OVERLOADED, 0, 0));
        assertThat(page())
                .contains(
                        "kaon_inferences_total{model=\"m\",outcome=\"ok\",signature=\"serving_default\",version=\"3\"} 1.0",
                        "kaon_inferences_total{model=\"m\",outcome=\"overloaded\",signature=\"serving_default\",version=\"3\"} 1.0",
                        "kaon_inference_run_seconds_bucket{model=\"m\",signature=\"serving_default\",version=\"3\",le=\"2.5E-5\"} 0",
                        "kaon_inference_run_seconds_bucket{model=\"m\",signature=\"serving_default\",version=\"3\",le=\"5.0E-5\"} 1",
                        "kaon_inference_queue_seconds_count{model=\"m\",signature=\"serving_default\",version=\"3\"} 1");
    }

    @Test
    void showsTheStateSizeAndLoadTimeOfVersions() {
        publish(Phase.AVAILABLE);
        assertThat(page())
                .contains(
                        "kaon_model_version_state{model=\"m\",state=\"AVAILABLE\",version=\"3\"} 1.0",
                        "kaon_model_version_bytes{engine=\"fake\",model=\"m\",version=\"3\"} 154.0",
                        "kaon_model_version_load_seconds{engine=\"fake\",model=\"m\",version=\"3\"} 0.25");
    }

    @Test
    void showsWhatRequestsHoldAndTheMachineAndTheBuild() {
        assertThat(inFlight.tryReserve(300)).isTrue();
        assertThat(page())
                .contains(
                        "kaon_in_flight_bytes 300.0",
                        "kaon_in_flight_limit_bytes 1000.0",
                        "kaon_build_info{version=\"0.9\"} 1",
                        "jvm_memory_used_bytes");
    }

    /// Or a server that gets a version every hour would show them all one day.
    @Test
    void showsWhatWasCountedForAVersionOnceMoreAfterItHasEnded() {
        publish(Phase.AVAILABLE);
        inferences.ended(new Inference(MODEL, "serving_default", null, 2_000, 30_000));
        BatchListener ofBatches = batches.of(MODEL, _ -> {});
        ofBatches.ran(new BatchReport(BatchReport.Closed.FULL, 3, 5, 1, 0));
        ofBatches.audited("serving_default", true);
        publish(Phase.END);
        assertThat(page())
                .contains(
                        "kaon_inferences_total{model=\"m\"",
                        "kaon_batch_rows_sum{model=\"m\",version=\"3\"} 5",
                        "kaon_merge_audits_total{model=\"m\",outcome=\"alike\",signature=\"serving_default\",version=\"3\"} 1");
        assertThat(page())
                .doesNotContain(
                        "kaon_inferences_total{model=\"m\"",
                        "kaon_batches_total{",
                        "kaon_batch_rows_sum{",
                        "kaon_batch_padding_rows_total{",
                        "kaon_merge_audits_total{");
    }

    @Test
    void speaksOpenMetricsWhenAsked() {
        Metrics.Page page = metrics.page("application/openmetrics-text; version=1.0.0");
        assertThat(page.contentType()).startsWith("application/openmetrics-text");
        assertThat(page.text()).endsWith("# EOF\n");
        assertThat(metrics.page(null).contentType()).startsWith("text/plain");
    }

    private String page() {
        return metrics.page(null).text();
    }

    private void publish(Phase phase) {
        VersionStatus status =
                new VersionStatus(MODEL, "/models/m/3", phase, "fake", null, null, 154, Duration.ofMillis(250));
        models.publish(new Snapshot(Map.of("m", new ServedModel(new TreeMap<>(), Map.of(), List.of(status), null))));
    }
}
