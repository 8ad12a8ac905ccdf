package io.kaon.app.client;

import io.kaon.app.command.PlainCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/// What a client shows to be allowed to change what is served: `kaon.admin.token` of the server.
final class Tokens {
    private static final String VARIABLE = "KAON_ADMIN_TOKEN";
    private static final String OPTION = "kaon.admin.token";

    private Tokens() {}

    static List<OptionSpec> options() {
        return List.of(
                PlainCommand.value(
                        "--token-file",
                        "FILE",
                        "Holds the server's kaon.admin.token (default: the variable " + VARIABLE + ")."),
                PlainCommand.value("--token", "TOKEN", "The same; other users of this machine may see it."));
    }

    /// The options of this place are meant for a server here, so they are not shown to one that `--url` names.
    static Optional<String> of(ClientLine line, Servers servers, Map<String, String> environment) {
        if (line.text("--token").isPresent() && line.text("--token-file").isPresent()) {
            throw new IllegalArgumentException("--token and --token-file: expected one of the two");
        }
        Optional<String> told = line.text("--token")
                .or(() -> line.file("--token-file").map(Tokens::read))
                .or(() -> servers.url().isEmpty()
                        ? servers.options().apply(OPTION)
                        : Optional.ofNullable(environment.get(VARIABLE)));
        if (told.filter(token -> token.chars().anyMatch(c -> c < ' ' || c > '~'))
                .isPresent()) {
            throw new IllegalArgumentException(
                    "the token: expected printable characters of ASCII, got others, which gRPC cannot send");
        }
        return told;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("--token-file " + file + " cannot be read");
        }
    }
}
