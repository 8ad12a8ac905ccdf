package io.kaon.app.wiring;

import io.kaon.app.port.ListeningHost;
import io.kaon.app.port.Ports;
import io.kaon.app.server.StartReport;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The addresses at which this machine reaches the ports that are open, by the options that open them.
final class OpenAddresses {
    /// Addresses that are shown by the name of this machine, besides those of all interfaces.
    private static final Set<String> LOCAL = Set.of("127.0.0.1", "");

    private static final String ENCRYPTED_PORT = "8443";

    /// In place of a file that no option names.
    private static final String UNKNOWN = "CA.pem";

    private OpenAddresses() {}

    /// @param grpcHost where gRPC listens
    /// @param grpcEncrypted whether it takes encrypted connections only
    /// @param options the framework's, where they are set
    /// @param names of the options that are set
    static StartReport.Addresses of(
            Ports ports,
            String grpcHost,
            boolean grpcEncrypted,
            Function<String, Optional<String>> options,
            Iterable<String> names) {
        boolean onlyEncrypted = options.apply("quarkus.http.insecure-requests")
                .filter(plain -> !plain.equals("enabled"))
                .isPresent();
        String restHost = host(options.apply("quarkus.http.host").orElse(""));
        StartReport.Rest rest = onlyEncrypted
                ? new StartReport.Rest(
                        "https://" + restHost + ":"
                                + options.apply("quarkus.http.ssl-port").orElse(ENCRYPTED_PORT),
                        authority(options, names))
                : new StartReport.Rest("http://" + restHost + ":" + ports.rest(), "");
        boolean managed = options.apply("quarkus.management.host-enabled")
                .map(Boolean::parseBoolean)
                .orElse(true);
        String management =
                (options.apply("quarkus.management.tls-configuration-name").isPresent() ? "https" : "http") + "://"
                        + host(options.apply("quarkus.management.host").orElse("")) + ":" + ports.management();
        return new StartReport.Addresses(
                ports.rest() == 0 && !onlyEncrypted ? Optional.empty() : Optional.of(rest),
                ports.grpc() == 0
                        ? Optional.empty()
                        : Optional.of(new StartReport.Grpc(host(grpcHost) + ":" + ports.grpc(), grpcEncrypted)),
                managed ? Optional.of(management) : Optional.empty());
    }

    private static String host(String listening) {
        return ListeningHost.of(Optional.of(listening).filter(name -> !LOCAL.contains(name)));
    }

    /// A certificate that no authority has signed is its own; where one has, curl takes its file all the same.
    private static String authority(Function<String, Optional<String>> options, Iterable<String> names) {
        String tls = options.apply("quarkus.http.tls-configuration-name")
                .map(name -> "quarkus.tls." + name)
                .orElse("quarkus.tls");
        for (String name : names) {
            if (name.startsWith(tls + ".key-store.pem.") && name.endsWith(".cert")) {
                return "--cacert " + StartReport.quoted(options.apply(name).orElse(UNKNOWN));
            }
        }
        return "--cacert " + UNKNOWN;
    }
}
