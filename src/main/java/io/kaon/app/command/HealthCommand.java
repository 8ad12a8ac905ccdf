package io.kaon.app.command;

import io.kaon.app.config.CommandConfig;
import io.kaon.config.ServerDefaults;
import io.smallrye.config.SmallRyeConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// `health`: asks a server that runs already whether it is ready. For images without a shell, whose health check can
/// only be the program itself.
public final class HealthCommand {
    private static final String PORT = "quarkus.management.port";

    /// Addresses at which a server listens on all of its interfaces.
    private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::", "[::]");

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private HealthCommand() {}

    public static Command command() {
        return new PlainCommand(
                "Asks a running server whether it is ready; the exit status says it too.",
                List.of(PlainCommand.Argument.optional(
                        "URL",
                        "What to ask (default: the readiness of a server with these options, on this machine).")),
                (arguments, out, err) -> run(arguments.isEmpty() ? configured() : arguments.getFirst(), out, err));
    }

    /// Where a server is asked that has the options which the system properties, the environment and the file of
    /// options set now.
    ///
    /// @throws IllegalArgumentException when what they set is no port, or the file cannot be read
    static String configured() {
        SmallRyeConfig config = CommandConfig.read();
        int port = config.getOptionalValue(PORT, String.class)
                .map(HealthCommand::port)
                .orElse(ServerDefaults.STANDARD.managementPort());
        String host = config.getOptionalValue("quarkus.management.host", String.class)
                .filter(said -> !EVERYWHERE.contains(said))
                .orElse("localhost");
        return "http://" + (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port
                + ServerDefaults.STANDARD.readyPath();
    }

    private static Integer port(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException(PORT + ": expected a port, got \"" + text + "\"");
        }
    }

    /// @param address what to ask
    /// @return 0 if it answers 200, else 1
    static int run(String address, PrintWriter out, PrintWriter err) {
        try {
            if (!(URI.create(address).toURL().openConnection() instanceof HttpURLConnection question)) {
                err.println("error: " + address + ": expected an address that begins with http:// or https://");
                return Commands.USAGE;
            }
            question.setConnectTimeout(Math.toIntExact(PATIENCE.toMillis()));
            question.setReadTimeout(Math.toIntExact(PATIENCE.toMillis()));
            int status = question.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) {
                err.println("error: " + address + " answers " + status);
                return 1;
            }
            try (InputStream body = question.getInputStream()) {
                out.println(new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
            return 0;
        } catch (IOException | IllegalArgumentException failure) {
            err.println("error: " + address + ": " + failure.getMessage());
            return 1;
        }
    }
}
