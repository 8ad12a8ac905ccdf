package io.kaon.ops;

import io.kaon.serving.LoadedModel;
import io.kaon.serving.ServingModels;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.List;
import java.util.function.Supplier;

/// Memory of the GPUs, looked up for each page while a version is on one. The driver is not asked before: a
/// server without such a version shows nothing, and loads nothing for it.
///
/// Safe for use by all threads.
public final class DeviceMemory {
    /// In bytes, of all processes together.
    ///
    /// @param device for example `cuda:0`
    /// @param name of the GPU
    public record Use(String device, String name, long total, long free, long used) {}

    private final ServingModels models;
    private final Supplier<List<Use>> driver;

    /// @param driver may take some milliseconds
    public DeviceMemory(ServingModels models, Supplier<List<Use>> driver) {
        this.models = models;
        this.driver = driver;
    }

    /// Whether a version is on a device, so that the driver is asked.
    boolean isAsked() {
        return models.models().values().stream()
                .flatMap(model -> model.versions().values().stream())
                .anyMatch(LoadedModel::isOnDevice);
    }

    /// Of each device that this process sees; empty while no version is on one. Not for event loops.
    List<Use> now() {
        return isAsked() ? driver.get() : List.of();
    }

    void register(PrometheusRegistry registry) {
        GaugeWithCallback gauge = GaugeWithCallback.builder()
                .name("kaon_device_memory_bytes")
                .help("Memory of the GPUs, of all processes together.")
                .unit(Unit.BYTES)
                .labelNames("device", "state")
                .callback(values -> now().forEach(use -> {
                    values.call((double) use.used(), use.device(), "used");
                    values.call((double) use.free(), use.device(), "free");
                }))
                .build();
        // Nothing, instead of a name without values.
        Collector ofDevices = () -> {
            MetricSnapshot snapshot = gauge.collect();
            return snapshot.getDataPoints().isEmpty() ? null : snapshot;
        };
        registry.register(ofDevices);
    }
}
