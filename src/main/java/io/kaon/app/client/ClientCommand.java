package io.kaon.app.client;

import io.kaon.app.command.Command;
import io.kaon.app.command.PlainCommand;
import io.kaon.client.ClientFailure;
import io.kaon.client.Printable;
import io.kaon.model.ServingException;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/// A command that asks a running server. What goes wrong is told in the server's words where it has any, with what
/// may help; nothing of it can steer a terminal.
final class ClientCommand {
    private ClientCommand() {}

    @FunctionalInterface
    interface Body {
        /// @return the exit status
        /// @throws ClientFailure when the server could not be asked, or refused
        /// @throws ServingException when what it says cannot be understood
        /// @throws IllegalArgumentException when the command line is at fault
        int run(ClientLine line);
    }

    /// @param more stands at the end of the help
    static Command of(
            String about, String more, List<PlainCommand.Argument> arguments, List<OptionSpec> options, Body body) {
        return new PlainCommand(about, more, arguments, options, (given, out, err) -> {
            try {
                return body.run(new ClientLine(given, out, err));
            } catch (ClientFailure failed) {
                tell(failed.getMessage(), failed.hint(), err);
            } catch (ServingException failed) {
                tell(failed.getMessage(), failed.hint(), err);
            }
            return 1;
        });
    }

    /// An error, and below it what may help.
    static void tell(String message, @Nullable String hint, PrintWriter err) {
        err.println("error: " + Printable.line(message));
        if (hint != null && !hint.isBlank()) {
            err.println("hint: " + Printable.line(hint));
        }
    }
}
