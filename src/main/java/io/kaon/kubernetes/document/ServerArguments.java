package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.Exposure.Protocols;
import io.kaon.kubernetes.plan.ManifestPlan;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/// The command line of the server in its container.
final class ServerArguments {
    /// How often the list of models is looked at, in seconds. The kubelet brings a change within about a minute.
    private static final int LIST_SECONDS = 10;

    /// Of the cache's volume: a version that arrives is there before an old one is removed, and a volume that is full
    /// costs the pod its life.
    private static final BigDecimal CACHE_SHARE = new BigDecimal("0.8");

    private ServerArguments() {}

    static List<String> of(ManifestPlan plan) {
        List<String> arguments = new ArrayList<>(List.of("serve"));
        if (plan.models().isListed()) {
            arguments.add("--model_config_file=" + ModelVolumes.CONFIGURATION + "/" + ModelVolumes.CONFIGURATION_FILE);
            arguments.add("--model_config_file_poll_wait_seconds=" + LIST_SECONDS);
        } else {
            plan.models().path().ifPresent(arguments::add);
        }
        Protocols protocols = plan.exposure().protocols();
        if (!protocols.rest()) {
            arguments.add("--rest_api_port=0");
        }
        if (!protocols.grpc()) {
            arguments.add("--port=0");
        }
        if (plan.models().isRemote()) {
            BigDecimal bytes = ModelVolumes.cacheSize(plan.models()).amount().multiply(CACHE_SHARE);
            arguments.add("-Dkaon.load.cache=" + ModelVolumes.CACHE);
            arguments.add("-Dkaon.load.cache-bytes=" + bytes.toBigInteger());
        }
        plan.pod().options().forEach((name, value) -> arguments.add("-D" + name + "=" + value));
        return arguments;
    }
}
