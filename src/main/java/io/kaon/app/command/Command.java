package io.kaon.app.command;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// What the first word of the command line names.
public interface Command {
    /// What it takes, and what its help says.
    CommandSpec spec();

    /// @param errors what the parser found wrong already; nothing is done when there is anything
    /// @return the exit status
    int run(ParseResult parsed, List<String> errors, PrintWriter out, PrintWriter err);
}
