package io.kaon.app.command;

import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/// The options of `kaon manifests`: the only place that knows their names and what help says of them.
///
/// @param name with its dashes
/// @param takes what stands behind it; nothing for a switch
/// @param several whether it may be given more than once
/// @param about for people
record ManifestOptions(String name, String takes, boolean several, String about) {
    static final List<ManifestOptions> ALL = List.of(
            one("--name", "NAME", "What the server and its documents are called (default: kaon)."),
            one("--namespace", "NAME", "Namespace of the documents (default: the one they are applied to)."),
            one(
                    "--image",
                    "IMAGE",
                    "The server's image, best with its digest (default: kaon:VERSION of this program)."),
            one("--pull-policy", "POLICY", "Always, IfNotPresent or Never (default: by the image's name)."),
            many("--pull-secret", "NAME", "Secret with credentials of the image's registry."),
            one(
                    "--models",
                    "LOCATION",
                    "Folder of models: s3://, gs:// or hdfs://..., which the server reads; nfs://SERVER/PATH,"
                            + " pvc://CLAIM[/PATH], csi://DRIVER/VOLUME?attribute=value, glusterfs://SERVER/VOLUME or"
                            + " oci://IMAGE@DIGEST, which pods mount; or a path in the server's image."),
            many(
                    "--model",
                    "NAME=LOCATION",
                    "One model of a list, in a ConfigMap that may change: a path below --models, or a location that"
                            + " the server reads."),
            one("--model-config", "FILE", "A list of models in TensorFlow Serving's form, for that ConfigMap."),
            one("--sub-path", "PATH", "Where in the mounted volume the models lie."),
            one("--cache", "SIZE", "How much is kept of what the server fetches (default: 10Gi)."),
            one("--access", "MODE", "How nodes mount the volume: ReadOnlyMany (default) or ReadWriteMany."),
            one("--capacity", "SIZE", "The volume's size (default: 1Gi)."),
            one("--replicas", "N|A..B", "Pods: a number, or a range that follows the load (default: 2)."),
            one("--target-cpu", "PERCENT", "Load of the processors that more pods are made for (default: 70)."),
            one("--target-rps", "N", "Inferences per second and pod that more pods are made for."),
            one("--concurrency", "N", "Requests under way per pod that more pods are made for (knative)."),
            one("--prometheus", "URL", "Where KEDA asks (keda)."),
            one("--query", "PROMQL", "What KEDA asks, instead of the inferences per second (keda)."),
            one("--cpu", "N|A..B", "Processors asked for, and at most; 1..none sets no limit (default: 1)."),
            one("--memory", "SIZE|A..B", "Memory asked for, and at most (default: 2Gi)."),
            one("--gpu", "N", "GPUs of a pod."),
            one("--gpu-resource", "NAME", "What nodes call them (default: nvidia.com/gpu)."),
            one("--gpu-claim", "CLASS", "Claims devices of this DeviceClass, instead of counting a node's."),
            one("--user", "UID|any", "User that the server runs as; any lets the cluster choose (default: 65532)."),
            many("--env", "NAME=VALUE", "A variable of the server."),
            many("--secret", "NAME", "Secret whose keys become variables of the server."),
            many("--secret-files", "NAME=PATH", "Secret whose keys become files below a path."),
            many("--account-annotation", "KEY=VALUE", "Of the service account, for an identity of a cloud's."),
            many("--node-selector", "KEY=VALUE", "Label of the nodes that may run it."),
            many("--toleration", "KEY[=VALUE][:EFFECT]", "Taint of nodes that may run it all the same."),
            one("--priority-class", "NAME", "Of the pods."),
            one("--startup-timeout", "TIME", "How long the first models may take to load (default: 10m)."),
            one("--type", "TYPE", "Of the Service: ClusterIP (default), NodePort or LoadBalancer."),
            one("--protocol", "NAME", "What is answered: rest, grpc or both (default)."),
            flag("--headless", "One more Service, for gRPC clients that balance by themselves."),
            one("--host", "NAME", "By which clients outside the cluster ask."),
            flag("--ingress", "An Ingress for that host."),
            one("--ingress-class", "NAME", "Of the Ingress (default: the cluster's)."),
            one("--tls-secret", "NAME", "Secret with the certificate that the Ingress shows."),
            one("--gateway", "[NAMESPACE/]NAME", "An HTTPRoute, and a GRPCRoute for grpc.HOST, of this Gateway."),
            many("--split", "SERVICE=PERCENT", "Share of the requests that goes to another Service (gateway)."),
            one("--mirror", "SERVICE", "Another Service that gets a copy of each request (gateway)."),
            one("--monitor", "KIND", "How Prometheus finds the pods: annotations (default), service, pod or none."),
            many("--monitor-label", "KEY=VALUE", "By which Prometheus' operator selects monitors."),
            many(
                    "--without",
                    "KIND",
                    "Leaves a document out: ServiceAccount, PodDisruptionBudget, NetworkPolicy,"
                            + " PersistentVolume (with its claim) or ConfigMap (the rule for prometheus-adapter)."),
            one("--target", "NAME", "kubernetes (default), knative, keda or kserve."),
            one("--kube-version", "VERSION", "Kubernetes that this is for (default: 1.34)."),
            one("--format", "NAME", "yaml (default), kustomize or helm."),
            one("--out", "DIR", "Where the files go that kustomize and helm want."),
            flag("--overwrite", "Replaces files there that say something else."),
            flag("--explain", "Says why each document is there, instead of the documents."));

    private static ManifestOptions one(String name, String takes, String about) {
        return new ManifestOptions(name, takes, false, about);
    }

    private static ManifestOptions many(String name, String takes, String about) {
        return new ManifestOptions(name, takes, true, about);
    }

    private static ManifestOptions flag(String name, String about) {
        return new ManifestOptions(name, "", false, about);
    }

    OptionSpec spec() {
        OptionSpec.Builder option = OptionSpec.builder(name).description(about + (several ? " May be repeated." : ""));
        if (takes.isEmpty()) {
            return option.type(boolean.class).build();
        }
        // An escaped comma stands for none: values hold commas.
        return several
                ? option.type(List.class)
                        .auxiliaryTypes(String.class)
                        .paramLabel(takes)
                        .build()
                : option.type(String.class).paramLabel(takes).build();
    }
}
