package io.kaon.app.wiring;

import io.kaon.app.port.Ports;
import io.kaon.app.server.StartReport;
import io.quarkus.tls.TlsConfiguration;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The addresses at which this machine reaches the ports that are open, by the options that open them.
final class OpenAddresses {
    /// Addresses at which a server listens on all of its interfaces.
    private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::", "[::]", "");

    private static final String ENCRYPTED_PORT = "8443";

    private OpenAddresses() {}

    /// @param grpcHost where gRPC listens
    /// @param grpcEncrypted whether it takes encrypted connections only
    /// @param options the framework's, where they are set
    /// @param certificates the TLS configuration of a name; the empty name is the one for all ports
    static StartReport.Addresses of(
            Ports ports,
            String grpcHost,
            boolean grpcEncrypted,
            Function<String, Optional<String>> options,
            Function<String, Optional<TlsConfiguration>> certificates) {
        boolean onlyEncrypted = options.apply("quarkus.http.insecure-requests")
                .filter(plain -> !plain.equals("enabled"))
                .isPresent();
        String restHost = host(options.apply("quarkus.http.host").orElse(""));
        StartReport.Rest rest = onlyEncrypted
                ? new StartReport.Rest(
                        "https://" + restHost + ":"
                                + options.apply("quarkus.http.ssl-port").orElse(ENCRYPTED_PORT),
                        authority(certificates.apply(options.apply("quarkus.http.tls-configuration-name")
                                .orElse(""))))
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
        if (EVERYWHERE.contains(listening)) {
            return "localhost";
        }
        return listening.contains(":") && !listening.startsWith("[") ? "[" + listening + "]" : listening;
    }

    /// A certificate that no authority has signed is its own; where one has, curl takes its file all the same.
    private static String authority(Optional<TlsConfiguration> tls) {
        return tls.map(TlsConfiguration::getKeyStoreOptions)
                .filter(PemKeyCertOptions.class::isInstance)
                .map(PemKeyCertOptions.class::cast)
                .filter(pem -> !pem.getCertPaths().isEmpty())
                .map(pem -> "--cacert " + StartReport.quoted(pem.getCertPaths().getFirst()))
                .orElse("--cacert CA.pem");
    }
}
