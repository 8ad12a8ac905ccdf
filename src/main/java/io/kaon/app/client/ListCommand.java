package io.kaon.app.client;

import io.kaon.app.command.Command;
import io.kaon.app.command.PlainCommand;
import io.kaon.app.command.Sleeper;
import io.kaon.app.terminal.Terminal;
import io.kaon.client.ClientFailure;
import io.kaon.client.MetricsPage;
import io.kaon.client.ModelReport;
import io.kaon.client.RestClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/// `list` and `status`: what a running server serves, how it does, and how much it has to do. Rates and times are those
/// of the time between two looks, which stands in the head of their columns.
public final class ListCommand {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ONCE = Duration.ofSeconds(1);
    private static final Duration AGAIN = Duration.ofSeconds(2);
    private static final int INTERRUPTED = 130;
    private static final int SHORT_ERROR = 60;
    private static final int LONG_ERROR = 2000;
    private static final String HOME_AND_CLEAR = "\033[H\033[2J";

    private static final String FOOTER =
            "Requests per second and the 99th percentile of the model's runs are those of the"
                    + " time that the head of the column says: one second, or two between the looks of --watch.";

    private final Sleeper sleeper;
    private final boolean isTerminal;

    private ListCommand(Sleeper sleeper, boolean isTerminal) {
        this.sleeper = sleeper;
        this.isTerminal = isTerminal;
    }

    public static Command list() {
        return list(Thread::sleep, Terminal.isOut());
    }

    public static Command status() {
        return status(Thread::sleep, Terminal.isOut());
    }

    static Command list(Sleeper sleeper, boolean isTerminal) {
        ListCommand list = new ListCommand(sleeper, isTerminal);
        return ClientCommand.of(
                "Lists the models of a running server: states, requests per second, errors.",
                FOOTER,
                List.of(),
                options(),
                line -> list.run(line, Optional.empty(), SHORT_ERROR) == INTERRUPTED ? INTERRUPTED : 0);
    }

    static Command status(Sleeper sleeper, boolean isTerminal) {
        ListCommand status = new ListCommand(sleeper, isTerminal);
        return ClientCommand.of(
                "Says how a model of a running server is, with its errors in full.",
                FOOTER + "%n%nThe exit status is 0 when the model, or without a name each of them, has a version that"
                        + " serves, else 1. With a model's name it works with TensorFlow Serving, too.",
                List.of(PlainCommand.Argument.optional("MODEL", "Its name (default: all models).")),
                options(),
                line -> status.run(line, line.given().stream().findFirst(), LONG_ERROR));
    }

    private static List<OptionSpec> options() {
        return List.of(
                Servers.rest(),
                PlainCommand.flag("--watch", "Looks again every two seconds, until it is interrupted."),
                ClientLine.JSON,
                ClientLine.timeout("10s"),
                ClientLine.CA);
    }

    private int run(ClientLine line, Optional<String> model, int errorLength) {
        Servers servers = Servers.of(line);
        Duration timeout = line.timeout(TIMEOUT);
        Optional<Path> ca = line.file("--ca");
        List<RestClient> management = servers.management().stream()
                .map(address -> servers.restClient(address, Optional.empty(), timeout))
                .toList();
        try (RestClient rest = servers.restClient(servers.restAddress(), ca, timeout);
                ServerEye eye = new ServerEye(rest, management, model, System::nanoTime)) {
            Optional<MetricsPage> before = eye.look().metrics();
            pause(before.isPresent(), ONCE);
            ServerLook look = eye.look();
            print(line, new ModelTable(look, before, errorLength));
            while (line.has("--watch") && !line.out().checkError()) {
                before = look.metrics();
                pause(true, AGAIN);
                look = again(eye, look, line);
                print(line, new ModelTable(look, before, errorLength));
            }
            return look.models().stream().allMatch(ModelReport::isAvailable) ? 0 : 1;
        } catch (ClientFailure failure) {
            throw servers.explained(failure);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return INTERRUPTED;
        }
    }

    private void pause(boolean wanted, Duration time) throws InterruptedException {
        if (wanted) {
            sleeper.sleep(time);
        }
    }

    /// A server that is away for a moment is told of, and does not end the watch.
    private ServerLook again(ServerEye eye, ServerLook last, ClientLine line) {
        try {
            return eye.look();
        } catch (ClientFailure failure) {
            ClientCommand.tell(failure.getMessage(), null, line.err());
            return new ServerLook(last.models(), Optional.empty());
        }
    }

    private void print(ClientLine line, ModelTable table) {
        if (line.has("--json")) {
            line.out().print(table.json());
        } else if (line.has("--watch")) {
            line.out().print((isTerminal ? HOME_AND_CLEAR : "") + table.text() + (isTerminal ? "" : "\n"));
        } else {
            line.out().print(table.text());
        }
        line.out().flush();
    }
}
