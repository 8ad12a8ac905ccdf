package io.kaon.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.app.server.StartReport.Addresses;
import io.kaon.app.server.StartReport.Grpc;
import io.kaon.app.server.StartReport.Rest;
import io.kaon.serving.ServingModels;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class StartReportTest {
    private static String printed(Addresses addresses) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new StartReport(new ServingModels(_ -> {}), addresses, true, new PrintStream(out, true, StandardCharsets.UTF_8))
                .print();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void namesThePortsThatAreOpenAndNoOther() {
        assertThat(printed(new Addresses(
                        Optional.of(new Rest("https://localhost:8443", "--cacert a.pem")),
                        Optional.of(new Grpc("localhost:8500", true)),
                        Optional.of("http://localhost:9000"))))
                .endsWith("REST  https://localhost:8443    gRPC  localhost:8500 (TLS)    health "
                        + " http://localhost:9000/q/health\n");
        assertThat(printed(new Addresses(
                        Optional.empty(), Optional.of(new Grpc("localhost:8500", false)), Optional.empty())))
                .endsWith("\ngRPC  localhost:8500\n");
    }

    @Test
    void aLineToPasteFitsTheProtocol() {
        assertThat(new Rest("https://localhost:8443", "--cacert a.pem").target("/v1/models/m:predict"))
                .isEqualTo("--cacert a.pem https://localhost:8443/v1/models/m:predict");
        assertThat(new Grpc("localhost:8500", false).command("m"))
                .isEqualTo("kaon predict m --grpc --url localhost:8500");
        assertThat(new Grpc("localhost:8500", true).command("my model"))
                .isEqualTo("kaon predict 'my model' --grpc --url grpcs://localhost:8500");
    }

    @Test
    void aWordIsQuotedWhereAShellWouldSplitIt() {
        assertThat(StartReport.quoted("/tls/tls.crt")).isEqualTo("/tls/tls.crt");
        assertThat(StartReport.quoted("it's")).isEqualTo("'it'\\''s'");
    }
}
