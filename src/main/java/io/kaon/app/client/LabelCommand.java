package io.kaon.app.client;

import io.kaon.app.command.Command;
import io.kaon.app.command.PlainCommand;
import io.kaon.client.ClientFailure;
import io.kaon.client.Printable;
import io.kaon.client.ServerAddress;
import io.kaon.protocol.tfs.client.TfsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.OptionSpec;

/// `label`: puts labels on versions of a model, and changes nothing else of what the server serves.
public final class LabelCommand {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long NONE = -1;

    private LabelCommand() {}

    public static Command command() {
        return ClientCommand.of(
                "Puts labels on versions of a model of a running server.",
                "Nothing else that the server serves changes. The labels hold until the server is started again, or its model configuration changes: write what is"
                        + " to stay into its file. `kaon predict MODEL:LABEL` asks a labelled version.%n%n"
                        + "For example: kaon label iris stable=2 canary=3%n"
                        + "             kaon label iris canary=",
                List.of(
                        PlainCommand.Argument.needed("MODEL", "Its name."),
                        PlainCommand.Argument.needed("LABEL=VERSION", "What goes where; LABEL= takes the label away.")
                                .andAllThatFollow()),
                options(),
                LabelCommand::run);
    }

    private static List<OptionSpec> options() {
        List<OptionSpec> options = new ArrayList<>();
        options.add(Servers.grpc());
        options.addAll(Tokens.options());
        options.add(ClientLine.timeout("30s"));
        options.add(ClientLine.CA);
        return options;
    }

    private static int run(ClientLine line) {
        String model = line.given().getFirst();
        Map<String, Long> labels = labels(line.given().subList(1, line.given().size()));
        Servers servers = Servers.of(line);
        ServerAddress address = servers.grpcAddress();
        Duration timeout = line.timeout(TIMEOUT);
        GrpcCalls calls = new GrpcCalls(address, timeout);
        try (TfsClient client = servers.grpcClient(address, line.file("--ca"), timeout)) {
            calls.call(() -> {
                client.relabel(model, labels, Tokens.of(line, servers, System.getenv()));
                return true;
            });
        } catch (ClientFailure failure) {
            throw explained(failure);
        }
        labels.forEach((label, version) -> line.out()
                .println(Printable.line(model + ": label " + label
                        + (version == NONE ? " is on no version" : " is on version " + version))));
        return 0;
    }

    /// TensorFlow Serving refuses a model without a path, in these words.
    private static ClientFailure explained(ClientFailure failure) {
        return failure.getMessage().contains("got base_path()=")
                ? new ClientFailure(
                        failure.outcome(),
                        "this server cannot change labels alone: " + failure.getMessage(),
                        "write them into its model configuration, and send that with `kaon reload FILE`")
                : failure;
    }

    private static Map<String, Long> labels(List<String> given) {
        Map<String, Long> labels = new LinkedHashMap<>();
        for (String text : given) {
            int equals = text.lastIndexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("expected LABEL=VERSION, got \"" + text + "\"");
            }
            String label = text.substring(0, equals);
            if (labels.put(label, version(text, text.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("the label " + label + " is there twice");
            }
        }
        return labels;
    }

    private static long version(String whole, String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        try {
            long version = Long.parseLong(text);
            if (version >= 0) {
                return version;
            }
        } catch (NumberFormatException _) {
            // Said below, as for numbers that are out of range.
        }
        throw new IllegalArgumentException("expected a version's number behind the `=`, got \"" + whole + "\"");
    }
}
