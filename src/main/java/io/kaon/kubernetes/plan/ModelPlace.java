package io.kaon.kubernetes.plan;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where the models lie, as far as it decides what a pod mounts.
public sealed interface ModelPlace {
    /// Where a pod finds what it mounts.
    String MOUNT = "/models";

    /// What the server reads by itself, over the network.
    ///
    /// @param location with its scheme, as the server takes it
    record Remote(String location) implements ModelPlace {}

    /// An export of an NFS server.
    record Nfs(String server, String path) implements ModelPlace {}

    /// A claim that is there already.
    ///
    /// @param within a path in its volume
    record Claim(String name, Optional<String> within) implements ModelPlace {}

    /// A volume of a driver of the container storage interface.
    record Csi(String driver, String handle, Map<String, String> attributes) implements ModelPlace {}

    /// An image that holds models and nothing that runs, mounted as a volume.
    ///
    /// @param reference as a registry takes it, with its tag or digest
    record ModelImage(String reference) implements ModelPlace {}

    /// A folder that the server's own image holds.
    record Baked(String path) implements ModelPlace {}

    Set<String> REMOTE_SCHEMES = Set.of("s3", "gs", "hdfs", "webhdfs", "swebhdfs");

    /// The driver that GlusterFS' own project made; others take `csi://`.
    String GLUSTER_DRIVER = "org.gluster.glusterfs";

    /// @param text a location with one of the schemes below, or an absolute path
    /// @throws IllegalArgumentException when it is neither, or lacks what its scheme needs
    static ModelPlace parse(String text) {
        if (text.startsWith("/")) {
            return new Baked(text);
        }
        int colon = text.indexOf("://");
        String scheme = colon < 0 ? "" : text.substring(0, colon);
        String rest = colon < 0 ? text : text.substring(colon + "://".length());
        if (REMOTE_SCHEMES.contains(scheme)) {
            return new Remote(text);
        }
        return switch (scheme) {
            case "nfs" -> {
                Halves halves = Halves.of(rest, text, "nfs://SERVER/PATH");
                yield new Nfs(halves.first, "/" + halves.second);
            }
            case "pvc" -> claim(rest, text);
            case "csi" -> csi(text);
            case "glusterfs" -> {
                Halves halves = Halves.of(rest, text, "glusterfs://SERVER/VOLUME");
                yield new Csi(
                        GLUSTER_DRIVER,
                        halves.second,
                        attributes(List.of("glusterserver=" + halves.first, "glustervol=" + halves.second), text));
            }
            case "oci" -> {
                if (!rest.contains("/")) {
                    throw new IllegalArgumentException("expected oci://REGISTRY/IMAGE@DIGEST, got " + text);
                }
                yield new ModelImage(rest);
            }
            default ->
                throw new IllegalArgumentException("expected s3://, gs://, hdfs://, nfs://SERVER/PATH, pvc://CLAIM,"
                        + " csi://DRIVER/VOLUME, glusterfs://SERVER/VOLUME, oci://IMAGE or an absolute path in the"
                        + " server's image, got \"" + text + "\"");
        };
    }

    private static ModelPlace claim(String rest, String text) {
        int slash = rest.indexOf('/');
        String name = slash < 0 ? rest : rest.substring(0, slash);
        String within = slash < 0 ? "" : rest.substring(slash + 1);
        return new Claim(Names.label(name, text), within.isEmpty() ? Optional.empty() : Optional.of(within));
    }

    private static ModelPlace csi(String text) {
        try {
            URI uri = new URI(text);
            String host = uri.getRawAuthority();
            String handle = uri.getPath() == null
                    ? ""
                    : uri.getPath().substring(Math.min(1, uri.getPath().length()));
            if (host == null || handle.isEmpty()) {
                throw new IllegalArgumentException("expected csi://DRIVER/VOLUME?attribute=value, got " + text);
            }
            String query = uri.getQuery();
            return new Csi(host, handle, query == null ? Map.of() : attributes(List.of(query.split("&")), text));
        } catch (URISyntaxException failure) {
            throw new IllegalArgumentException(
                    "expected csi://DRIVER/VOLUME?attribute=value, got " + text + ": " + failure.getReason(), failure);
        }
    }

    private static Map<String, String> attributes(List<String> pairs, String text) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("expected attribute=value, got \"" + pair + "\" in " + text);
            }
            attributes.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return attributes;
    }

    /// The two parts of a location around its first slash.
    record Halves(String first, String second) {
        private static Halves of(String rest, String text, String form) {
            int slash = rest.indexOf('/');
            if (slash < 1 || slash == rest.length() - 1) {
                throw new IllegalArgumentException("expected " + form + ", got " + text);
            }
            return new Halves(rest.substring(0, slash), rest.substring(slash + 1));
        }
    }
}
