package io.kaon.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.app.port.Ports;
import io.kaon.app.server.StartReport.Addresses;
import io.kaon.app.server.StartReport.Grpc;
import io.kaon.app.server.StartReport.Rest;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OpenAddressesTest {
    private static final Ports PORTS = new Ports(8501, 8500, 9000);

    private static Addresses addresses(Ports ports, String grpcHost, boolean encrypted, Map<String, String> options) {
        return OpenAddresses.of(
                ports, grpcHost, encrypted, name -> Optional.ofNullable(options.get(name)), options.keySet());
    }

    @Test
    void whatListensEverywhereIsReachedAtLocalhost() {
        assertThat(addresses(PORTS, "0.0.0.0", false, Map.of("quarkus.http.host", "0.0.0.0")))
                .isEqualTo(new Addresses(
                        Optional.of(new Rest("http://localhost:8501", "")),
                        Optional.of(new Grpc("localhost:8500", false)),
                        Optional.of("http://localhost:9000")));
    }

    @Test
    void whatListensAtOneAddressIsReachedThere() {
        Addresses open = addresses(
                PORTS, "::1", true, Map.of("quarkus.http.host", "10.0.0.7", "quarkus.management.host", "127.0.0.1"));
        assertThat(open.rest()).contains(new Rest("http://10.0.0.7:8501", ""));
        assertThat(open.grpc()).contains(new Grpc("[::1]:8500", true));
        assertThat(open.health()).contains("http://localhost:9000");
    }

    @Test
    void anEncryptedPortIsAskedWithACertificate() {
        assertThat(addresses(
                                PORTS,
                                "",
                                false,
                                Map.of("quarkus.http.insecure-requests", "disabled", "quarkus.http.ssl-port", "443"))
                        .rest())
                .contains(new Rest("https://localhost:443", "--cacert CA.pem"));
    }

    @Test
    void theCertificateIsTheOneThatTheRestPortShows() {
        assertThat(addresses(
                                PORTS,
                                "",
                                false,
                                Map.of(
                                        "quarkus.http.insecure-requests",
                                        "redirect",
                                        "quarkus.http.tls-configuration-name",
                                        "rest",
                                        "quarkus.tls.other.key-store.pem.0.cert",
                                        "/tls/other.crt",
                                        "quarkus.tls.rest.key-store.pem.0.cert",
                                        "/tls/rest.crt"))
                        .rest())
                .contains(new Rest("https://localhost:8443", "--cacert /tls/rest.crt"));
    }

    @Test
    void whatIsClosedHasNoAddress() {
        Addresses open =
                addresses(new Ports(0, 0, 9000), "", false, Map.of("quarkus.management.host-enabled", "false"));
        assertThat(open).isEqualTo(new Addresses(Optional.empty(), Optional.empty(), Optional.empty()));
    }
}
