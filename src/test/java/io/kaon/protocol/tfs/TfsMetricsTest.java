package io.kaon.protocol.tfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelId;
import io.kaon.model.ServingException;
import io.kaon.model.VersionSelector;
import io.kaon.model.VersionStatus;
import io.kaon.model.VersionStatus.Phase;
import io.kaon.protocol.tfs.TfsMetrics.Api;
import io.kaon.protocol.tfs.TfsMetrics.Entrypoint;
import io.kaon.serving.ModelLease;
import io.kaon.testkit.ManualClock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TfsMetricsTest {
    private final ServedModels served = new ServedModels();
    private final ManualClock clock = new ManualClock();
    private final TfsMetrics metrics = new TfsMetrics(served.models, clock);

    @AfterEach
    void close() throws Exception {
        served.close();
    }

    @Test
    void countsAndTimesARequestUnderTheReferencesNamesAndLabels() {
        TfsMetrics.Call call = metrics.new Call(Entrypoint.REST, Api.PREDICT, "m");
        clock.advance(Duration.ofNanos(10_000));
        try (ModelLease lease = served.models.lease("m", VersionSelector.LATEST)) {
            call.runs(lease);
        }
        clock.advance(Duration.ofNanos(5_500));
        call.ran();
        clock.advance(Duration.ofNanos(4_500));
        call.succeeded();
        assertThat(page())
                .contains(
                        "# TYPE :tensorflow:serving:request_count counter",
                        ":tensorflow:serving:request_count{model_name=\"m\",status=\"OK\"} 1",
                        "# TYPE :tensorflow:serving:request_latency histogram",
                        ":tensorflow:serving:request_latency_bucket{model_name=\"m\",API=\"predict\",entrypoint=\"REST\",le=\"18\"} 0",
                        ":tensorflow:serving:request_latency_bucket{model_name=\"m\",API=\"predict\",entrypoint=\"REST\",le=\"32.4\"} 1",
                        ":tensorflow:serving:request_latency_bucket{model_name=\"m\",API=\"predict\",entrypoint=\"REST\",le=\"+Inf\"} 1",
                        ":tensorflow:serving:request_latency_sum{model_name=\"m\",API=\"predict\",entrypoint=\"REST\"} 20.0",
                        ":tensorflow:serving:request_latency_count{model_name=\"m\",API=\"predict\",entrypoint=\"REST\"} 1",
                        ":tensorflow:serving:runtime_latency_sum{model_name=\"m\",API=\"predict\",runtime=\"fake\"} 5.5",
                        ":tensorflow:core:graph_runs{} 1",
                        ":tensorflow:core:graph_run_time_usecs{} 5");
    }

    @Test
    void hasThirtyThreeBucketsBeforeTheLast() {
        metrics.new Call(Entrypoint.GRPC, Api.REGRESS, "m").succeeded();
        List<String> buckets = page().stream()
                .filter(line ->
                        line.startsWith(":tensorflow:serving:request_latency_bucket{model_name=\"m\",API=\"Regress\""))
                .toList();
        assertThat(buckets).hasSize(34);
        assertThat(buckets.get(5)).contains("le=\"188.957\"");
    }

    @Test
    void timesOnlySuccesses() {
        metrics.new Call(Entrypoint.GRPC, Api.PREDICT, "m").failed(Status.Code.INVALID_ARGUMENT);
        assertThat(page())
                .contains(":tensorflow:serving:request_count{model_name=\"m\",status=\"INVALID_ARGUMENT\"} 1")
                .noneMatch(line -> line.startsWith(":tensorflow:serving:request_latency_"));
    }

    @Test
    void countsRequestsAboutModelsWithoutTimingThem() {
        metrics.new Call(Entrypoint.REST, Api.ABOUT, "m").succeeded();
        assertThat(page())
                .contains(":tensorflow:serving:request_count{model_name=\"m\",status=\"OK\"} 1")
                .noneMatch(line -> line.startsWith(":tensorflow:serving:request_latency_"));
    }

    /// Clients choose these names, and each would cost memory for ever.
    @Test
    void countsNamesThatNoModelHasTogether() {
        for (String name : List.of("nope", "nope2", "")) {
            metrics.new Call(Entrypoint.REST, Api.PREDICT, name).failed(Status.Code.NOT_FOUND);
        }
        assertThat(page())
                .contains(":tensorflow:serving:request_count{model_name=\"\",status=\"NOT_FOUND\"} 3")
                .noneMatch(line -> line.contains("nope"));
    }

    @Test
    void countsExamples() {
        TfsMetrics.Call call = metrics.new Call(Entrypoint.GRPC, Api.CLASSIFY, "m");
        call.examples(3);
        assertThat(page())
                .contains(
                        ":tensorflow:serving:request_example_counts_bucket{model=\"m\",le=\"2\"} 0",
                        ":tensorflow:serving:request_example_counts_bucket{model=\"m\",le=\"4\"} 1",
                        ":tensorflow:serving:request_example_counts_bucket{model=\"m\",le=\"16384\"} 1",
                        ":tensorflow:serving:request_example_count_total{model=\"m\"} 3");
    }

    @Test
    void countsLoadsThatSucceededAndFailed() {
        metrics.changed(status(Phase.LOADING, null));
        metrics.changed(status(Phase.END, new ServingException(ErrorKind.ENGINE_FAILED, "cracked")));
        metrics.changed(status(Phase.AVAILABLE, null));
        metrics.changed(status(Phase.END, null));
        assertThat(page())
                .contains(
                        ":tensorflow:cc:saved_model:load_attempt_count{model_path=\"/models/\\\"m/1\",status=\"fail\"} 1",
                        ":tensorflow:cc:saved_model:load_attempt_count{model_path=\"/models/\\\"m/1\",status=\"success\"} 1",
                        ":tensorflow:cc:saved_model:load_latency{model_path=\"/models/\\\"m/1\"} 7000");
    }

    @Test
    void namesEveryMetricBeforeItHasValues() {
        for (TfsMetric metric : TfsMetric.values()) {
            assertThat(metrics.page()).contains("# TYPE " + metric.title() + " ");
        }
        assertThat(metrics.page()).endsWith("\n").doesNotContain("_total_total");
    }

    private List<String> page() {
        return metrics.page().lines().toList();
    }

    private static VersionStatus status(Phase phase, @Nullable ServingException error) {
        return new VersionStatus(
                new ModelId("m", 1), "/models/\"m/1", phase, "fake", error, null, 0, Duration.ofMillis(7));
    }
}
