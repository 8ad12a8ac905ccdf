package io.kaon.app.client;

import io.kaon.app.command.OptionReader;
import io.kaon.app.command.PlainCommand;
import io.kaon.app.config.CommandConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/// What stands on the command line of a [ClientCommand], and where its answer goes.
///
/// @param out gets the answer and nothing else
/// @param err gets what is said about it
record ClientLine(PlainCommand.Given line, PrintWriter out, PrintWriter err) {
    static final OptionSpec JSON = PlainCommand.flag("--json", "Prints JSON instead of a table.");
    static final OptionSpec CA =
            PlainCommand.value("--ca", "FILE", "Certificates (PEM) that the server's is checked against.");

    private static final String TIMEOUT = "--timeout";
    private static final Duration LONGEST = Duration.ofHours(24);

    static OptionSpec timeout(String standard) {
        return PlainCommand.value(TIMEOUT, "TIME", "How long an answer may take (default: " + standard + ").");
    }

    /// The arguments that are no options.
    List<String> given() {
        return line.arguments();
    }

    boolean has(String option) {
        return line.has(option);
    }

    Optional<String> text(String option) {
        return line.value(option);
    }

    Optional<Path> file(String option) {
        return text(option).map(Path::of);
    }

    /// @throws IllegalArgumentException when it is none from 1 to the most
    Optional<Integer> number(String option, int most) {
        return text(option).map(text -> {
            try {
                return OptionReader.number(text, most);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException(option + ": " + wrong.getMessage(), wrong);
            }
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
