package io.kaon.kubernetes.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What is wrong with a plan although each of its parts is right: choices that exclude each other, that nothing
/// would come of, or that the version of Kubernetes lacks. Options are named as the command line spells them.
public final class PlanProblems {
    /// What the documents say by themselves, so that the server must not be told otherwise.
    private static final Set<String> FIXED = Set.of(
            "quarkus.http.port",
            "quarkus.management.port",
            "kaon.grpc.port",
            "kaon.models",
            "kaon.model.name",
            "kaon.model.base-path",
            "kaon.model-config.file",
            "kaon.load.cache",
            "kaon.load.cache-bytes");

    private static final Duration LONGEST = Duration.ofDays(1);

    /// Where the documents mount volumes by themselves.
    private static final Set<String> MOUNTED = Set.of("/tmp", "/cache", "/models", "/etc/kaon/models", "/kaon", "/");

    private final ManifestPlan plan;
    private final List<String> found = new ArrayList<>();

    private PlanProblems(ManifestPlan plan) {
        this.plan = plan;
    }

    /// A line for each problem; none for a plan that can be written.
    public static List<String> of(ManifestPlan plan) {
        PlanProblems problems = new PlanProblems(plan);
        problems.ofModels();
        problems.ofScaling();
        problems.ofExposure();
        problems.ofPods();
        problems.ofTarget();
        problems.ofVersion();
        return problems.found;
    }

    private void refuse(boolean wrong, String problem) {
        if (wrong) {
            found.add(problem);
        }
    }

    private void ofModels() {
        Models models = plan.models();
        if (plan.target() == Target.KSERVE) {
            // Each InferenceService names its own.
            return;
        }
        refuse(
                models.folder().isEmpty() && !models.isListed(),
                "expected --models LOCATION, or --model NAME=LOCATION once for each model");
        refuse(
                models.configuration().isPresent() && !models.named().isEmpty(),
                "--model and --model-config: expected one of them");
        models.named().forEach((name, place) -> {
            boolean relative = !place.startsWith("/") && !place.contains("://");
            refuse(
                    relative && models.folder().isEmpty(),
                    "--model " + name + "=" + place + ": expected --models LOCATION, below which that path lies");
            refuse(
                    place.contains("://") && !isRemote(place),
                    "--model " + name + "=" + place + ": expected a path below --models, or a location with one of the"
                            + " schemes "
                            + ModelPlace.REMOTE_SCHEMES.stream().sorted().toList()
                            + "; what pods mount is named by --models");
        });
        refuse(
                models.within().isPresent() && !models.isMounted(),
                "--sub-path: expected --models with a volume to mount (nfs, pvc, csi, glusterfs, oci)");
        refuse(
                models.cache().isPresent() && !models.isRemote(),
                "--cache: expected models that the server fetches (s3, gs, hdfs); those of a volume are read in place");
    }

    private static boolean isRemote(String place) {
        return ModelPlace.REMOTE_SCHEMES.contains(place.substring(0, place.indexOf("://")));
    }

    private void ofScaling() {
        Scaling scaling = plan.scaling();
        boolean knative = plan.target() == Target.KNATIVE;
        boolean keda = plan.target() == Target.KEDA;
        refuse(
                plan.target() == Target.KUBERNETES && scaling.replicas().least() == 0,
                "--replicas 0..: Kubernetes' own autoscaler keeps at least one pod; expected --target knative, which"
                        + " wakes pods for a request, or --target keda with a --query of what waits in front of them");
        refuse(
                keda && scaling.replicas().least() == 0 && scaling.query().isEmpty(),
                "--replicas 0.. with --target keda: no pod counts requests while there is none; expected --query PROMQL,"
                        + " such as the requests of the ingress");
        refuse(
                keda && scaling.replicas().isFixed(),
                "--target keda: expected a range such as --replicas 1..10, got "
                        + scaling.replicas().most());
        refuse(keda && scaling.prometheus().isEmpty(), "--target keda: expected --prometheus URL, which KEDA asks");
        refuse(
                keda && scaling.targetCpu().isPresent() && scaling.replicas().least() == 0,
                "--target-cpu: pods that are not there use no processor; expected --replicas 1.. or more");
        refuse(
                !keda && (scaling.prometheus().isPresent() || scaling.query().isPresent()),
                "--prometheus and --query: expected --target keda");
        refuse(
                plan.target() == Target.KUBERNETES
                        && scaling.replicas().isFixed()
                        && (scaling.targetCpu().isPresent()
                                || scaling.targetRequests().isPresent()),
                "--target-cpu and --target-rps: expected a range of pods such as --replicas 2..10, got "
                        + scaling.replicas().most());
        refuse(scaling.concurrency().isPresent() && !knative, "--concurrency: expected --target knative");
        refuse(
                knative && scaling.targetCpu().isPresent(),
                "--target-cpu: Knative counts requests; expected --concurrency or --target-rps");
        refuse(
                scaling.concurrency().isPresent() && scaling.targetRequests().isPresent(),
                "--concurrency and --target-rps: expected one of them");
    }

