package io.kaon.app.client;

import io.kaon.app.command.Command;
import io.kaon.app.command.Commands;
import io.kaon.app.command.PlainCommand;
import io.kaon.app.config.ConfigProblems;
import io.kaon.client.ClientFailure;
import io.kaon.client.Printable;
import io.kaon.model.ServingException;
import io.smallrye.config.ConfigValidationException;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// A command that asks a running server. What goes wrong is told in the server's words where it has any, with what
/// may help; nothing of it can steer a terminal.
final class ClientCommand implements Command {
    private final String about;
    private final String more;
    private final List<Argument> arguments;
    private final List<OptionSpec> options;
    private final Body body;

    /// @param label such as `MODEL`
    /// @param several whether it takes all that follow
    record Argument(String label, boolean needed, boolean several, String about) {}

    @FunctionalInterface
    interface Body {
        /// @return the exit status
        /// @throws ClientFailure when the server could not be asked, or refused
        /// @throws ServingException when what it says cannot be understood
        /// @throws IllegalArgumentException when the command line is at fault
        int run(ClientLine line);
    }

    ClientCommand(String about, String more, List<Argument> arguments, List<OptionSpec> options, Body body) {
        this.about = about;
        this.more = more;
        this.arguments = List.copyOf(arguments);
        this.options = List.copyOf(options);
        this.body = body;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().description(about, "").footer("%n" + more).sortOptions(false);
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
        spec.addOption(PlainCommand.property());
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
        PlainCommand.properties(parsed).forEach(System::setProperty);
        try {
            return body.run(new ClientLine(parsed, given, out, err));
        } catch (ClientFailure failed) {
            tell(failed.getMessage(), failed.hint(), err);
            return 1;
        } catch (ServingException failed) {
            tell(failed.getMessage(), failed.hint(), err);
            return 1;
        } catch (ConfigValidationException | IllegalArgumentException wrong) {
            ConfigProblems.print(ConfigProblems.explain(wrong), err);
            return Commands.USAGE;
        }
    }

    /// An error, and below it what may help.
    static void tell(String message, @Nullable String hint, PrintWriter err) {
        err.println("error: " + Printable.line(message));
        if (hint != null && !hint.isBlank()) {
            err.println("hint: " + Printable.line(hint));
        }
    }
}
