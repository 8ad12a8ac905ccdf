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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/// The process's entry. Looks at its arguments first: only `serve` starts the servers, every other command runs on the
/// plain core.
@QuarkusMain
public final class Main {
    private static final List<String> IMAGES = List.of("MODEL_NAME", "MODEL_BASE_PATH");

    private Main() {}

    public static void main(String... arguments) {
        Framework framework = new Framework();
        Commands commands = commands(framework);
        String[] line = line(System.getenv(), arguments);
        if (commands.named(line).equals(Optional.of(Name.SERVE.word()))) {
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
                ? new String[] {Name.SERVE.word()}
                : arguments;
    }

    static Commands commands(Framework framework) {
        List<String> names = Stream.of(Name.values()).map(Name::word).toList();
        return new Commands(
                names, word -> Name.valueOf(word.toUpperCase(Locale.ROOT)).command(framework), Name.SERVE.word());
    }

    /// In the order in which the help lists them. A class of a command is loaded only when the line is about it: a
    /// server's start must not pay for the others.
    private enum Name {
        SERVE,
        PREDICT,
        LIST,
        STATUS,
        LABEL,
        RELOAD,
        CHECK,
        INSPECT,
        ADD,
        ROLLBACK,
        PULL,
        HEALTH,
        MANIFESTS,
        PAUSE,
        COMPLETION;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        Command command(Framework framework) {
            return switch (this) {
                case SERVE -> new ServeCommand(framework, DryRun::run);
                case PREDICT -> PredictCommand.command();
                case LIST -> ListCommand.list();
                case STATUS -> ListCommand.status();
                case LABEL -> LabelCommand.command();
                case RELOAD -> ReloadCommand.command();
                case CHECK -> CheckCommand.command();
                case INSPECT -> InspectCommand.command();
                case ADD -> AddCommand.command();
                case ROLLBACK -> RollbackCommand.command();
                case PULL -> PullCommand.command();
                case HEALTH -> HealthCommand.command();
                case MANIFESTS -> new ManifestsCommand();
                case PAUSE -> PauseCommand.command();
                case COMPLETION -> CompletionCommand.command(() -> commands(framework));
            };
        }
    }
}
