package io.kaon.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ModelId;
import io.kaon.model.VersionStatus;
import io.kaon.serving.InferenceListener;
import io.kaon.serving.LoadedModel;
import io.kaon.serving.ServedModel;
import io.kaon.serving.ServingModels;
import io.kaon.serving.Snapshot;
import io.kaon.testkit.FakeModels;
import io.kaon.testkit.LeakInspector;
import io.kaon.testkit.ManualClock;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What operators see of a model on a GPU, and that the driver is not asked where no model is on one.
@ExtendWith(LeakInspector.class)
final class DeviceMemoryTest {
    private final ServingModels models = new ServingModels(InferenceListener.NONE);
    private final AtomicInteger asked = new AtomicInteger();
    private final DeviceMemory memory = new DeviceMemory(models, () -> {
        asked.incrementAndGet();
        return List.of(new DeviceMemory.Use("cuda:0", "NVIDIA H200", 1000, 600, 400));
    });

    private void serve(LoadedModel loaded) {
        VersionStatus status = new VersionStatus(
                new ModelId("m", 1),
                "/models/m/1",
                VersionStatus.Phase.AVAILABLE,
                "fake",
                null,
                null,
                0,
                Duration.ZERO);
        models.publish(new Snapshot(
                Map.of("m", new ServedModel(new TreeMap<>(Map.of(1L, loaded)), Map.of(), List.of(status), null))));
    }

    private void end(LoadedModel loaded) {
        models.publish(Snapshot.EMPTY);
        assertThat(loaded.drain()).isCompleted();
        loaded.close();
    }

    private String metrics() throws IOException {
        PrometheusRegistry registry = new PrometheusRegistry();
        memory.register(registry);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, registry.scrape());
        return text.toString(StandardCharsets.UTF_8);
    }

    private JsonObject page() {
        return new StatusPage(models, memory).page();
    }

    private HealthCheckResponse live() {
        ServerState state = new ServerState();
        InitialModels initial = new InitialModels(InitialModels.When.ANY, Set::of, Set::of);
        return new ServerHealth(state, initial, new Heartbeats(Duration.ofSeconds(30), new ManualClock()), models)
                .live()
                .call();
    }

    @Test
    void isShownWhileAVersionIsOnADevice() throws IOException {
        try (FakeModels fakes = new FakeModels(new ManualClock())) {
            LoadedModel loaded = fakes.version("m", 1, "cuda:0", null);
            serve(loaded);
            assertThat(metrics())
                    .contains(
                            "kaon_device_memory_bytes{device=\"cuda:0\",state=\"used\"} 400.0",
                            "kaon_device_memory_bytes{device=\"cuda:0\",state=\"free\"} 600.0");
            JsonObject page = page();
            assertThat(page.getJsonArray("devices").getJsonObject(0))
                    .isEqualTo(new JsonObject()
                            .put("device", "cuda:0")
                            .put("name", "NVIDIA H200")
                            .put("totalBytes", 1000L)
                            .put("freeBytes", 600L)
                            .put("usedBytes", 400L));
            assertThat(version(page).getString("device")).isEqualTo("cuda:0");
            assertThat(version(page).containsKey("fault")).isFalse();
            assertThat(live().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
            end(loaded);
        }
    }

    @Test
    void isNotAskedForWhileAllRunOnTheProcessor() throws IOException {
        try (FakeModels fakes = new FakeModels(new ManualClock())) {
            LoadedModel loaded = fakes.version("m", 1);
            serve(loaded);
            assertThat(metrics()).doesNotContain("device_memory");
            JsonObject page = page();
            assertThat(page.containsKey("devices")).isFalse();
            assertThat(version(page).getString("device")).isEqualTo("cpu");
            assertThat(asked).hasValue(0);
            end(loaded);
        }
    }

    @Test
    void isOfNoUseOnceTheDeviceIsLostSoThatTheServerIsNotLive() {
        try (FakeModels fakes = new FakeModels(new ManualClock())) {
            LoadedModel loaded = fakes.version("m", 1, "cuda:0", "cuda:0: CUDA failure 700: illegal memory access");
            serve(loaded);
            assertThat(live().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
            assertThat(live().getData().orElseThrow())
                    .containsEntry("faults", "cuda:0: CUDA failure 700: illegal memory access");
            assertThat(version(page()).getString("fault")).contains("CUDA failure 700");
            end(loaded);
        }
    }

    private static JsonObject version(JsonObject page) {
        return page.getJsonObject("models")
                .getJsonObject("m")
                .getJsonArray("versions")
                .getJsonObject(0);
    }
}
