package io.kaon.app;

import io.kaon.app.config.ConfigProblems;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// The command line: reads its first word, and hands over to that [Command].
final class Commands {
    static final int USAGE = 2;

    /// In the order in which the help lists them.
    private static final List<String> NAMES = List.of("serve", "pull", "check", "inspect", "health");

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

    /// Whether the line starts the servers.
    static boolean serves(String... arguments) {
        String[] line = withDefault(arguments);
        return line.length > 0 && line[0].equals("serve");
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
        Map<String, Command> commands = commands(framework, arguments);
        CommandLine line = line(commands);
        ParseResult parsed = line.parseArgs(arguments);
        ParseResult command = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
        CommandLine chosen = command.commandSpec().commandLine();
        if (parsed.isVersionHelpRequested() || command.isVersionHelpRequested()) {
            out.println(Version.line());
            return 0;
        }
        List<String> errors = UsageProblems.of(parsed, command);
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
        return Objects.requireNonNull(commands.get(command.commandSpec().name()))
                .run(command, errors, out, err);
    }

    /// Those that the line may be about: the one that it names, or else all, for help and for what comes near.
    private static Map<String, Command> commands(Framework framework, String... arguments) {
        Map<String, Command> commands = new LinkedHashMap<>();
        boolean named = arguments.length > 0 && NAMES.contains(arguments[0]);
        for (String name : named ? List.of(arguments[0]) : NAMES) {
            commands.put(name, command(name, framework));
        }
        return commands;
    }

    private static Command command(String name, Framework framework) {
        return switch (name) {
            case "serve" -> new ServeCommand(framework);
            case "pull" -> PullCommand.command();
            case "check" -> ModelCommands.check();
            case "inspect" -> ModelCommands.inspect();
            case "health" -> HealthCommand.command();
            default -> throw new IllegalArgumentException("no command runs `" + name + "`");
        };
    }

    private static CommandLine line(Map<String, Command> commands) {
        // The parser would open every jar to find out whether there are closures of another language.
        System.setProperty("picocli.disable.closures", "true");
        CommandSpec root = CommandSpec.create().name("kaon");
        root.usageMessage()
                .description("Serves models over TensorFlow Serving's REST and gRPC APIs.%n")
                .footer(
                        "%n`kaon help COMMAND` says more. `./kaon build` packages and `./kaon test` runs all tests, from a checkout.");
        commands.forEach((name, command) -> root.addSubcommand(name, command.spec()));
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
}
