package io.kaon.app;

import io.kaon.app.client.LabelCommand;
import io.kaon.app.client.ListCommand;
import io.kaon.app.client.PredictCommand;
import io.kaon.app.client.ReloadCommand;
import io.kaon.app.command.Command;
import io.kaon.app.command.Commands;
import io.kaon.app.command.CompletionCommand;
import io.kaon.app.command.HealthCommand;
import io.kaon.app.command.ManifestsCommand;
import io.kaon.app.command.PauseCommand;
import io.kaon.app.command.PullCommand;
import io.kaon.app.command.ServeCommand;
import io.kaon.app.model.AddCommand;
import io.kaon.app.model.CheckCommand;
import io.kaon.app.model.DryRun;
import io.kaon.app.model.InspectCommand;
import io.kaon.app.model.RollbackCommand;
import io.kaon.app.server.Framework;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
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
    private static final List<String> IMAGES = List.of("MODEL_NAME", "MODEL_BASE_PATH");

    private Main() {}

    public static void main(String... arguments) {
        Framework framework = new Framework();
        Commands commands = commands(framework);
        String[] line = line(System.getenv(), arguments);
        if (commands.named(line).equals(Optional.of(SERVE))) {
            framework.prepare();
        } else {
            // The framework, which sets levels, does not run: every library would write all that it can say.
            Logger.getLogger("").setLevel(Level.WARNING);
        }
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(commands.execute(out, err, line));
    }

    /// TensorFlow Serving's image is often started without arguments, by a script that variables tell what to serve.
    static String[] line(Map<String, String> environment, String... arguments) {
        return arguments.length == 0 && IMAGES.stream().anyMatch(environment::containsKey)
                ? new String[] {SERVE}
                : arguments;
    }

    /// In the order in which the help lists them.
    static Commands commands(Framework framework) {
        Map<String, Supplier<Command>> all = new LinkedHashMap<>();
        all.put(SERVE, () -> new ServeCommand(framework, DryRun::run));
        all.put("predict", PredictCommand::command);
        all.put("list", ListCommand::list);
        all.put("status", ListCommand::status);
        all.put("label", LabelCommand::command);
        all.put("reload", ReloadCommand::command);
        all.put("pull", PullCommand::command);
        all.put("check", CheckCommand::command);
        all.put("inspect", InspectCommand::command);
        all.put("add", AddCommand::command);
        all.put("rollback", RollbackCommand::command);
        all.put("health", HealthCommand::command);
        all.put("manifests", ManifestsCommand::new);
        all.put("pause", PauseCommand::command);
        all.put("completion", () -> CompletionCommand.command(() -> new Commands(all, SERVE)));
        return new Commands(all, SERVE);
    }
}
