package io.kaon.app.command;

import io.kaon.app.config.CommandConfig;
import io.kaon.app.config.ConfigProblems;
import io.kaon.app.config.ServerConfig;
import io.kaon.app.config.Version;
import io.kaon.config.ServerDefaults;
import io.kaon.kubernetes.plan.Exposure;
import io.kaon.kubernetes.plan.Identity;
import io.kaon.kubernetes.plan.KubeVersion;
import io.kaon.kubernetes.plan.ManifestPlan;
import io.kaon.kubernetes.plan.ModelPlace;
import io.kaon.kubernetes.plan.Models;
import io.kaon.kubernetes.plan.Monitoring;
import io.kaon.kubernetes.plan.Names;
import io.kaon.kubernetes.plan.OptionalKind;
import io.kaon.kubernetes.plan.Pod;
import io.kaon.kubernetes.plan.Quantity;
import io.kaon.kubernetes.plan.Replicas;
import io.kaon.kubernetes.plan.Scaling;
import io.kaon.kubernetes.plan.Span;
import io.kaon.kubernetes.plan.Target;
import io.kaon.kubernetes.plan.Toleration;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine.ParseResult;

/// From the command line to a plan. Everything that is wrong is told, not only the first.
final class PlanReader {
    private static final int LARGEST_PERCENT = 100;
    private static final int STANDARD_USER = 65532;

    /// What a runtime of KServe's can be told.
    private static final List<String> FOR_KSERVE = List.of(
            "--name",
            "--image",
            "--cpu",
            "--memory",
            "--gpu",
            "--gpu-resource",
            "--user",
            "--env",
            "--node-selector",
            "--toleration",
            "--target",
            "--kube-version",
            "--format",
            "--out",
            "--overwrite",
            "--explain");

    private final ParseResult parsed;
    private final List<String> problems;
    private final OptionReader options;

    /// @param problems gets a line for each thing that is wrong
    PlanReader(ParseResult parsed, List<String> problems) {
        this.parsed = parsed;
        this.problems = problems;
        this.options = new OptionReader(parsed, problems);
    }

    /// The plan; it makes no sense when there are problems.
    ManifestPlan read() {
        Map<String, String> server = PlainCommand.options(parsed);
        Target target = options.choice("--target", Target.class, Target.KUBERNETES);
        refuseUnused(target);
        Optional<ServerConfig> config = config(server);
        return new ManifestPlan(
                target,
                options.one("--kube-version", KubeVersion::parse).orElse(KubeVersion.STANDARD),
                new Identity(
                        options.one("--name", Names::server).orElse("kaon"),
                        options.one("--namespace", name -> Names.label(name, name)),
                        Version.number()),
                models(),
                scaling(),
                pod(server),
                exposure(),
                new Monitoring(
                        options.choice("--monitor", Monitoring.Kind.class, Monitoring.Kind.ANNOTATIONS),
                        options.pairs("--monitor-label", Names::key)),
                without(),
                config.map(read -> read.shutdown().delay()).orElse(ServerDefaults.STANDARD.shutdownDelay()),
                config.map(read -> read.shutdown().timeout()).orElse(ServerDefaults.STANDARD.shutdownTimeout()),
                ServerDefaults.STANDARD);
    }

    /// The options as the server in the pod will read them, so that what it would refuse is refused here.
    private Optional<ServerConfig> config(Map<String, String> server) {
        try {
            return Optional.of(CommandConfig.only(server));
        } catch (ConfigValidationException | IllegalArgumentException wrong) {
            problems.addAll(ConfigProblems.explain(wrong));
            return Optional.empty();
        }
    }

    private Models models() {
        return new Models(
                options.one("--models", ModelPlace::parse),
                options.one("--sub-path", PlanReader::relative),
                options.pairs("--model", Function.identity()),
                options.one("--model-config", PlanReader::file),
                options.one("--cache", Quantity::new),
                options.one("--access", PlanReader::access).orElse(Models.READ_ONLY_MANY),
                options.one("--capacity", Quantity::new).orElse(new Quantity("1Gi")));
    }

    private Scaling scaling() {
        return new Scaling(
                options.one("--replicas", Replicas::parse).orElse(new Replicas(2, 2)),
                options.one("--target-cpu", text -> OptionReader.number(text, LARGEST_PERCENT)),
                options.one("--target-rps", text -> OptionReader.number(text, Integer.MAX_VALUE)),
                options.one("--concurrency", text -> OptionReader.number(text, Integer.MAX_VALUE)),
                options.one("--prometheus", Function.identity()),
                options.one("--query", Function.identity()));
    }

