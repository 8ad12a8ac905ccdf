package io.kaon.app;

import io.kaon.app.config.ConfigProblems;
import io.kaon.model.ErrorKind;
import io.kaon.model.Nearest;
import io.kaon.model.ServingException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// The command line: `serve`, `check`, `inspect`, `health`, `help` and `version`.
final class Commands {
    static final int USAGE = 2;

    /// TensorFlow Serving's `--version` takes a value.
    private static final Map<String, String> VERSION_VALUES =
            Map.of("--version=true", "--version", "--version=false", "");

    private final PrintWriter out;
    private final PrintWriter err;

    private Commands(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /// @return the exit status; `serve` does not return before the server ends
    static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        return new Commands(out, err).run(withDefault(arguments));
    }

    /// TensorFlow Serving's binary has no commands, only flags: such a line means `serve`.
    private static String[] withDefault(String... arguments) {
        if (Arrays.stream(arguments).anyMatch(VERSION_VALUES::containsKey)) {
            return withDefault(Arrays.stream(arguments)
                    .map(argument -> VERSION_VALUES.getOrDefault(argument, argument))
                    .filter(argument -> !argument.isEmpty())
                    .toArray(String[]::new));
        }
        boolean flagsOnly = arguments.length > 0
                && arguments[0].startsWith("-")
                && !Set.of("--help", "-h", "--version", "-V").contains(arguments[0]);
        if (!flagsOnly) {
            return arguments.length == 0 ? arguments : asFlag(arguments);
        }
        List<String> line = new ArrayList<>(List.of("serve"));
        line.addAll(Arrays.asList(arguments));
        return line.toArray(String[]::new);
    }

    /// `help`, `help COMMAND` and `version` mean `--help`, `COMMAND --help` and `--version`.
    private static String[] asFlag(String... arguments) {
        return switch (arguments[0]) {
            case "help" -> arguments.length == 1 ? new String[] {"--help"} : new String[] {arguments[1], "--help"};
            case "version" -> new String[] {"--version"};
            default -> arguments;
        };
    }

    private int run(String... arguments) {
        Framework framework = new Framework();
        if (arguments.length > 0 && arguments[0].equals("serve")) {
            framework.prepare();
        }
        CommandLine line = line();
        ParseResult parsed = line.parseArgs(arguments);
        ParseResult command = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
        CommandLine chosen = command.commandSpec().commandLine();
        if (parsed.isVersionHelpRequested() || command.isVersionHelpRequested()) {
            out.println(Version.line());
            return 0;
        }
        List<String> errors = problems(parsed, command);
        if (!parsed.hasSubcommand() && !errors.isEmpty()) {
            ConfigProblems.print(errors, err);
            return USAGE;
        }
        if (parsed.isUsageHelpRequested() || command.isUsageHelpRequested()) {
            chosen.usage(out);
            return 0;
        }
        if (!parsed.hasSubcommand()) {
            chosen.usage(err);
            return USAGE;
        }
        return switch (command.commandSpec().name()) {
            case "serve" -> ServeCommand.run(command, errors, framework, err);
            case "health" -> health(command, errors);
            case "check" -> onDirectory(command, errors, directory -> ModelCommands.check(directory, out));
            case "inspect" -> onDirectory(command, errors, directory -> ModelCommands.inspect(directory, out));
            case String unknown -> throw new IllegalStateException("no command runs `" + unknown + "`");
        };
    }

    private static CommandLine line() {
        // The parser would open every jar to find out whether there are closures of another language.
        System.setProperty("picocli.disable.closures", "true");
        CommandSpec root = CommandSpec.create().name("kaon");
        root.usageMessage()
                .description("Serves models over TensorFlow Serving's REST and gRPC APIs.%n")
                .footer(
                        "%n`kaon help COMMAND` says more. `./kaon build` packages and `./kaon test` runs all tests, from a checkout.");
        root.addSubcommand("serve", ServeCommand.spec());
        root.addSubcommand("check", directoryCommand("Loads a model, runs it once on zeros and says what it found."));
        root.addSubcommand("inspect", directoryCommand("Prints a model's signatures."));
        root.addSubcommand("health", healthCommand());
        addHelp(root);
        root.subcommands().values().forEach(sub -> addHelp(sub.getCommandSpec()));
        CommandLine line = new CommandLine(root);
        // A flag of TensorFlow Serving that is written twice means its last value, as there.
        line.setOverwrittenOptionsAllowed(true);
        root.parser().collectErrors(true);
        root.subcommands().values().forEach(sub -> sub.getCommandSpec().parser().collectErrors(true));
        return line;
    }

    /// The parser's own would come from annotations, whose reading costs time at each start.
    private static void addHelp(CommandSpec spec) {
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help message and exit.")
                .build());
        spec.addOption(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print version information and exit.")
                .build());
    }

    private static CommandSpec directoryCommand(String what) {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().description(what);
        spec.addPositional(PositionalParamSpec.builder()
                .index("0")
                .type(String.class)
                .paramLabel("DIR")
                .description("A version's directory, or a model's: then its newest version.")
                .build());
        return spec;
    }

    private static CommandSpec healthCommand() {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().description("Asks a running server whether it is ready; the exit status says it too.");
        spec.addPositional(PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .type(String.class)
                .paramLabel("URL")
                .description("What to ask (default: the readiness of a server with these options, on this machine).")
                .build());
        spec.addOption(ServeCommand.property());
        return spec;
    }

    private int health(ParseResult command, List<String> errors) {
        if (!errors.isEmpty()) {
            ConfigProblems.print(errors, err);
            return USAGE;
        }
        Map<String, String> properties = command.matchedOptionValue("-D", Map.of());
        properties.forEach(System::setProperty);
        try {
            return HealthCommand.run(command.matchedPositionalValue(0, HealthCommand.configured()), out, err);
        } catch (IllegalArgumentException wrong) {
            ConfigProblems.print(ConfigProblems.explain(wrong), err);
            return USAGE;
        }
    }

    @FunctionalInterface
    private interface DirectoryCommand {
        int run(String directory);
    }

    private int onDirectory(ParseResult command, List<String> errors, DirectoryCommand action) {
        if (errors.isEmpty() && command.matchedPositionals().isEmpty()) {
            errors.add("expected a directory, got nothing");
        }
        if (!errors.isEmpty()) {
            ConfigProblems.print(errors, err);
            return USAGE;
        }
        try {
            return action.run(command.matchedPositionals().getFirst().getValue());
        } catch (ServingException refused) {
            err.println("error: " + refused.getMessage());
            return refused.kind() == ErrorKind.INVALID_REQUEST ? USAGE : 1;
        }
    }

    /// Everything that the parser could not make sense of; an unknown flag with the nearest known one.
    private static List<String> problems(ParseResult parsed, ParseResult command) {
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
                return "unknown command " + argument + Nearest.question(argument, commands);
            }
            return "unexpected argument \"" + argument + "\"";
        }
        String flag = argument.split("=", 2)[0];
        return "unknown flag " + flag + Nearest.question(flag, spec.optionsMap().keySet());
    }
}