    private void ofExposure() {
        Exposure exposure = plan.exposure();
        boolean routed = exposure.ingress() || exposure.gateway().isPresent();
        refuse(exposure.host().isPresent() && !routed, "--host: expected --ingress or --gateway NAME");
        refuse(routed && exposure.host().isEmpty(), "--ingress and --gateway: expected --host, by which clients ask");
        refuse(
                exposure.ingress() && !exposure.protocols().rest(),
                "--ingress: an Ingress carries REST; expected --gateway for gRPC");
        refuse(
                !exposure.ingress()
                        && (exposure.ingressClass().isPresent()
                                || exposure.tlsSecret().isPresent()),
                "--ingress-class and --tls-secret: expected --ingress");
        refuse(
                exposure.gateway().isEmpty()
                        && (!exposure.split().isEmpty() || exposure.mirror().isPresent()),
                "--split and --mirror: expected --gateway NAME, whose routes know them");
        refuse(
                exposure.share() < 0,
                "--split: expected at most 100 percent together, got " + (Exposure.ALL - exposure.share()));
        refuse(
                exposure.headless() && !exposure.protocols().grpc(),
                "--headless: expected gRPC, whose clients balance between addresses by themselves");
    }

    private void ofPods() {
        Pod pod = plan.pod();
        pod.options().keySet().stream()
                .filter(FIXED::contains)
                .forEach(option -> found.add("-D" + option
                        + ": the documents say it by themselves; expected --models, --model, --cache or --protocol"));
        Set<String> fixedVariables = FIXED.stream().map(PlanProblems::variable).collect(Collectors.toSet());
        pod.environment().keySet().stream()
                .filter(fixedVariables::contains)
                .forEach(name -> found.add("--env " + name
                        + ": the documents say it by themselves; expected --models, --model, --cache or --protocol"));
        refuse(
                !isTime(pod.startup()) || pod.startup().toSeconds() == 0,
                "--startup-timeout: expected a time from 1s to 24h such as 10m, got " + pod.startup());
        refuse(
                !isTime(plan.shutdownDelay()) || !isTime(plan.shutdownTimeout()),
                "-Dkaon.shutdown.delay and -Dkaon.shutdown.timeout: expected at most 24h, which a pod may take to end");
        Set<String> paths = new HashSet<>(MOUNTED);
        pod.secretFiles().forEach((secret, path) -> {
            refuse(!path.startsWith("/"), "--secret-files " + secret + "=" + path + ": expected an absolute path");
            refuse(
                    !paths.add(path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path),
                    "--secret-files " + secret + "=" + path + ": something else is mounted there");
        });
        refuse(
                !pod.accountAnnotations().isEmpty() && !plan.writes(OptionalKind.SERVICE_ACCOUNT),
                "--account-annotation: expected the ServiceAccount that it stands in, got --without ServiceAccount");
    }

    private static boolean isTime(Duration time) {
        return !time.isNegative() && time.compareTo(LONGEST) <= 0;
    }

    /// The variable that sets an option, as MicroProfile Config maps it.
    private static String variable(String option) {
        return option.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private void ofTarget() {
        boolean deployed = plan.target() == Target.KUBERNETES || plan.target() == Target.KEDA;
        String target = "--target " + plan.target().name().toLowerCase(Locale.ROOT) + ": ";
        Exposure exposure = plan.exposure();
        refuse(
                !deployed
                        && (exposure.type() != Exposure.ServiceType.CLUSTER_IP
                                || exposure.headless()
                                || exposure.ingress()
                                || exposure.gateway().isPresent()),
                target + "makes the Service and the route itself; expected none of --type, --headless, --ingress and"
                        + " --gateway");
        refuse(!deployed && plan.monitoring().kind() != Monitoring.Kind.ANNOTATIONS, target + "expected no --monitor");
        refuse(
                plan.target() == Target.KNATIVE && exposure.protocols() == Exposure.Protocols.BOTH,
                target + "one port only is open there; expected --protocol rest or --protocol grpc");
        refuse(
                !deployed && plan.pod().gpu().flatMap(Pod.Gpu::deviceClass).isPresent(),
                target + "cannot claim devices; expected --gpu COUNT");
    }

    private void ofVersion() {
        boolean image = plan.models()
                .folder()
                .map(place -> place instanceof ModelPlace.ModelImage)
                .orElse(false);
        refuse(image && !plan.version().isAtLeast(31), lacks("volumes of images (oci://)", 31, Optional.empty()));
        refuse(
                image && plan.models().within().isPresent() && !plan.version().isAtLeast(33),
                lacks("a --sub-path in volumes of images", 33, Optional.empty()));
        refuse(
                plan.pod().gpu().flatMap(Pod.Gpu::deviceClass).isPresent()
                        && !plan.version().isAtLeast(32),
                lacks("claims of devices (--gpu-claim)", 32, Optional.of("--gpu COUNT")));
    }

    private String lacks(String what, int since, Optional<String> instead) {
        return "--kube-version " + plan.version() + " lacks " + what + ": expected 1." + since + " or newer"
                + instead.map(other -> ", or " + other).orElse("");
    }
}
