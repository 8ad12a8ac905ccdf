package io.kaon.app.client;

import io.kaon.app.config.CommandConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// What stands on the command line of a [ClientCommand], and where its answer goes.
///
/// @param given the arguments that are no options
/// @param out gets the answer and nothing else
/// @param err gets what is said about it
record ClientLine(ParseResult parsed, List<String> given, PrintWriter out, PrintWriter err) {
    static final OptionSpec JSON = flag("--json", "Prints JSON instead of a table.");
    static final OptionSpec CA = one("--ca", "FILE", "Certificates (PEM) that the server's is checked against.");

    private static final String TIMEOUT = "--timeout";
    private static final Duration LONGEST = Duration.ofHours(24);

    static OptionSpec flag(String name, String about) {
        return OptionSpec.builder(name).arity("0").description(about).build();
    }

    static OptionSpec one(String name, String takes, String about) {
        return OptionSpec.builder(name)
                .type(String.class)
                .paramLabel(takes)
                .description(about)
                .build();
    }

    static OptionSpec many(String name, String takes, String about) {
        return OptionSpec.builder(name)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(takes)
                .description(about)
                .build();
    }

    static OptionSpec timeout(String standard) {
        return one(TIMEOUT, "TIME", "How long an answer may take (default: " + standard + ").");
    }

    boolean has(String option) {
        return parsed.hasMatchedOption(option);
    }

    Optional<String> text(String option) {
        return Optional.ofNullable(parsed.matchedOptionValue(option, null));
    }

    List<String> texts(String option) {
        return parsed.matchedOptionValue(option, List.of());
    }

    Optional<Path> file(String option) {
        return text(option).map(Path::of);
    }

    /// @throws IllegalArgumentException when it is none from 1 to the most
    Optional<Integer> number(String option, int most) {
        return text(option).map(text -> {
            try {
                int number = Integer.parseInt(text);
                if (number >= 1 && number <= most) {
                    return number;
                }
            } catch (NumberFormatException _) {
                // Said below, as for numbers that are out of range.
            }
            throw new IllegalArgumentException(
                    option + ": expected a number from 1 to " + most + ", got \"" + text + "\"");
        });
    }

    /// @throws IllegalArgumentException when it is none
    Duration timeout(Duration standard) {
        return text(TIMEOUT)
                .map(text -> {
                    Duration time = CommandConfig.duration(text);
                    if (!time.isPositive() || time.compareTo(LONGEST) > 0) {
                        throw new IllegalArgumentException(
                                TIMEOUT + ": expected a time above 0s, and at most 24h, got \"" + text + "\"");
                    }
                    return time;
                })
                .orElse(standard);
    }
}
