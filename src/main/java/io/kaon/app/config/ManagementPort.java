package io.kaon.app.config;

import io.kaon.config.ServerDefaults;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Where health and metrics are told. Specifications that were written for TensorFlow Serving, which has no such port,
/// give 9000 to gRPC: where nothing says another, the management port is the first from 9000 on that neither REST nor
/// gRPC has.
public final class ManagementPort {
    public static final String OPTION = "quarkus.management.port";

    private static final int STANDARD = ServerDefaults.STANDARD.managementPort();

    private static final List<String> OTHERS = List.of("quarkus.http.port", "kaon.grpc.port");

    private ManagementPort() {}

    /// The only ports at which it can be where nothing says another, in the order of the rule.
    public static List<Integer> candidates() {
        return IntStream.rangeClosed(STANDARD, STANDARD + OTHERS.size()).boxed().toList();
    }

    /// By these options.
    ///
    /// @param options an option's value, as text, where it was set
    /// @throws IllegalArgumentException when what they say is no port
    public static int of(Function<String, Optional<String>> options) {
        Optional<String> configured = options.apply(OPTION);
        if (configured.isPresent()) {
            return number(configured.get());
        }
        Set<String> occupied = OTHERS.stream()
                .map(options)
                .flatMap(Optional::stream)
                .map(String::strip)
                .collect(Collectors.toSet());
        return candidates().stream()
                .filter(port -> !occupied.contains(port.toString()))
                .findFirst()
                .orElseThrow();
    }

    /// Whether the command line or the environment gives its usual place to another port, so that all options are worth
    /// reading. Nearly always they are not, which would take time from each start.
    ///
    /// @param properties what the command line sets
    public static boolean isWanted(Map<String, String> properties, Map<String, String> environment) {
        return OTHERS.stream()
                .flatMap(option -> Stream.of(
                        properties.getOrDefault(option, ""),
                        environment.getOrDefault(ConfigProblems.variable(option), "")))
                .anyMatch(Integer.toString(STANDARD)::equals);
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException(OPTION + ": expected a port, got \"" + text + "\"");
        }
    }
}
