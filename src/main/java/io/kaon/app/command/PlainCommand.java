package io.kaon.app.command;

import io.kaon.app.config.ConfigProblems;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.smallrye.config.ConfigValidationException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// A command that serves nothing, and so runs without the framework: it takes arguments, and options with `-D`.
public final class PlainCommand implements Command {
    /// A property that only an executable has.
    private static final String EXECUTABLE = "org.graalvm.nativeimage.imagecode";

    private final CommandSpec spec = CommandSpec.create();
    private final List<Argument> arguments;
    private final Body body;

    /// @param label such as `LOCATION`
    /// @param needed whether the command makes no sense without it
    /// @param several whether it takes all that follow
    public record Argument(String label, boolean needed, boolean several, String about) {
        public static Argument needed(String label, String about) {
            return new Argument(label, true, false, about);
        }

        public static Argument optional(String label, String about) {
            return new Argument(label, false, false, about);
        }

        public Argument andAllThatFollow() {
            return new Argument(label, needed, true, about);
        }
    }

    /// What stands on the command line.
    ///
    /// @param arguments in their order, those that are left out at the end not among them
    public record Given(List<String> arguments, ParseResult parsed) {
        /// Whether an option is there.
        public boolean has(String option) {
            return parsed.hasMatchedOption(option);
        }

        /// The value of an option; nothing where it is left out.
        public Optional<String> value(String option) {
            return Optional.ofNullable(parsed.matchedOptionValue(option, null));
        }
    }

    @FunctionalInterface
    public interface Body {
        /// @return the exit status
        /// @throws ServingException for people to read; INVALID_REQUEST when the command line is at fault
        /// @throws IllegalArgumentException when an option is at fault
        /// @throws ConfigValidationException when options are at fault
        int run(Given given, PrintWriter out, PrintWriter err);
    }

    public PlainCommand(String about, List<Argument> arguments, Body body) {
        this(about, "", arguments, List.of(), body);
    }

    /// @param options of its own
    public PlainCommand(String about, List<Argument> arguments, List<OptionSpec> options, Body body) {
        this(about, "", arguments, options, body);
    }

    /// @param more stands at the end of the help; may be empty
    /// @param options of its own, in the order in which the help lists them
    public PlainCommand(String about, String more, List<Argument> arguments, List<OptionSpec> options, Body body) {
        this.arguments = List.copyOf(arguments);
        this.body = body;
        spec.usageMessage().description(about, "").sortOptions(false);
        if (!more.isEmpty()) {
            spec.usageMessage().footer("%n" + more);
        }
        for (int i = 0; i < arguments.size(); i++) {
            Argument argument = arguments.get(i);
            spec.addPositional(PositionalParamSpec.builder()
                    .index(argument.several ? i + "..*" : Integer.toString(i))
                    .arity(argument.several ? "0..*" : "0..1")
                    .type(argument.several ? String[].class : String.class)
                    .paramLabel(argument.label)
                    .description(argument.about)
                    .build());
        }
        options.forEach(spec::addOption);
        spec.addOption(property());
    }

    /// An option that is there or not.
    public static OptionSpec flag(String name, String about) {
        return OptionSpec.builder(name).arity("0").description(about).build();
    }

    /// An option with a value.
    ///
    /// @param label what the help calls the value, such as `FILE`
    public static OptionSpec value(String name, String label, String about) {
        return OptionSpec.builder(name)
                .type(String.class)
                .paramLabel(label)
                .description(about)
                .build();
    }

    /// The option by which all others are set.
    public static OptionSpec property() {
        return OptionSpec.builder("-D")
                .type(Map.class)
                .auxiliaryTypes(String.class, String.class)
                .paramLabel("option=value")
                .description("Sets an option of Kaon's (kaon.*) or of the framework (quarkus.*).")
                .build();
    }

    /// What [#property] has set.
    public static Map<String, String> properties(ParseResult parsed) {
        return parsed.matchedOptionValue("-D", Map.of());
    }

    /// What [#property] has set of Kaon's and the framework's options, sorted. An executable takes such arguments away
    /// before it reads its command line, and makes properties of the system of them.
    static Map<String, String> options(ParseResult parsed) {
        Map<String, String> options = new TreeMap<>(properties(parsed));
        if (System.getProperty(EXECUTABLE) != null) {
            System.getProperties().stringPropertyNames().stream()
                    .filter(name -> name.startsWith("kaon.") || name.startsWith("quarkus."))
                    .forEach(name -> options.putIfAbsent(name, System.getProperty(name)));
        }
        return options;
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    @Override
    public int run(ParseResult parsed, List<String> errors, PrintWriter out, PrintWriter err) {
        List<String> given = parsed.matchedPositionals().stream()
                .flatMap(positional -> positional.originalStringValues().stream())
                .toList();
        if (errors.isEmpty()) {
            arguments.stream()
                    .skip(given.size())
                    .filter(Argument::needed)
                    .forEach(missing -> errors.add("expected " + missing.label + ", got nothing"));
        }
        if (!errors.isEmpty()) {
            ConfigProblems.print(errors, err);
            return Commands.USAGE;
        }
        properties(parsed).forEach(System::setProperty);
        try {
            return body.run(new Given(given, parsed), out, err);
        } catch (ServingException refused) {
            ConfigProblems.print(List.of(refused.getMessage()), err);
            return refused.kind() == ErrorKind.INVALID_REQUEST ? Commands.USAGE : 1;
        } catch (ConfigValidationException | IllegalArgumentException wrong) {
            ConfigProblems.print(ConfigProblems.explain(wrong), err);
            return Commands.USAGE;
        }
    }
}
