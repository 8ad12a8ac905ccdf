package io.kaon.ops;

import io.kaon.model.ModelId;
import io.kaon.model.VersionStatus;
import io.kaon.model.VersionStatus.Phase;
import io.kaon.serving.InFlightBytes;
import io.kaon.serving.LoadedModel;
import io.kaon.serving.ServedModel;
import io.kaon.serving.ServingModels;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/// What is loaded and what it holds, looked up for each page. Nothing is kept here.
final class ModelMetrics {
    private static final double NANOS = 1e9;

    /// A state of its own here; TensorFlow Serving's clients know it as END with an error.
    private static final String FAILED = "FAILED";

    private final ServingModels models;

    ModelMetrics(PrometheusRegistry registry, ServingModels models, InFlightBytes inFlight) {
        this.models = models;
        GaugeWithCallback.builder()
                .name("kaon_model_version_state")
                .help("1 for the state that each known version is in.")
                .labelNames("model", "version", "state")
                .callback(gauge -> eachStatus(status -> gauge.call(
                        1,
                        status.id().name(),
                        version(status.id()),
                        status.hasFailed() ? FAILED : status.phase().name())))
                .register(registry);
        GaugeWithCallback.builder()
                .name("kaon_model_version_load_seconds")
                .help("Time from the start of loading until the version served.")
                .unit(Unit.SECONDS)
                .labelNames("model", "version", "engine")
                .callback(gauge -> eachServing(status -> gauge.call(
                        status.loadTime().toNanos() / NANOS,
                        status.id().name(),
                        version(status.id()),
                        String.valueOf(status.engine()))))
                .register(registry);
        GaugeWithCallback.builder()
                .name("kaon_model_version_bytes")
                .help("Size of the version's files.")
                .unit(Unit.BYTES)
                .labelNames("model", "version", "engine")
                .callback(gauge -> eachServing(status -> gauge.call(
                        (double) status.bytes(),
                        status.id().name(),
                        version(status.id()),
                        String.valueOf(status.engine()))))
                .register(registry);
        GaugeWithCallback.builder()
                .name("kaon_waiting_requests")
                .help("Requests that wait for a lane.")
                .labelNames("model", "version")
                .callback(gauge -> eachLoaded(
                        loaded -> gauge.call(loaded.waiting(), loaded.id().name(), version(loaded.id()))))
                .register(registry);
        GaugeWithCallback.builder()
                .name("kaon_merging_state")
                .help("1 for how far each signature is on the way to having its requests merged.")
                .labelNames("model", "version", "signature", "state")
                .callback(gauge -> eachLoaded(loaded -> loaded.merging()
                        .forEach(merging -> gauge.call(
                                1,
                                loaded.id().name(),
                                version(loaded.id()),
                                merging.signature(),
                                merging.state().name().toLowerCase(Locale.ROOT)))))
                .register(registry);
        GaugeWithCallback.builder()
                .name("kaon_in_flight_bytes")
                .help("What all requests hold together.")
                .unit(Unit.BYTES)
                .callback(gauge -> gauge.call((double) inFlight.used()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("kaon_in_flight_limit_bytes")
                .help("What all requests may hold together.")
                .unit(Unit.BYTES)
                .callback(gauge -> gauge.call((double) inFlight.limit()))
                .register(registry);
    }

    /// Every version that has not ended.
    Set<ModelId> present() {
        Set<ModelId> present = new HashSet<>();
        eachStatus(status -> {
            if (status.phase() != Phase.END) {
                present.add(status.id());
            }
        });
        return present;
    }

    private void eachStatus(Consumer<VersionStatus> action) {
        for (ServedModel model : models.models().values()) {
            model.statuses().forEach(action);
        }
    }

    private void eachLoaded(Consumer<LoadedModel> action) {
        for (ServedModel model : models.models().values()) {
            model.versions().values().forEach(action);
        }
    }

    private void eachServing(Consumer<VersionStatus> action) {
        eachStatus(status -> {
            if (status.phase() == Phase.AVAILABLE) {
                action.accept(status);
            }
        });
    }

    private static String version(ModelId id) {
        return Long.toString(id.version());
    }
}
