package io.kaon.app.command;

import io.kaon.app.config.CommandConfig;
import io.kaon.app.config.ConfigProblems;
import io.kaon.app.config.ManagementPort;
import io.kaon.app.port.ListeningHost;
import io.kaon.config.ServerDefaults;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// `health`: asks a server that runs already whether it is ready. For images without a shell, whose health check can
/// only be the program itself.
///
/// What the server's own command line says is not known here. So where no option says which port to ask, and another
/// than a management port answers at the first, the next is asked where [ManagementPort] may have put it.
public final class HealthCommand {
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final Pattern HOST_AND_PORT = Pattern.compile("([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+]):[0-9]{1,5}");
    private static final Pattern ADDRESS = Pattern.compile("(?i)https?://[^\\s/].*");
    /// Without a path.
    private static final Pattern BARE = Pattern.compile("(?i)https?://[^/?#]+/?");

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private HealthCommand() {}

    public static Command command() {
        return new PlainCommand(
                "Asks a running server whether it is ready; the exit status says it too.",
                List.of(PlainCommand.Argument.optional(
                        "URL",
                        "What to ask: an address, or a management port or HOST:PORT (default: the readiness of a server"
                                + " with these options, on this machine).")),
                (given, out, err) -> run(
                        given.arguments().isEmpty()
                                ? configured()
                                : List.of(address(given.arguments().getFirst())),
                        out,
                        err));
    }

    /// The address that an argument means: a port and a host with a port mean the readiness there, as does an address
    /// without a path.
    ///
    /// @throws IllegalArgumentException when it means none
    static String address(String argument) {
        String whole = PORT.matcher(argument).matches()
                ? "http://localhost:" + argument
                : HOST_AND_PORT.matcher(argument).matches() ? "http://" + argument : argument;
        if (!ADDRESS.matcher(whole).matches()) {
            throw new IllegalArgumentException("expected the management port of a server, such as "
                    + ServerDefaults.STANDARD.managementPort() + ", HOST:PORT, or an address such as http://localhost:"
                    + ServerDefaults.STANDARD.managementPort() + ServerDefaults.STANDARD.readyPath() + "; got \""
                    + argument + "\"");
        }
        return BARE.matcher(whole).matches() ? whole.replaceFirst("/?$", ServerDefaults.STANDARD.readyPath()) : whole;
    }

    /// Where a server may be asked that has the options which the system properties, the environment and the file of
    /// options set now.
    ///
    /// @throws IllegalArgumentException when what they set is no port, or the file cannot be read
    private static List<String> configured() {
        return configured(CommandConfig.configured());
    }

    /// @param options an option's value, where it was set
    static List<String> configured(Function<String, Optional<String>> options) {
        int first = ManagementPort.of(options);
        boolean isConfigured = options.apply(ManagementPort.OPTION).isPresent();
        String literal = ListeningHost.of(options.apply("quarkus.management.host"));
        return Stream.concat(
                        Stream.of(first),
                        ManagementPort.candidates().stream().filter(port -> !isConfigured && port > first))
                .map(port -> "http://" + literal + ":" + port + ServerDefaults.STANDARD.readyPath())
                .toList();
    }

    /// What came of a question.
    private sealed interface Answer {
        record Ready(String body) implements Answer {}

        /// @param why in words, with the address
        record NotReady(String why) implements Answer {}

        /// Something listens there that does not tell of health.
        record Other(String why) implements Answer {}
    }

    /// @param addresses what to ask, one after another until one tells of health
    /// @return 0 if one says that it is ready, else 1
    static int run(List<String> addresses, PrintWriter out, PrintWriter err) {
        List<String> problems = new ArrayList<>();
        for (String address : addresses) {
            switch (ask(address)) {
                case Answer.Ready(String body) -> {
                    out.println(body);
                    return 0;
                }
                case Answer.NotReady(String why) -> {
                    problems.add(why);
                    ConfigProblems.print(problems, err);
                    return 1;
                }
                case Answer.Other(String why) -> problems.add(why);
            }
        }
        ConfigProblems.print(problems, err);
        return 1;
    }

    /// @throws IllegalArgumentException when it is no address of HTTP
    private static Answer ask(String address) {
        try {
            if (!(URI.create(address).toURL().openConnection() instanceof HttpURLConnection question)) {
                throw new IllegalArgumentException(
                        address + ": expected an address that begins with http:// or https://");
            }
            question.setConnectTimeout(Math.toIntExact(PATIENCE.toMillis()));
            question.setReadTimeout(Math.toIntExact(PATIENCE.toMillis()));
            int status = question.getResponseCode();
            return switch (status) {
                case HttpURLConnection.HTTP_OK -> new Answer.Ready(body(question));
                case HttpURLConnection.HTTP_UNAVAILABLE -> new Answer.NotReady(address + " answers " + status);
                default -> new Answer.Other(address + " answers " + (status < 0 ? "something else than HTTP" : status));
            };
        } catch (ConnectException | SocketTimeoutException failure) {
            return new Answer.NotReady(address + ": " + failure.getMessage()
                    + "; expected a server that listens there: `kaon health PORT` asks another management port");
        } catch (IOException failure) {
            return new Answer.Other(address + ": " + failure.getMessage());
        }
    }

    private static String body(HttpURLConnection question) throws IOException {
        try (InputStream body = question.getInputStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
