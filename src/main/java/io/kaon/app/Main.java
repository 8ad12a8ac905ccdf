package io.kaon.app;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The process's entry. Looks at its arguments first: only `serve` starts the servers, every other command runs on the
/// plain core.
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        if (!Commands.serves(arguments)) {
            // The framework, which sets levels, does not run: every library would write all that it can say.
            Logger.getLogger("").setLevel(Level.WARNING);
        }
        System.exit(Commands.execute(out, err, arguments));
    }
}
