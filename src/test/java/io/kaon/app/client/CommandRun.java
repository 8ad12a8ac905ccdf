package io.kaon.app.client;

import io.kaon.app.command.Command;
import io.kaon.app.command.Commands;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// What a command printed, and how it ended.
record CommandRun(int status, String out, String err) {
    static CommandRun of(Command command, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] line = Stream.concat(Stream.of("it"), Arrays.stream(arguments)).toArray(String[]::new);
        int status = new Commands(List.of("it"), _ -> command, "it")
                .execute(new PrintWriter(out, true), new PrintWriter(err, true), line);
        return new CommandRun(status, out.toString(), err.toString());
    }
}
