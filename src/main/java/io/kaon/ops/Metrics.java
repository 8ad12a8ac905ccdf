package io.kaon.ops;

import io.kaon.model.ModelId;
import io.kaon.serving.InFlightBytes;
import io.kaon.serving.ServingModels;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Everything that Kaon says in numbers about itself, in the forms that Prometheus reads: inferences, models, memory,
/// and the virtual machine.
///
/// Safe for use by all threads. A page walks over everything, so it is not for event loops.
public final class Metrics {
    /// A page as it is sent.
    public record Page(String contentType, String text) {}

    private final PrometheusRegistry registry;
    private final InferenceMetrics inferences;
    private final BatchMetrics batches;
    private final ModelMetrics models;
    private boolean machineIsObserved;

    /// @param inferences in the same registry
    /// @param batches likewise
    /// @param version the program's own
    public Metrics(
            PrometheusRegistry registry,
            InferenceMetrics inferences,
            BatchMetrics batches,
            ServingModels models,
            InFlightBytes inFlight,
            DeviceMemory devices,
            String version) {
        this.registry = registry;
        this.inferences = inferences;
        this.batches = batches;
        this.models = new ModelMetrics(registry, models, inFlight);
        devices.register(registry);
        Info.builder()
                .name("kaon_build_info")
                .help("The version of Kaon.")
                .labelNames("version")
                .register(registry)
                .addLabelValues(version);
    }

    /// @param accept the header of that name, which chooses the format; null for plain text
    public synchronized Page page(@Nullable String accept) {
        if (!machineIsObserved) {
            // Its beans take tens of milliseconds to load: not at start, and not before a page is asked for.
            machineIsObserved = true;
            JvmMetrics.builder().register(registry);
        }
        ExpositionFormatWriter writer = ExpositionFormats.init().findWriter(accept);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            writer.write(body, registry.scrape());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        // What was counted for a version that has ended has been told once more now.
        Set<ModelId> present = models.present();
        inferences.forgetAllBut(present);
        batches.forgetAllBut(present);
        return new Page(writer.getContentType(), body.toString(StandardCharsets.UTF_8));
    }
}
