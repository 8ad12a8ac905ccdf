package io.kaon.app.command;

import io.kaon.model.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// Everything that the parser could not make sense of; an unknown flag with the nearest known one.
final class UsageProblems {
    private UsageProblems() {}

    /// A line for each, to which the caller may add.
    ///
    /// @param command the part of `parsed` that is about the chosen command, or `parsed` itself
    static List<String> of(ParseResult parsed, ParseResult command) {
        List<String> lines = new ArrayList<>();
        List<Exception> errors = new ArrayList<>(parsed.errors());
        if (!parsed.equals(command)) {
            errors.addAll(command.errors());
        }
        for (Exception error : errors) {
            if (error instanceof CommandLine.UnmatchedArgumentException unmatched) {
                for (String argument : unmatched.getUnmatched()) {
                    lines.add(unknown(argument, command.commandSpec()));
                }
            } else {
                lines.add(String.valueOf(error.getMessage()));
            }
        }
        return lines;
    }

    private static String unknown(String argument, CommandSpec spec) {
        if (!argument.startsWith("-")) {
            Set<String> commands = spec.subcommands().keySet();
            if (!commands.isEmpty()) {
                return "unknown command " + argument
                        + Nearest.question("", argument, commands, "known commands: " + String.join(", ", commands));
            }
            return "unexpected argument \"" + argument + "\"";
        }
        String flag = argument.split("=", 2)[0];
        return "unknown flag " + flag
                + Nearest.question(
                        "--",
                        flag,
                        spec.optionsMap().keySet(),
                        "`kaon help" + (spec.parent() == null ? "" : " " + spec.name()) + "` has all flags");
    }
}
