package io.kaon.app.command;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.List;
import java.util.function.Supplier;
import picocli.AutoComplete;

/// `completion`: prints a script by which a shell completes commands and options.
public final class CompletionCommand {
    private static final List<String> SHELLS = List.of("bash", "zsh");

    private CompletionCommand() {}

    /// @param commands all that there are
    public static Command command(Supplier<Commands> commands) {
        return new PlainCommand(
                "Prints a script by which a shell completes commands and options.",
                "For example: source <(kaon completion bash)",
                List.of(PlainCommand.Argument.needed("SHELL", "bash or zsh.")),
                List.of(),
                (given, out, _) -> {
                    String shell = given.arguments().getFirst();
                    if (!SHELLS.contains(shell)) {
                        throw new ServingException(
                                ErrorKind.INVALID_REQUEST, "expected one of " + SHELLS + ", got \"" + shell + "\"");
                    }
                    // The script sees by itself which of the two reads it.
                    out.print(AutoComplete.bash("kaon", commands.get().parser()));
                    out.flush();
                    return 0;
                });
    }
}
