package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.testkit.Certificates;
import io.kaon.testkit.FreePorts;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// REST and gRPC, encrypted, with certificates of clients.
final class TlsIT {
    @TempDir
    private Path folder;

    private Path models;
    private Certificates ours;
    private Certificates theirs;

    @BeforeEach
    void prepare() throws Exception {
        models = folder.resolve("models");
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("m/1")));
        ours = Certificates.make(folder.resolve("server.p12"), "server");
        theirs = Certificates.make(folder.resolve("client.p12"), "client");
        ours.writePem(folder, "server");
        theirs.writePem(folder, "client");
    }

    @Test
    void servesRestAndGrpcToClientsThatShowTheirCertificate() throws Exception {
        int https = FreePorts.find(1).getFirst();
        try (ServerProcess server = ServerProcess.serve(
                models,
                "-Dquarkus.tls.serving.key-store.pem.0.cert=" + folder.resolve("server.crt"),
                "-Dquarkus.tls.serving.key-store.pem.0.key=" + folder.resolve("server.key"),
                "-Dquarkus.tls.serving.trust-store.pem.certs=" + folder.resolve("client.crt"),
                "-Dquarkus.http.tls-configuration-name=serving",
                "-Dquarkus.http.ssl-port=" + https,
                "-Dkaon.rest.client-auth=required",
                "-Dkaon.grpc.tls=serving",
                "-Dkaon.grpc.client-auth=required")) {
            URI predict = URI.create("https://localhost:" + https + "/v1/models/m:predict");
            assertThat(post(predict, theirs)).contains("3.0");
            assertThatThrownBy(() -> post(predict, null)).isInstanceOf(IOException.class);

            assertThat(predict(server.grpcPort(), theirs).getOutputsOrThrow("y").getFloatVal(0))
                    .isEqualTo(3);
            assertThatThrownBy(() -> predict(server.grpcPort(), null)).isInstanceOf(StatusRuntimeException.class);
            ManagedChannel plain = server.channel();
            assertThatThrownBy(() -> predict(plain)).isInstanceOf(StatusRuntimeException.class);
            plain.shutdownNow();
        }
    }

    @Test
    void takesTheReferencesSslConfigFileForGrpc() throws Exception {
        Path config = Files.writeString(
                folder.resolve("ssl.config"),
                "server_key: \"" + escaped(ours.keyPem()) + "\"\nserver_cert: \"" + escaped(ours.certificatePem())
                        + "\"\ncustom_ca: \"" + escaped(theirs.certificatePem()) + "\"\nclient_verify: true\n");
        try (ServerProcess server = ServerProcess.serve(models, "--ssl_config_file=" + config)) {
            assertThat(predict(server.grpcPort(), theirs).getOutputsOrThrow("y").getFloatVal(0))
                    .isEqualTo(3);
            assertThatThrownBy(() -> predict(server.grpcPort(), null)).isInstanceOf(StatusRuntimeException.class);
            // REST stays as it is.
            assertThat(server.get("/v1/models/m").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void takesOverACertificateThatWasRenewed() throws Exception {
        try (ServerProcess server = ServerProcess.serve(
                models,
                "-Dquarkus.tls.serving.key-store.pem.0.cert=" + folder.resolve("server.crt"),
                "-Dquarkus.tls.serving.key-store.pem.0.key=" + folder.resolve("server.key"),
                "-Dquarkus.tls.serving.reload-period=1s",
                "-Dkaon.grpc.tls=serving")) {
            assertThat(predict(server.grpcPort(), null).getOutputsCount()).isEqualTo(1);
            Certificates before = ours;
            ours = Certificates.make(folder.resolve("renewed.p12"), "renewed");
            ours.writePem(folder, "server");
            // Only the renewed certificate is trusted now.
            PredictResponse answer = null;
            Instant patience = Instant.now().plusSeconds(60);
            while (answer == null && Instant.now().isBefore(patience)) {
                answer = predictIfTrusted(server.grpcPort());
            }
            assertThat(answer).isNotNull();
            ours = before;
            assertThatThrownBy(() -> predict(server.grpcPort(), null)).isInstanceOf(StatusRuntimeException.class);
        }
    }

    @Test
    void refusesAKeyThatIsAnotherCertificates() throws Exception {
        String cert = "-Dquarkus.tls.serving.key-store.pem.0.cert=" + folder.resolve("server.crt");
        String key = "-Dquarkus.tls.serving.key-store.pem.0.key=" + folder.resolve("client.key");
        String phrase = cert.substring(2) + ", " + key.substring(2) + ": the private key (";
        refuses(phrase, cert, key, "-Dkaon.grpc.tls=serving");
        refuses(phrase, cert, key, "-Dquarkus.http.tls-configuration-name=serving");
        Path config = Files.writeString(
                folder.resolve("ssl.config"),
                "server_key: \"" + escaped(theirs.keyPem()) + "\"\nserver_cert: \"" + escaped(ours.certificatePem())
                        + "\"\n");
        refuses(
                "SSL config file " + config + ": server_key and server_cert: the private key (",
                "--ssl_config_file=" + config);
    }

    @Test
    void saysWhatIsWrongWithTheConfiguration() throws IOException {
        refuses("there is no quarkus.tls.nope", "-Dkaon.grpc.tls=nope");
        refuses("expected one of the two", "-Dkaon.grpc.tls=x", "--ssl_config_file=y");
        refuses("there is no such file", "--ssl_config_file=" + folder.resolve("none"));
        Path config = Files.writeString(folder.resolve("bad"), "server_key: \"k\" server_cert: \"c\"");
        refuses("PEM", "--ssl_config_file=" + config);
    }

    @Test
    void aFileThatIsMissingIsNamedWithItsOption() {
        String cert = "quarkus.tls.serving.key-store.pem.0.cert=" + folder.resolve("none.crt");
        String key = "-Dquarkus.tls.serving.key-store.pem.0.key=" + folder.resolve("server.key");
        String phrase = cert + ": there is no such file: expected a file that the server may read";
        refuses(phrase, "-D" + cert, key, "-Dkaon.grpc.tls=serving");
        refuses(phrase, "-D" + cert, key, "-Dquarkus.http.tls-configuration-name=serving");
        String trust = "quarkus.tls.serving.trust-store.pem.certs=" + folder.resolve("none.pem");
        refuses(trust + ": there is no such file", "-D" + trust, "-Dkaon.grpc.tls=serving");
    }

    private @Nullable PredictResponse predictIfTrusted(int port) throws Exception {
        try {
            return predict(port, null);
        } catch (StatusRuntimeException _) {
            return null;
        }
    }

    private void refuses(String phrase, String... flags) {
        List<String> line = new ArrayList<>(List.of("serve", models.toString()));
        line.addAll(List.of(flags));
        List<Integer> ports = FreePorts.find(3);
        line.addAll(List.of(
                "--port=" + ports.get(0),
                "--rest_api_port=" + ports.get(1),
                "-Dquarkus.management.port=" + ports.get(2)));
        ServerProcess.Finished end = ServerProcess.run(Map.of(), line.toArray(String[]::new));
        assertThat(end.status()).isEqualTo(2);
        assertThat(end.output()).contains(phrase).doesNotContain("phase=LOADING");
    }

    private String post(URI predict, @Nullable Certificates client) throws Exception {
        try (HttpClient http =
                HttpClient.newBuilder().sslContext(context(client)).build()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(predict)
                            .POST(BodyPublishers.ofString("{\"instances\":[2]}"))
                            .build(),
                    BodyHandlers.ofString());
            return answer.body();
        }
    }

    private SSLContext context(@Nullable Certificates client) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", ours.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(client == null ? null : client.store(), Certificates.PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private PredictResponse predict(int port, @Nullable Certificates client) throws Exception {
        SslContextBuilder tls = GrpcSslContexts.forClient().trustManager(stream(ours.certificatePem()));
        if (client != null) {
            tls.keyManager(stream(client.certificatePem()), stream(client.keyPem()));
        }
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", port)
                .sslContext(tls.build())
                .build();
        try {
            return predict(channel);
        } finally {
            channel.shutdownNow();
        }
    }

    private static PredictResponse predict(ManagedChannel channel) {
        return PredictionServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .predict(GrpcTensors.predict("m", "x", GrpcTensors.floats(new float[] {2}, 1)));
    }

    private static InputStream stream(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }

    private static String escaped(String pem) {
        return pem.replace("\n", "\\n");
    }
}
