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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine.ParseResult;

/// From the command line to a plan. Everything that is wrong is told, not only the first.
final class PlanReader {
    private static final int LARGEST_PERCENT = 100;
    private static final int STANDARD_USER = 65532;

    private final ParseResult parsed;
    private final List<String> problems;

    /// @param problems gets a line for each thing that is wrong
    PlanReader(ParseResult parsed, List<String> problems) {
        this.parsed = parsed;
        this.problems = problems;
    }

    /// The plan; it makes no sense when there are problems.
    ManifestPlan read() {
        Map<String, String> options = PlainCommand.properties(parsed);
        Optional<ServerConfig> server = server(options);
        return new ManifestPlan(
                choice("--target", Target.class, Target.KUBERNETES),
                one("--kube-version", KubeVersion::parse).orElse(KubeVersion.STANDARD),
                new Identity(
                        one("--name", Names::server).orElse("kaon"),
                        one("--namespace", name -> Names.label(name, name)),
                        Version.number()),
                models(),
                scaling(),
                pod(options),
                exposure(),
                new Monitoring(
                        choice("--monitor", Monitoring.Kind.class, Monitoring.Kind.ANNOTATIONS),
                        pairs("--monitor-label")),
                without(),
                server.map(config -> config.shutdown().delay()).orElse(ServerDefaults.STANDARD.shutdownDelay()),
                server.map(config -> config.shutdown().timeout()).orElse(ServerDefaults.STANDARD.shutdownTimeout()),
                ServerDefaults.STANDARD);
    }

    /// The options as the server in the pod will read them, so that what it would refuse is refused here.
    private Optional<ServerConfig> server(Map<String, String> options) {
        try {
            return Optional.of(CommandConfig.only(options));
        } catch (RuntimeException wrong) {
            problems.addAll(ConfigProblems.explain(wrong));
            return Optional.empty();
        }
    }

    private Models models() {
        return new Models(
                one("--models", ModelPlace::parse),
                one("--sub-path", PlanReader::relative),
                pairs("--model"),
                one("--model-config", PlanReader::file),
                one("--cache", Quantity::new),
                one("--access", PlanReader::access).orElse(Models.READ_ONLY_MANY),
                one("--capacity", Quantity::new).orElse(new Quantity("1Gi")));
    }

    private Scaling scaling() {
        return new Scaling(
                one("--replicas", Replicas::parse).orElse(new Replicas(2, 2)),
                one("--target-cpu", text -> number(text, LARGEST_PERCENT)),
                one("--target-rps", text -> number(text, Integer.MAX_VALUE)),
                one("--concurrency", text -> number(text, Integer.MAX_VALUE)),
                one("--prometheus", Function.identity()),
                one("--query", Function.identity()));
    }

    private Pod pod(Map<String, String> options) {
        Optional<Integer> count = one("--gpu", text -> number(text, Integer.MAX_VALUE));
        Optional<String> claim = one("--gpu-claim", Function.identity());
        Optional<String> resource = one("--gpu-resource", Function.identity());
        return new Pod(
                one("--image", Function.identity()).orElse("kaon:" + Version.number()),
                one("--pull-policy", text -> among(text, List.of("Always", "IfNotPresent", "Never"))),
                many("--pull-secret"),
                one("--cpu", Span::parse).orElse(Span.parse("1")),
                one("--memory", Span::parse).orElse(Span.parse("2Gi")),
                count.isPresent() || claim.isPresent()
                        ? Optional.of(new Pod.Gpu(count.orElse(1), resource.orElse(Pod.Gpu.STANDARD_RESOURCE), claim))
                        : Optional.empty(),
                user(),
                pairs("--env"),
                many("--secret"),
                pairs("--secret-files"),
                options,
                one("--startup-timeout", PlanReader::time).orElse(Duration.ofMinutes(10)),
                pairs("--node-selector"),
                many("--toleration"),
                one("--priority-class", Function.identity()),
                pairs("--account-annotation"));
    }

