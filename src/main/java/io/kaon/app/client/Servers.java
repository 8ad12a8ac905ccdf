package io.kaon.app.client;

import io.kaon.app.command.PlainCommand;
import io.kaon.app.config.CommandConfig;
import io.kaon.app.config.ManagementPort;
import io.kaon.app.port.ListeningHost;
import io.kaon.client.Authorities;
import io.kaon.client.ClientFailure;
import io.kaon.client.RestClient;
import io.kaon.client.ServerAddress;
import io.kaon.config.OptionRanges;
import io.kaon.config.ServerDefaults;
import io.kaon.protocol.tfs.client.TfsClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/// Where a command asks: where `--url` says, or where a server listens that has the options which hold here, by the
/// environment, the file of options and `-D`.
///
/// @param url what the command line says
/// @param options an option's value, where it was set
record Servers(Optional<String> url, Function<String, Optional<String>> options) {
    static final String URL = "--url";
    static final String START = "start one with `./kaon serve`, or say with --url where it is";

    private static final int LARGEST_MESSAGE = 256 << 20;

    static Servers of(ClientLine line) {
        return new Servers(line.text(URL), CommandConfig.configured());
    }

    static OptionSpec rest() {
        return PlainCommand.value(
                URL, "URL", "The server's REST address (default: of a server with these options, on this machine).");
    }

    static OptionSpec grpc() {
        return PlainCommand.value(
                URL,
                "ADDRESS",
                "The server's gRPC address: host:port, or grpcs://host:port with TLS (default: of a server with these"
                        + " options, on this machine).");
    }

    ServerAddress restAddress() {
        return url.map(ServerAddress::rest).orElseGet(this::restHere);
    }

    /// The address on this machine, whatever the command line says of another.
    ServerAddress restHere() {
        boolean encrypted = options.apply("quarkus.http.insecure-requests")
                .filter("disabled"::equalsIgnoreCase)
                .isPresent();
        int port = encrypted
                ? port("quarkus.http.ssl-port", 8443)
                : port("quarkus.http.port", ServerDefaults.STANDARD.restPort());
        return new ServerAddress(encrypted, ListeningHost.of(options.apply("quarkus.http.host")), port, "");
    }

    ServerAddress grpcAddress() {
        return url.map(ServerAddress::grpc).orElseGet(() -> {
            boolean encrypted = Stream.of("kaon.grpc.tls", "kaon.grpc.ssl-config")
                    .anyMatch(option -> options.apply(option).isPresent());
            int port = port("kaon.grpc.port", ServerDefaults.STANDARD.grpcPort());
            return new ServerAddress(encrypted, ListeningHost.of(options.apply("kaon.grpc.host")), port, "");
        });
    }

    /// Where the management port may be; nothing where the command line names another server.
    List<ServerAddress> management() {
        if (url.isPresent()) {
            return List.of();
        }
        String host = ListeningHost.of(options.apply("quarkus.management.host"));
        return List.of(new ServerAddress(false, host, ManagementPort.of(options), ""));
    }

    RestClient restClient(ServerAddress address, Optional<Path> ca, Duration timeout) {
        return new RestClient(address, ca.map(Authorities::of).orElse(null), timeout);
    }

    TfsClient grpcClient(ServerAddress address, Optional<Path> ca, Duration timeout) {
        try (InputStream authorities = authorities(ca)) {
            return TfsClient.of(
                    address.plainHost(), address.port(), address.encrypted(), authorities, timeout, LARGEST_MESSAGE);
        } catch (IOException | IllegalArgumentException unusable) {
            throw new IllegalArgumentException("--ca: expected certificates as PEM text: " + unusable.getMessage());
        }
    }

    private static @Nullable InputStream authorities(Optional<Path> ca) throws IOException {
        return ca.isEmpty() ? null : new ByteArrayInputStream(Files.readAllBytes(ca.get()));
    }

    /// The same, with what to do where no server is: without an address on the command line that is to start one.
    ClientFailure explained(ClientFailure failure) {
        return failure.outcome().equals("unreachable")
                ? new ClientFailure(failure.outcome(), failure.getMessage(), START)
                : failure;
    }

    private int port(String option, int standard) {
        return options.apply(option)
                .map(text -> {
                    try {
                        int port = Integer.parseInt(text.strip());
                        if (port >= 1 && port <= OptionRanges.LARGEST_PORT) {
                            return port;
                        }
                    } catch (NumberFormatException _) {
                        // Said below, as for numbers that are out of range.
                    }
                    throw new IllegalArgumentException(
                            option + ": expected a port to ask, got \"" + text + "\"; --url says where the server is");
                })
                .orElse(standard);
    }
}
