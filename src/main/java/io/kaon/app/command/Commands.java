package io.kaon.app.command;

import io.kaon.app.config.ConfigProblems;
import io.kaon.app.config.Version;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// The command line: reads its first word, and hands over to that [Command].
public final class Commands {
    /// The exit status when the line itself is at fault.
    public static final int USAGE = 2;

    /// TensorFlow Serving's `--version` takes a value.
    private static final Map<String, String> VERSION_VALUES =
            Map.of("--version=true", "--version", "--version=false", "");

    private static final Set<String> WORDS = Set.of("help", "version");

    private static final Set<String> ABOUT_ALL = Set.of("--help", "-h", "--version", "-V");

    private final List<String> all;
    private final Function<String, Command> making;
    private final String standard;

    /// @param all names, in the order in which the help lists them
    /// @param making makes the command of a name, when a line is about it
    /// @param standard the one that a line of flags means: TensorFlow Serving's binary has no commands
    public Commands(List<String> all, Function<String, Command> making, String standard) {
        this.all = List.copyOf(all);
        this.making = making;
        this.standard = standard;
    }

    /// The command that a line names or means, if it is about one.
    public Optional<String> named(String... arguments) {
        return first(line(arguments));
    }

    /// @return the exit status; `serve` does not return before the server ends
    public int execute(PrintWriter out, PrintWriter err, String... arguments) {
        String[] line = line(arguments);
        Map<String, Command> commands = commands(line);
        ParseResult parsed = parser(commands).parseArgs(line);
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
        Command found = commands.get(command.commandSpec().name());
        if (found == null) {
            chosen.usage(err);
            return USAGE;
        }
        return found.run(command, errors, out, err);
    }

    /// With all commands.
    CommandLine parser() {
        return parser(commands());
    }

    /// With the command that a line of flags or a place only means, and with flags for what is written as words.
    private String[] line(String... arguments) {
        if (Arrays.stream(arguments).anyMatch(VERSION_VALUES::containsKey)) {
            return line(Arrays.stream(arguments)
                    .map(argument -> VERSION_VALUES.getOrDefault(argument, argument))
                    .filter(argument -> !argument.isEmpty())
                    .toArray(String[]::new));
        }
        if (arguments.length == 0) {
            return arguments;
        }
        if ((!arguments[0].startsWith("-") && !isPlace(arguments[0])) || ABOUT_ALL.contains(arguments[0])) {
            return asFlag(arguments);
        }
        List<String> line = new ArrayList<>(List.of(standard));
        line.addAll(Arrays.asList(arguments));
        return line.toArray(String[]::new);
    }

    /// Whether a first word that is no command can only be meant as what is to be served.
    private boolean isPlace(String word) {
        return !all.contains(word)
                && !WORDS.contains(word)
                && (word.contains("/") || word.contains(".") || Files.exists(Path.of(word)));
    }

    /// `help`, `help COMMAND` and `version` mean `--help`, `COMMAND --help` and `--version`.
    private static String[] asFlag(String... arguments) {
        return switch (arguments[0]) {
            case "help" -> arguments.length == 1 ? new String[] {"--help"} : new String[] {arguments[1], "--help"};
            case "version" -> new String[] {"--version"};
            default -> arguments;
        };
    }

    private Optional<String> first(String... line) {
        return line.length > 0 && all.contains(line[0]) ? Optional.of(line[0]) : Optional.empty();
    }

    /// Those that the line may be about: the one that it names, or else all, for help and for what comes near.
    private Map<String, Command> commands(String... line) {
        Map<String, Command> commands = new LinkedHashMap<>();
        Optional<String> named = first(line);
        for (String name : all) {
            if (named.isEmpty() || named.get().equals(name)) {
                commands.put(name, making.apply(name));
            }
        }
        return commands;
    }

    private static CommandLine parser(Map<String, Command> commands) {
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
