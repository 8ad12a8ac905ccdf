package io.kaon.app;

import io.kaon.app.command.CheckCommand;
import io.kaon.app.command.Command;
import io.kaon.app.command.Commands;
import io.kaon.app.command.HealthCommand;
import io.kaon.app.command.InspectCommand;
import io.kaon.app.command.ManifestsCommand;
import io.kaon.app.command.PauseCommand;
import io.kaon.app.command.PullCommand;
import io.kaon.app.command.ServeCommand;
import io.kaon.app.server.Framework;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The process's entry. Looks at its arguments first: only `serve` starts the servers, every other command runs on the
/// plain core.
@QuarkusMain
public final class Main {
    private static final String SERVE = "serve";

    private Main() {}

    public static void main(String... arguments) {
        Framework framework = new Framework();
        Commands commands = commands(framework);
        if (commands.named(arguments).equals(Optional.of(SERVE))) {
            framework.prepare();
        } else {
            // The framework, which sets levels, does not run: every library would write all that it can say.
            Logger.getLogger("").setLevel(Level.WARNING);
        }
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(commands.execute(out, err, arguments));
    }

    /// In the order in which the help lists them.
    static Commands commands(Framework framework) {
        Map<String, Supplier<Command>> all = new LinkedHashMap<>();
        all.put(SERVE, () -> new ServeCommand(framework));
        all.put("pull", PullCommand::command);
        all.put("check", CheckCommand::command);
        all.put("inspect", InspectCommand::command);
        all.put("health", HealthCommand::command);
        all.put("manifests", ManifestsCommand::new);
        all.put("pause", PauseCommand::command);
        return new Commands(all, SERVE);
    }
}