    private Optional<Integer> user() {
        Optional<String> told = one("--user", Function.identity());
        return told.isPresent() && told.get().equals("any")
                ? Optional.empty()
                : Optional.of(
                        one("--user", text -> number(text, Integer.MAX_VALUE)).orElse(STANDARD_USER));
    }

    private Exposure exposure() {
        Map<String, Integer> split = new LinkedHashMap<>();
        pairs("--split")
                .forEach((service, percent) -> read("--split", percent, text -> number(text, LARGEST_PERCENT))
                        .ifPresent(share -> split.put(service, share)));
        return new Exposure(
                one("--type", PlanReader::type).orElse(Exposure.ServiceType.CLUSTER_IP),
                choice("--protocol", Exposure.Protocols.class, Exposure.Protocols.BOTH),
                has("--headless"),
                one("--host", Names::host),
                has("--ingress"),
                one("--ingress-class", Function.identity()),
                one("--tls-secret", Function.identity()),
                one("--gateway", Exposure.GatewayName::parse),
                split,
                one("--mirror", Function.identity()));
    }

    private Set<OptionalKind> without() {
        Set<OptionalKind> kinds = new LinkedHashSet<>();
        many("--without")
                .forEach(text -> read("--without", text, OptionalKind::parse).ifPresent(kinds::add));
        return kinds;
    }

    boolean has(String option) {
        return parsed.hasMatchedOption(option);
    }

    <T> Optional<T> one(String option, Function<String, T> reading) {
        String text = parsed.matchedOptionValue(option, null);
        return text == null ? Optional.empty() : read(option, text, reading);
    }

    <T extends Enum<T>> T choice(String option, Class<T> type, T standard) {
        List<String> names = Arrays.stream(type.getEnumConstants())
                .map(one -> one.name().toLowerCase(Locale.ROOT))
                .toList();
        return one(option, text -> Enum.valueOf(type, among(text, names).toUpperCase(Locale.ROOT)))
                .orElse(standard);
    }

    private List<String> many(String option) {
        return parsed.matchedOptionValue(option, List.of());
    }

    private Map<String, String> pairs(String option) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String text : many(option)) {
            int equals = text.indexOf('=');
            if (equals < 1 || equals == text.length() - 1) {
                problems.add(option + ": expected NAME=VALUE, got \"" + text + "\"");
            } else if (pairs.put(text.substring(0, equals), text.substring(equals + 1)) != null) {
                problems.add(option + ": " + text.substring(0, equals) + " is there twice");
            }
        }
        return pairs;
    }

    private <T> Optional<T> read(String option, String text, Function<String, T> reading) {
        try {
            return Optional.of(reading.apply(text));
        } catch (IllegalArgumentException wrong) {
            problems.add(option + ": " + wrong.getMessage());
            return Optional.empty();
        }
    }

    private static int number(String text, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Said below, as for numbers that are out of range.
        }
        throw new IllegalArgumentException("expected a number from 1 to " + most + ", got \"" + text + "\"");
    }

    private static String among(String text, List<String> choices) {
        if (!choices.contains(text)) {
            throw new IllegalArgumentException("expected one of " + choices + ", got \"" + text + "\"");
        }
        return text;
    }

    private static Exposure.ServiceType type(String text) {
        return Arrays.stream(Exposure.ServiceType.values())
                .filter(type -> type.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected one of " + List.of(Exposure.ServiceType.values()) + ", got \"" + text + "\""));
    }

    private static String access(String text) {
        return among(text, List.of(Models.READ_ONLY_MANY, Models.READ_WRITE_MANY));
    }

    private static String relative(String text) {
        if (text.startsWith("/") || List.of(text.split("/")).contains("..")) {
            throw new IllegalArgumentException("expected a path within the volume, got \"" + text + "\"");
        }
        return text;
    }

    private static Duration time(String text) {
        return CommandConfig.duration(text);
    }

    private static String file(String text) {
        try {
            return Files.readString(Path.of(text));
        } catch (IOException failure) {
            throw new IllegalArgumentException(text + " cannot be read: " + StoreChoice.reason(failure), failure);
        }
    }
}
