package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.Identity;
import io.kaon.kubernetes.plan.ManifestPlan;
import io.kaon.kubernetes.plan.ModelPlace;
import io.kaon.kubernetes.plan.Models;
import io.kaon.kubernetes.plan.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a pod mounts, and the volumes that this needs in the cluster.
final class ModelVolumes {
    /// Where the list of models is found in a pod.
    static final String CONFIGURATION = "/etc/kaon/models";

    static final String CONFIGURATION_FILE = "models.config";

    /// Where versions are kept that come over the network.
    static final String CACHE = "/cache";

    private static final String MODELS = "models";
    private static final String CONFIGURATION_NAME = "model-configuration";
    private static final String CACHE_NAME = "cache";
    private static final String TEMPORARY = "tmp";

    private ModelVolumes() {}

    /// Of a pod.
    static List<Map<String, Object>> volumes(ManifestPlan plan) {
        List<Map<String, Object>> volumes = new ArrayList<>();
        plan.models().folder().flatMap(place -> source(place, plan.identity())).ifPresent(source -> {
            Map<String, Object> volume = Fields.of("name", MODELS);
            volume.putAll(source);
            volumes.add(volume);
        });
        if (plan.models().isListed()) {
            volumes.add(Fields.of(
                    "name",
                    CONFIGURATION_NAME,
                    "configMap",
                    Fields.of("name", Metadata.name(plan.identity(), MODELS))));
        }
        if (plan.models().isRemote()) {
            volumes.add(Fields.of(
                    "name",
                    CACHE_NAME,
                    "emptyDir",
                    Fields.of("sizeLimit", cacheSize(plan.models()).text())));
        }
        plan.pod()
                .secretFiles()
                .forEach((secret, _) -> volumes.add(
                        Fields.of("name", secretVolume(secret), "secret", Fields.of("secretName", secret))));
        volumes.add(Fields.of("name", TEMPORARY, "emptyDir", Fields.NOTHING));
        return volumes;
    }

    /// Of the server's container.
    static List<Map<String, Object>> mounts(ManifestPlan plan) {
        List<Map<String, Object>> mounts = new ArrayList<>();
        if (plan.models().isMounted()) {
            mounts.add(Fields.of(
                    "name", MODELS, "mountPath", ModelPlace.MOUNT, "readOnly", true, "subPath", within(plan.models())));
        }
        if (plan.models().isListed()) {
            // The directory, not the file: a file that is mounted by itself never changes.
            mounts.add(Fields.of("name", CONFIGURATION_NAME, "mountPath", CONFIGURATION, "readOnly", true));
        }
        if (plan.models().isRemote()) {
            mounts.add(Fields.of("name", CACHE_NAME, "mountPath", CACHE));
        }
        plan.pod()
                .secretFiles()
                .forEach((secret, path) ->
                        mounts.add(Fields.of("name", secretVolume(secret), "mountPath", path, "readOnly", true)));
        mounts.add(Fields.of("name", TEMPORARY, "mountPath", "/tmp"));
        return mounts;
    }

    static Quantity cacheSize(Models models) {
        return models.cache().orElse(Models.STANDARD_CACHE);
    }

    /// A PersistentVolume and its claim, where the models' place asks for them.
    static List<Document> documents(ManifestPlan plan) {
        Optional<Map<String, Object>> source = plan.models().folder().flatMap(ModelVolumes::persistent);
        if (source.isEmpty()) {
            return List.of();
        }
        Models models = plan.models();
        Map<String, Object> metadata = Metadata.ofCluster(plan.identity(), MODELS);
        Map<String, Object> spec = Fields.of(
                "capacity",
                Fields.of("storage", models.capacity().text()),
                "accessModes",
                List.of(models.access()),
                "persistentVolumeReclaimPolicy",
                "Retain",
                // None, so that no class makes another volume for the claim.
                "storageClassName",
                "");
        spec.putAll(source.get());
        Document volume = new Document(
                "tells the cluster where the models lie; nothing is deleted when it goes",
                Metadata.document("v1", "PersistentVolume", metadata, spec));
        Document claim = new Document(
                "gives the pods that one volume, which any number of them mounts",
                Metadata.document(
                        "v1",
                        "PersistentVolumeClaim",
                        Metadata.of(plan.identity(), MODELS),
                        Fields.of(
                                "accessModes",
                                List.of(models.access()),
                                "storageClassName",
                                "",
                                "volumeName",
                                String.valueOf(metadata.get("name")),
                                "resources",
                                Fields.of(
                                        "requests",
                                        Fields.of("storage", models.capacity().text())))));
        return List.of(volume, claim);
    }

    private static Optional<Map<String, Object>> persistent(ModelPlace place) {
        return switch (place) {
            case ModelPlace.Nfs(String server, String path) ->
                Optional.of(Fields.of("nfs", Fields.of("server", server, "path", path, "readOnly", true)));
            case ModelPlace.Csi(String driver, String handle, Map<String, String> attributes) ->
                Optional.of(Fields.of(
                        "csi",
                        Fields.of(
                                "driver",
                                driver,
                                "volumeHandle",
                                handle,
                                "readOnly",
                                true,
                                "volumeAttributes",
                                attributes)));
            case ModelPlace.Remote _, ModelPlace.Claim _, ModelPlace.ModelImage _, ModelPlace.Baked _ ->
                Optional.empty();
        };
    }

    private static Optional<Map<String, Object>> source(ModelPlace place, Identity identity) {
        return switch (place) {
            case ModelPlace.Nfs _, ModelPlace.Csi _ -> Optional.of(claim(Metadata.name(identity, MODELS)));
            case ModelPlace.Claim(String name, Optional<String> _) -> Optional.of(claim(name));
            case ModelPlace.ModelImage(String reference) ->
                Optional.of(Fields.of("image", Fields.of("reference", reference, "pullPolicy", "IfNotPresent")));
            case ModelPlace.Remote _, ModelPlace.Baked _ -> Optional.empty();
        };
    }

    private static Map<String, Object> claim(String name) {
        return Fields.of("persistentVolumeClaim", Fields.of("claimName", name, "readOnly", true));
    }

    private static Optional<String> within(Models models) {
        return models.folder()
                .flatMap(place ->
                        place instanceof ModelPlace.Claim(String _, Optional<String> within) && within.isPresent()
                                ? within
                                : models.within());
    }

    private static String secretVolume(String secret) {
        return "secret-" + secret;
    }
}
