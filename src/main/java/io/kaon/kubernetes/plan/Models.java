package io.kaon.kubernetes.plan;

import java.util.Map;
import java.util.Optional;

/// Which models are served, and from where.
///
/// @param folder holds all of them, or those that `named` finds by a relative path; none where each has a location
/// @param within a path in the volume that is mounted
/// @param named locations by model; without any, every directory of the folder is a model
/// @param configuration the text of a file with TensorFlow Serving's `ModelServerConfig`, instead
/// @param cache how much may be kept of what comes over the network
/// @param access how the nodes may mount a volume: `ReadOnlyMany` or `ReadWriteMany`
/// @param capacity what is said of the size of a volume
public record Models(
        Optional<ModelPlace> folder,
        Optional<String> within,
        Map<String, String> named,
        Optional<String> configuration,
        Optional<Quantity> cache,
        String access,
        Quantity capacity) {
    /// What a remote store's models are kept in unless told otherwise, as the server's own bound.
    public static final Quantity STANDARD_CACHE = new Quantity("10Gi");

    public static final String READ_ONLY_MANY = "ReadOnlyMany";
    public static final String READ_WRITE_MANY = "ReadWriteMany";

    /// Whether the server is given a list of models instead of a folder.
    public boolean isListed() {
        return !named.isEmpty() || configuration.isPresent();
    }

    /// Whether anything comes over the network by the server itself.
    public boolean isRemote() {
        return folder.map(place -> place instanceof ModelPlace.Remote).orElse(false)
                || named.values().stream().anyMatch(place -> place.contains("://"))
                || configuration.map(text -> text.contains("://")).orElse(false);
    }

    /// Whether a volume of a model's is mounted.
    public boolean isMounted() {
        return folder.map(place -> switch (place) {
                    case ModelPlace.Remote _, ModelPlace.Baked _ -> false;
                    case ModelPlace.Nfs _, ModelPlace.Claim _, ModelPlace.Csi _, ModelPlace.ModelImage _ -> true;
                })
                .orElse(false);
    }

    /// Where the server finds the folder: a path in the pod, or a location.
    public Optional<String> path() {
        return folder.map(place -> switch (place) {
            case ModelPlace.Remote remote -> remote.location();
            case ModelPlace.Baked baked -> baked.path();
            case ModelPlace.Nfs _, ModelPlace.Claim _, ModelPlace.Csi _, ModelPlace.ModelImage _ -> ModelPlace.MOUNT;
        });
    }
}
