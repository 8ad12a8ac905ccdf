package io.kaon.app.client;

import io.kaon.app.command.Command;
import io.kaon.app.command.PlainCommand;
import io.kaon.app.terminal.TextTable;
import io.kaon.client.ClientFailure;
import io.kaon.client.ModelReport;
import io.kaon.client.Printable;
import io.kaon.client.RestClient;
import io.kaon.client.ServerAddress;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.client.TfsClient;
import io.kaon.protocol.tfs.client.TfsConfigText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/// `reload`: replaces the whole model configuration of a running server by that of a file.
public final class ReloadCommand {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofSeconds(3);
    private static final int LARGEST = 16 << 20;

    private ReloadCommand() {}

    public static Command command() {
        List<OptionSpec> options = new ArrayList<>();
        options.add(Servers.grpc());
        options.add(PlainCommand.value(
                "--rest",
                "URL",
                "The server's REST address, which tells what changes (default: of a server with these options, on this"
                        + " machine, unless --url names another)."));
        options.addAll(Tokens.options());
        options.add(ClientLine.timeout("10m"));
        options.add(ClientLine.CA);
        return ClientCommand.of(
                "Replaces the model configuration of a running server.",
                "It waits until every new model serves or has failed. A model that the file leaves out is unloaded, and a"
                        + " folder of models is no longer looked at.%n%nFILE holds a ModelServerConfig as text, as for serve --model_config_file. The exit status is 0 when all"
                        + " of its models serve.%n%nFor example: kaon reload models.config",
                List.of(PlainCommand.Argument.needed("FILE", "The whole configuration.")),
                options,
                ReloadCommand::run);
    }

    private static int run(ClientLine line) {
        TfsConfigText config = read(Path.of(line.given().getFirst()));
        Servers servers = Servers.of(line);
        ServerAddress address = servers.grpcAddress();
        Duration timeout = line.timeout(TIMEOUT);
        GrpcCalls calls = new GrpcCalls(address, timeout);
        List<ModelReport> before = models(line, servers);
        try (TfsClient client = servers.grpcClient(address, line.file("--ca"), timeout)) {
            int status = 0;
            try {
                calls.call(() -> {
                    client.reload(config, Tokens.of(line, servers, System.getenv()));
                    return true;
                });
            } catch (ClientFailure refused) {
                if (!refused.outcome().equals("UNKNOWN")) {
                    throw refused;
                }
                // The configuration holds, but some models do not serve.
                ClientCommand.tell(refused.getMessage(), refused.hint(), line.err());
                status = 1;
            }
            ConfigChanges.between(before, models(line, servers)).forEach(line.out()::println);
            line.out().print(states(config, client, calls));
            line.out().flush();
            return status;
        }
    }

    private static TfsConfigText read(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IllegalArgumentException(
                        file + ": expected a model configuration, got " + (Files.size(file) >> 20) + " MiB");
            }
            return TfsConfigText.read(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(file + " cannot be read: " + reason(unreadable));
        } catch (ServingException malformed) {
            throw new IllegalArgumentException(file + ": " + malformed.getMessage());
        }
    }

    private static String reason(IOException unreadable) {
        return unreadable instanceof NoSuchFileException
                ? "there is no such file"
                : String.valueOf(unreadable.getMessage());
    }

    /// As far as the server tells: TensorFlow Serving does not, and REST may be elsewhere or off.
    private static List<ModelReport> models(ClientLine line, Servers servers) {
        if (servers.url().isPresent() && line.text("--rest").isEmpty()) {
            return List.of();
        }
        ServerAddress address = line.text("--rest").map(ServerAddress::rest).orElseGet(servers::restHere);
        try (RestClient rest = servers.restClient(address, line.file("--ca"), SHORT)) {
            return ModelReport.list(rest.get("/v1/models"));
        } catch (ClientFailure _) {
            return List.of();
        }
    }

    private static String states(TfsConfigText config, TfsClient client, GrpcCalls calls) {
        TextTable table = new TextTable("MODEL", "VERSION", "STATE", "LAST ERROR");
        for (String model : config.models()) {
            try {
                for (TfsClient.Version version : calls.call(() -> client.versions(model))) {
                    table.row(
                            Printable.line(model),
                            Long.toString(version.number()),
                            version.state(),
                            version.message().isEmpty() ? "-" : Printable.line(version.message()));
                }
            } catch (ClientFailure unknown) {
                table.row(Printable.line(model), "-", "NO VERSION", Printable.line(unknown.getMessage()));
            }
        }
        return table.toString();
    }
}
