package io.kaon.kubernetes.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What to know about a plan that can be written: what the cluster, or the image, must have for it.
public final class PlanNotes {
    /// Profiles of the stores that a build leaves out, by scheme.
    private static final Map<String, String> PROFILES =
            Map.of("gs", "gcs", "hdfs", "hdfs", "webhdfs", "hdfs", "swebhdfs", "hdfs");

    /// The first in which volumes of images are on by default.
    private static final int IMAGE_VOLUMES = 35;

    /// The first in which claims of devices are on by default.
    private static final int CLAIMS = 34;

    private PlanNotes() {}

    /// A line for each.
    public static List<String> of(ManifestPlan plan) {
        List<String> notes = new ArrayList<>();
        plan.models().folder().ifPresent(place -> {
            if (place instanceof ModelPlace.ModelImage && !plan.version().isAtLeast(IMAGE_VOLUMES)) {
                notes.add("volumes of images are off by default before Kubernetes 1." + IMAGE_VOLUMES
                        + ": the cluster needs the feature gate ImageVolume");
            }
            if (place instanceof ModelPlace.Remote(String location)) {
                String profile = PROFILES.get(location.substring(0, location.indexOf("://")));
                if (profile != null) {
                    notes.add("images have the store for " + location
                            + " only if they are built with --build-arg PROFILES=" + profile + ": see docs/storage.md");
                }
            }
        });
        plan.pod().gpu().ifPresent(gpu -> {
            notes.add(
                    "models are computed on the GPUs only with an image that is made for them: see docs/gpu.md; any other"
                            + " serves on the processor");
            if (gpu.deviceClass().isPresent() && !plan.version().isAtLeast(CLAIMS)) {
                notes.add("claims of devices are off by default before Kubernetes 1." + CLAIMS
                        + ": the cluster needs the feature gate DynamicResourceAllocation");
            }
        });
        return notes;
    }
}