    private Pod pod(Map<String, String> server) {
        Optional<Integer> count = options.one("--gpu", text -> OptionReader.number(text, Integer.MAX_VALUE));
        Optional<String> claim = options.one("--gpu-claim", Names::object);
        Optional<String> resource = options.one("--gpu-resource", Names::key);
        return new Pod(
                options.one("--image", PlanReader::image).orElse("kaon:" + Version.number()),
                options.one(
                        "--pull-policy", text -> OptionReader.among(text, List.of("Always", "IfNotPresent", "Never"))),
                options.each("--pull-secret", Names::object),
                options.one("--cpu", Span::parse).orElse(Span.parse("1")),
                options.one("--memory", Span::parse).orElse(Span.parse("2Gi")),
                count.isPresent() || claim.isPresent()
                        ? Optional.of(new Pod.Gpu(count.orElse(1), resource.orElse(Pod.Gpu.STANDARD_RESOURCE), claim))
                        : Optional.empty(),
                user(),
                options.pairs("--env", Names::variable),
                options.each("--secret", Names::object),
                options.pairs("--secret-files", name -> Names.label(name, name)),
                server,
                options.one("--startup-timeout", CommandConfig::duration).orElse(Duration.ofMinutes(10)),
                options.pairs("--node-selector", Names::key),
                options.each("--toleration", Toleration::parse),
                options.one("--priority-class", Names::object),
                options.pairs("--account-annotation", Names::key));
    }

    private Optional<Integer> user() {
        Optional<String> told = options.one("--user", Function.identity());
        return told.isPresent() && told.get().equals("any")
                ? Optional.empty()
                : Optional.of(options.one("--user", text -> OptionReader.number(text, Integer.MAX_VALUE))
                        .orElse(STANDARD_USER));
    }

    private Exposure exposure() {
        Map<String, Integer> split = new LinkedHashMap<>();
        options.pairs("--split", name -> Names.label(name, name))
                .forEach((service, percent) -> options.read(
                                "--split", percent, text -> OptionReader.number(text, LARGEST_PERCENT))
                        .ifPresent(share -> split.put(service, share)));
        return new Exposure(
                options.one("--type", PlanReader::type).orElse(Exposure.ServiceType.CLUSTER_IP),
                options.choice("--protocol", Exposure.Protocols.class, Exposure.Protocols.BOTH),
                options.has("--headless"),
                options.one("--host", Names::host),
                options.has("--ingress"),
                options.one("--ingress-class", Names::object),
                options.one("--tls-secret", Names::object),
                options.one("--gateway", Exposure.GatewayName::parse),
                split,
                options.one("--mirror", name -> Names.label(name, name)));
    }

    private Set<OptionalKind> without() {
        return new LinkedHashSet<>(options.each("--without", OptionalKind::parse));
    }

    /// Options that say nothing for a target are refused, so that none is thought to hold.
    private void refuseUnused(Target target) {
        if (target == Target.KSERVE) {
            ManifestOptions.ALL.stream()
                    .map(ManifestOptions::name)
                    .filter(name -> options.has(name) && !FOR_KSERVE.contains(name))
                    .forEach(name ->
                            problems.add(name + ": with --target kserve, each InferenceService says it; expected"
                                    + " only " + String.join(", ", FOR_KSERVE)));
        }
    }

    private static Exposure.ServiceType type(String text) {
        return Arrays.stream(Exposure.ServiceType.values())
                .filter(type -> type.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected one of " + List.of(Exposure.ServiceType.values()) + ", got \"" + text + "\""));
    }

    private static String access(String text) {
        return OptionReader.among(text, List.of(Models.READ_ONLY_MANY, Models.READ_WRITE_MANY));
    }

    private static String relative(String text) {
        if (text.startsWith("/") || List.of(text.split("/")).contains("..")) {
            throw new IllegalArgumentException("expected a path within the volume, got \"" + text + "\"");
        }
        return text;
    }

    private static String image(String text) {
        if (text.isBlank() || text.chars().anyMatch(Character::isWhitespace) || text.startsWith("-")) {
            throw new IllegalArgumentException(
                    "expected an image such as registry.example/kaon:1.0, got \"" + text + "\"");
        }
        return text;
    }

    private static String file(String text) {
        try {
            return Files.readString(Path.of(text));
        } catch (IOException failure) {
            throw new IllegalArgumentException(text + " cannot be read: " + StoreChoice.reason(failure), failure);
        }
    }
}
