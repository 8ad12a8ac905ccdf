package io.kaon.kubernetes.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a pod is made of and where it may run.
///
/// @param image of the server
/// @param pullPolicy one of Kubernetes'; none for what suits the image's name
/// @param pullSecrets with credentials of registries
/// @param cpu in processors
/// @param memory in bytes
/// @param user that it runs as; none where the cluster chooses one, as OpenShift does
/// @param environment variables of the server
/// @param secrets whose keys become variables of the server, such as credentials of a store
/// @param secretFiles mount points by Secret
/// @param options of the server, `kaon.*` or `quarkus.*`
/// @param startup how long the first models may take to be fetched and loaded
/// @param nodeSelector labels of the nodes that may run it
/// @param priorityClass none for the cluster's
/// @param accountAnnotations of the service account, by which clouds give it an identity of theirs
public record Pod(
        String image,
        Optional<String> pullPolicy,
        List<String> pullSecrets,
        Span cpu,
        Span memory,
        Optional<Gpu> gpu,
        Optional<Integer> user,
        Map<String, String> environment,
        List<String> secrets,
        Map<String, String> secretFiles,
        Map<String, String> options,
        Duration startup,
        Map<String, String> nodeSelector,
        List<Toleration> tolerations,
        Optional<String> priorityClass,
        Map<String, String> accountAnnotations) {
    /// What stands between an image and its digest.
    public static final String DIGEST = "@sha256:";

    /// Whether the image's name says all of its bytes.
    public boolean isPinned() {
        return image.contains(DIGEST);
    }

    /// What a pod has of accelerators.
    ///
    /// @param count at least 1
    /// @param resource what nodes offer, such as `nvidia.com/gpu`
    /// @param deviceClass claims devices of this class instead of counting a node's
    public record Gpu(int count, String resource, Optional<String> deviceClass) {
        public static final String STANDARD_RESOURCE = "nvidia.com/gpu";
    }
}
